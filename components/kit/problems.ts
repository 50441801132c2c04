/**
 * One thing that is wrong with what a user gave: where, what was got, what was expected, and the
 * lines that mend it.
 */
export interface Problem {
  /** Path of the value as the user writes it, e.g. `heliograph:hub.edges.dev.tenant`. */
  readonly path: string;
  /** What was found there, printed by `show`. Left out where nothing was given. */
  readonly got?: unknown;
  /** What belongs there, as a noun phrase: "a tenant of the inventory: dev, stg". */
  readonly expected: string;
  /** Lines to paste, ready for the stack file or the program. */
  readonly paste: string;
}

/** Thrown once with every problem found, so that a user mends them in one go. */
export class ConfigurationError extends Error {
  /**
   * Makes it a `pulumi.RunError`, which Pulumi shows without a stack trace, in a file that runs
   * without Pulumi.
   */
  readonly __pulumiRunError = true;

  constructor(
    readonly subject: string,
    readonly problems: readonly Problem[],
  ) {
    super(formatProblems(subject, problems));
    this.name = "ConfigurationError";
    // Pulumi looks up the sources of the trace all the same, which takes half a minute in programs
    // that ts-node compiles.
    this.stack = this.message;
  }
}

export function formatProblems(subject: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${subject}: ${count}`, ...problems.map(formatProblem)].join("\n\n");
}

function formatProblem({ path, got, expected, paste }: Problem, index: number): string {
  return [
    `${index + 1}. ${path}`,
    `   got       ${show(got)}`,
    `   expected  ${expected}`,
    `   paste     ${paste.trimEnd().split("\n").join("\n             ")}`,
  ].join("\n");
}

/**
 * A value on one line, cut to 120 characters: PEM blocks and whole sections would hide the message.
 */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}

/** Throws every problem at once; returns when there is none. */
export function refuse(subject: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigurationError(subject, problems);
}
