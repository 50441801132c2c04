import { mark } from "./style";

export const EXIT = { ok: 0, failed: 1, changes: 2, interrupted: 130 } as const;
type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure that a person can act on: shown without a stack trace. `next` says what to do. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly next?: string,
    readonly exitCode: ExitCode = EXIT.failed,
  ) {
    super(message);
    this.name = "Failure";
  }
}

/** A cluster that was not asked: there are no credentials for it here, or it does not answer. */
export class NotReached extends Failure {
  constructor(
    readonly reason: "no credentials" | "no answer",
    message: string,
    next?: string,
  ) {
    super(message, next);
  }
}

/**
 * What a command prints when it fails. An unexpected error keeps its stack trace, because it is a
 * bug to report.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof AggregateError) {
    return [...error.errors.map(describeFailure), error.message].filter(Boolean).join("\n\n");
  }
  if (error instanceof Failure)
    return [`${mark.bad} ${error.message}`, error.next].filter(Boolean).join("\n\n");
  if (isRunError(error)) return `${mark.bad} ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function outcomeOf<T>(work: () => T): PromiseSettledResult<T> {
  try {
    return { status: "fulfilled", value: work() };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}

/** Throws what went wrong in any of several things done side by side, all of it. */
export function throwFailures(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as unknown] : [],
  );
  if (reasons.length > 1) throw new AggregateError(reasons);
  if (reasons.length === 1) throw reasons[0];
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof Failure ? error.exitCode : EXIT.failed;
}

/**
 * A `pulumi.RunError` or an error of ours that has its mark: commands that do not need the SDK do
 * not load it.
 */
function isRunError(error: unknown): error is Error {
  return error instanceof Error && "__pulumiRunError" in error;
}
