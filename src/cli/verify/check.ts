export type Status = "passed" | "warning" | "failed" | "not run";

/** What a check found. `pending`: not so yet, but it may become so by itself; the check is asked again. */
export interface Outcome {
  readonly status: "passed" | "warning" | "failed" | "pending";
  /** The figure for the table. */
  readonly brief: string;
  readonly detail: string;
  /** What to look at or to do next, where it is not the check's usual advice. */
  readonly next?: string;
}

/** One thing that has to be true of a hub or of an edge. Checks do not know of each other, so that one failure hides no other. */
export interface Check<Subject> {
  readonly name: string;
  readonly proves: string;
  /** A command that shows more, for when it is not so. */
  next(subject: Subject): string;
  run(subject: Subject): Promise<Outcome>;
}

export interface CheckResult {
  readonly name: string;
  readonly proves: string;
  /** A warning is no failure; a check that could not be run is: nothing is known. */
  readonly ok: boolean;
  readonly status: Status;
  readonly brief: string;
  readonly detail: string;
  /** Present unless passed. */
  readonly next?: string;
}

export const passed = (brief: string, detail: string): Outcome => ({ status: "passed", brief, detail });
export const warning = (brief: string, detail: string, next?: string): Outcome =>
  outcome("warning", brief, detail, next);
export const failed = (detail: string, next?: string): Outcome => outcome("failed", "", detail, next);
/** Fails as well when the time is over. */
export const pending = (detail: string, next?: string): Outcome => outcome("pending", "", detail, next);

function outcome(status: Outcome["status"], brief: string, detail: string, next?: string): Outcome {
  return { status, brief, detail, ...(next !== undefined && { next }) };
}
