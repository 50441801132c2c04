import type { EdgeView } from "./fleet";

export interface Result {
  readonly ok: boolean;
  readonly detail: string;
  /** What to look at next, where it is not ok: a command, or a line to change. */
  readonly next?: string;
}

/** One thing that has to be true of an edge. Checks do not know of each other, so that one failure hides no other. */
export interface Check {
  readonly name: string;
  readonly proves: string;
  run(edge: EdgeView): Promise<Result>;
}

export interface CheckResult extends Result {
  readonly name: string;
}

/** Runs checks side by side. What a check throws is its failure: the reason it could not be decided. */
export function runChecks(checks: readonly Check[], edge: EdgeView): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async (check) => {
      try {
        return { name: check.name, ...(await check.run(edge)) };
      } catch (error) {
        const { message, next } = error as Error & { next?: string };
        return { name: check.name, ok: false, detail: `not run: ${message}`, next };
      }
    }),
  );
}

/** Why a check cannot be decided, and what to do about it. */
export class Undecided extends Error {
  constructor(
    message: string,
    readonly next: string,
  ) {
    super(message);
  }
}

/** Asks until the answer is ok, or the time is over; gives the last answer. Data and configuration take a moment to arrive, and that is no failure. */
export async function eventually(seconds: number, attempt: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const result = await attempt();
    if (result.ok || Date.now() >= deadline) return result;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
