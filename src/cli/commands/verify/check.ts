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

export const passed = (brief: string, detail: string): Outcome => ({
  status: "passed",
  brief,
  detail,
});
export const warning = (brief: string, detail: string, next?: string): Outcome =>
  outcome("warning", brief, detail, next);
export const failed = (detail: string, next?: string): Outcome =>
  outcome("failed", "", detail, next);
/** Fails as well when the time is over. */
export const pending = (detail: string, next?: string): Outcome =>
  outcome("pending", "", detail, next);

const WORST_FIRST: readonly Outcome["status"][] = ["failed", "pending", "warning", "passed"];

/** What was found of several of a kind, as one: the worst of it, with the figures of all. */
export function together(found: readonly (readonly [name: string, outcome: Outcome])[]): Outcome {
  const outcomes = found.map(([, each]) => each);
  const status =
    WORST_FIRST.find((candidate) => outcomes.some((each) => each.status === candidate)) ?? "passed";
  const worst = outcomes.filter((each) => each.status === status);
  const detail =
    found.length === 1
      ? worst[0]?.detail
      : found.map(([name, each]) => `${name}: ${each.detail}`).join("; ");
  return outcome(status, worst.map(({ brief }) => brief).join(" "), detail ?? "", worst[0]?.next);
}

function outcome(status: Outcome["status"], brief: string, detail: string, next?: string): Outcome {
  return { status, brief, detail, ...(next !== undefined && { next }) };
}
