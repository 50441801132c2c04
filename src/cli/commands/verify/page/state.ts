import type { CheckResult, EdgeReport, SubjectReport } from "../report";

/** How a hub or an edge gets on, what is broken first: the page is sorted by it. */
export const STATES = [
  "failing",
  "not listed",
  "not reached",
  "waiting",
  "not asked",
  "warning",
  "well",
  "revoked",
] as const;
export type State = (typeof STATES)[number];

interface Shown {
  readonly mark: string;
  readonly words: string;
  readonly tone: "bad" | "warning" | "good" | "faint";
}

/** A mark and words go with every colour, for those who do not see it. */
export const SHOWN: Readonly<Record<State, Shown>> = {
  failing: { mark: "✖", words: "failing", tone: "bad" },
  "not listed": { mark: "✖", words: "in no inventory", tone: "bad" },
  "not reached": { mark: "✖", words: "not reached", tone: "bad" },
  waiting: { mark: "…", words: "waiting for its signature", tone: "warning" },
  "not asked": { mark: "?", words: "not asked", tone: "warning" },
  warning: { mark: "!", words: "well, with warnings", tone: "warning" },
  well: { mark: "✔", words: "well", tone: "good" },
  revoked: { mark: "–", words: "revoked", tone: "faint" },
};

export function stateOf({ state, checks }: EdgeReport): State {
  if (state === "not listed" || state === "waiting") return state;
  const found = stateOfChecks({ checks });
  const well = found === "well" || found === "warning";
  return well && state === "revoked" ? "revoked" : found;
}

export function stateOfChecks({ checks }: Pick<SubjectReport, "checks">): State {
  const bad = checks.filter(({ ok }) => !ok);
  // What is broken counts for more than what is not known.
  if (bad.some(({ notReached }) => notReached === undefined)) return "failing";
  if (bad.some(({ notReached }) => notReached === "no answer")) return "not reached";
  if (bad.length > 0) return "not asked";
  return checks.some(({ status }) => status === "warning") ? "warning" : "well";
}

/** A check, or several that were not run for the same reason. */
export interface Issue {
  readonly names: readonly string[];
  readonly check: CheckResult;
}

const WORST_FIRST: readonly CheckResult["status"][] = ["failed", "not run", "warning", "passed"];

/** What was found, worst first. Checks that say the same are one. */
export function issuesOf(checks: readonly CheckResult[]): Issue[] {
  const groups = new Map<string, CheckResult[]>();
  for (const check of checks) {
    const key = check.status === "passed" ? check.name : `${check.status} ${check.detail}`;
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  const issues = [...groups.values()].map((group) => ({
    names: group.map(({ name }) => name),
    check: group[0] as CheckResult,
  }));
  const rank = ({ check }: Issue) => WORST_FIRST.indexOf(check.status);
  return issues.sort((a, b) => rank(a) - rank(b));
}
