import { Failure, NotReached } from "../../ui/failure";
import type { Facts } from "./facts";
import type { CheckResult } from "./report";

/**
 * What a check found. `pending`: not so yet, but it may become so by itself; the check is run
 * again.
 */
export interface Outcome {
  readonly status: "passed" | "warning" | "failed" | "pending";
  /** The figure for the table. */
  readonly brief: string;
  readonly detail: string;
  /** What to look at or to do next. Defaults to the check's own advice. */
  readonly next?: string;
  /** The figures behind the sentence, as far as they were found. */
  readonly facts?: Facts;
}

/**
 * One thing that has to be true of a hub or of an edge. Checks do not know of each other, so that
 * one failure hides no other.
 */
export interface Check<Subject> {
  readonly name: string;
  readonly proves: string;
  /** A command that shows more, for when it is not so. */
  next(subject: Subject): string;
  run(subject: Subject): Promise<Outcome>;
}

export const passed = (brief: string, detail: string, facts?: Facts): Outcome =>
  withFacts({ status: "passed", brief, detail }, facts);
export const warning = (brief: string, detail: string, next?: string): Outcome =>
  outcome("warning", brief, detail, next);
export const failed = (detail: string, next?: string): Outcome =>
  outcome("failed", "", detail, next);
/** Fails as well when the time is over. */
export const pending = (detail: string, next?: string): Outcome =>
  outcome("pending", "", detail, next);

/** `facts` go along with whatever the outcome says. */
export function withFacts(found: Outcome, facts: Facts | undefined): Outcome {
  return facts === undefined ? found : { ...found, facts: { ...found.facts, ...facts } };
}

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

/** Half of the shortest time in which something changes: pods read their files every 5 to 10 s. */
const ASK_AGAIN_MILLISECONDS = 2500;

export interface Patience {
  /** Time (milliseconds since 1970) until which a check may be asked again. */
  readonly deadline: number;
  /** Told what is being waited for. */
  readonly onWait?: (check: string, detail: string) => void;
  /** Ends the waiting before its time. */
  readonly signal?: AbortSignal;
}

type Attempt = { readonly outcome: Outcome } | { readonly error: unknown };

/**
 * Runs all checks side by side. Where several of them need something that cannot be had (a cluster
 * that does not answer, a pod that is not there), the first of them fails and the others are shown
 * as not run, with the reason. The same cause is the same error, or a Failure with the same words.
 */
export async function runChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  patience: Patience,
): Promise<CheckResult[]> {
  const attempts = await Promise.all(checks.map((check) => attempt(check, subject, patience)));
  /** What was thrown, and which check is shown as failed by it. */
  const blamed = new Map<unknown, string>();
  return checks.map((check, index) => {
    const tried = attempts[index] as Attempt;
    const advice = check.next(subject);
    if ("outcome" in tried) return result(check, tried.outcome, advice);
    const { error } = tried;
    const { message, next = advice } = error as Error & { next?: string };
    const cause = error instanceof Failure ? message : error;
    const first = blamed.get(cause);
    blamed.set(cause, first ?? check.name);
    const why = error instanceof NotReached ? { notReached: error.reason } : {};
    return first === undefined
      ? { ...bad(check, "failed", message, next), ...why }
      : { ...bad(check, "not run", `not run, see ${first}: ${message}`, next), ...why };
  });
}

async function attempt<Subject>(
  check: Check<Subject>,
  subject: Subject,
  { deadline, onWait, signal }: Patience,
): Promise<Attempt> {
  const start = Date.now();
  try {
    for (;;) {
      const outcome = await check.run(subject);
      if (outcome.status !== "pending") return { outcome };
      if (signal?.aborted || Date.now() + ASK_AGAIN_MILLISECONDS > deadline)
        return { outcome: givenUp(outcome, Date.now() - start) };
      onWait?.(check.name, outcome.detail);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MILLISECONDS));
    }
  } catch (error) {
    return { error };
  }
}

function givenUp(outcome: Outcome, milliseconds: number): Outcome {
  const seconds = Math.round(milliseconds / 1000);
  return {
    ...outcome,
    status: "failed",
    detail: seconds > 0 ? `${outcome.detail} (still so after ${seconds} s)` : outcome.detail,
  };
}

function result<Subject>(check: Check<Subject>, outcome: Outcome, advice: string): CheckResult {
  const { name, proves } = check;
  const { status, brief, detail, next = advice } = outcome;
  const facts = outcome.facts && { facts: outcome.facts };
  if (status === "passed") return { name, proves, ok: true, status, brief, detail, ...facts };
  if (status === "warning")
    return { name, proves, ok: true, status, brief, detail, next, ...facts };
  return { ...bad(check, "failed", detail, next), ...facts };
}

function bad<Subject>(
  { name, proves }: Check<Subject>,
  status: "failed" | "not run",
  detail: string,
  next: string,
): CheckResult {
  return { name, proves, ok: false, status, brief: status, detail, next };
}

/** How `verify` decides where it is not told otherwise. */
export const PATIENCE = {
  /**
   * The longest time that a change takes: kubelet brings a changed ConfigMap into a pod, an agent
   * sends for the first time.
   */
  timeoutSeconds: 120,
  /** Four times the default interval between two samples. */
  maxAgeSeconds: 60,
} as const;
