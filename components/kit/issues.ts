/** Keys that lead to a value, from the top of the arguments or of a stack file's section. */
export type IssuePath = readonly (string | number)[];

/**
 * One thing that is wrong in the arguments or in a stack file. Every check of Heliograph returns
 * issues of this shape.
 */
export interface Issue {
  /** Keys that lead to the wrong value. */
  readonly path: IssuePath;
  /** The value that was found there. Undefined if nothing was given. It never contains a secret. */
  readonly got?: unknown;
  /** What belongs there, as a noun phrase: "one of the tenants: dev, stg". */
  readonly expected: string;
  /** A value that would be right, at `exampleAt` if that is given, otherwise at `path`. */
  readonly example?: unknown;
  /** Keys that lead to the example, if that is not `path`. */
  readonly exampleAt?: IssuePath;
  /** Lines to paste, if the fix is not a value but a command, or a key to remove. */
  readonly lines?: string;
}

/** How a user wrote what is wrong, and so how paths and examples are shown. */
export interface Notation {
  path(path: IssuePath): string;
  /** Lines that hold the value and the keys that lead to it. Without a value: remove the key. */
  paste(path: IssuePath, value: unknown): string;
}

/** Arguments of a component: `exporters[0].name`, `edges: { dev: { outage: "6h" } }`. */
export const TYPESCRIPT: Notation = {
  path: (path) =>
    path
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
      .join("")
      .replace(/^\./, ""),
  paste(path, value) {
    const key = (name: string) => (/^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name));
    if (value === undefined) return `// remove ${String(path.at(-1))}`;
    const [first = "", ...rest] = path;
    const nested = rest.reduceRight<string>(
      (inner, step) => (typeof step === "number" ? `[${inner}]` : `{ ${key(step)}: ${inner} }`),
      JSON.stringify(value),
    );
    return `${key(String(first))}: ${nested}`;
  },
};

/** Thrown once, with every issue of the arguments, so that you can fix them all at once. */
export class ConfigurationError extends Error {
  /** Pulumi shows an error with this mark as a `pulumi.RunError`: without a stack trace. */
  readonly __pulumiRunError = true;

  constructor(
    readonly subject: string,
    readonly issues: readonly Issue[],
    notation: Notation = TYPESCRIPT,
  ) {
    super(formatIssues(subject, issues, notation));
    this.name = "ConfigurationError";
    // Pulumi maps the trace to its sources even if nobody sees it. With ts-node that takes 30 s.
    this.stack = this.message;
  }
}

/** Throws every issue at once; returns when there is none. */
export function refuse(subject: string, issues: readonly Issue[], notation?: Notation): void {
  if (issues.length > 0) throw new ConfigurationError(subject, issues, notation);
}

/** The first issue of each path: a field that is wrong by itself may be part of a contradiction. */
export function onePerPath(found: readonly Issue[]): Issue[] {
  const keys = found.map(({ path }) => path.join("."));
  return found.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

export function formatIssues(
  subject: string,
  issues: readonly Issue[],
  notation: Notation = TYPESCRIPT,
): string {
  const count = issues.length === 1 ? "1 problem" : `${issues.length} problems`;
  const texts = issues.map((issue, index) => formatIssue(issue, index, notation));
  return [`${subject}: ${count}`, ...texts].join("\n\n");
}

function formatIssue(issue: Issue, index: number, notation: Notation): string {
  const { path, got, expected, example, exampleAt = path } = issue;
  const { lines = notation.paste(exampleAt, example) } = issue;
  return [
    `${index + 1}. ${notation.path(path)}`,
    `   got       ${show(got)}`,
    `   expected  ${expected}`,
    `   paste     ${lines.trimEnd().split("\n").join("\n             ")}`,
  ].join("\n");
}

/** A value on one line of at most 120 characters: PEM blocks would hide the message. */
function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}

/** No issue where the condition holds. */
export function issueUnless(holds: boolean, path: IssuePath, issue: Omit<Issue, "path">): Issue[] {
  return holds ? [] : [{ path, ...issue }];
}

/** Issues of a part, as issues of the whole: `path` leads from the whole to the part. */
export function under(path: IssuePath, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({
    ...issue,
    path: [...path, ...issue.path],
    ...(issue.exampleAt && { exampleAt: [...path, ...issue.exampleAt] }),
  }));
}
