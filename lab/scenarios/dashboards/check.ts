import { setTimeout as pause } from "node:timers/promises";
import type { Dashboard } from "@heliograph/heliograph/model";
import type { ClusterName } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { type Asked, Panels } from "./answers.js";
import { emptyFor } from "./exceptions.js";

/** Rates of the shortest windows need two scrapes after what they count has come up. */
const PATIENCE_SECONDS = 240;

/**
 * Every query of the dashboards is asked for each cluster and the tenant of its name: it has data,
 * and no other tenant's or cluster's.
 */
export async function checkPanels(
  lab: ScenarioContext,
  boards: readonly Dashboard[],
  clusters: readonly ClusterName[],
  explained = emptyFor,
): Promise<void> {
  const panels = await Panels.open(lab);
  const started = Date.now();
  const all: Asked[] = [];
  for (const cluster of clusters) {
    const asked = await panels.ask(boards, cluster);
    lab.log(`${cluster}: ${asked.length} queries`);
    all.push(...asked);
  }
  const unexplained = (each: Asked) => isEmpty(each) && !explained(each.question, each.cluster);
  while (all.some(unexplained) && Date.now() - started < PATIENCE_SECONDS * 1000) {
    await pause(10_000, undefined, { signal: lab.signal });
    for (const [index, each] of all.entries())
      if (unexplained(each)) all[index] = await panels.again(each);
  }
  report(lab, all, unexplained);
  for (const [why, names] of grouped(all.filter(isEmpty), ({ question, cluster }) =>
    explained(question, cluster),
  ))
    lab.log(`${names.length} without data: ${why}`);
}

/**
 * The check itself is tried: the queries of each dashboard lose the matchers of tenant and
 * cluster, and show what is another's.
 */
export async function checkMutants(
  lab: ScenarioContext,
  boards: readonly Dashboard[],
  cluster: ClusterName,
): Promise<void> {
  const panels = await Panels.open(lab);
  const alive: string[] = [];
  for (const board of boards) {
    const asked = await panels.ask([board], cluster, (text) =>
      text.replaceAll(new RegExp(`(tenant_id|cluster)=~"${cluster}",?`, "g"), ""),
    );
    if (asked.flatMap(foreigners).length === 0) alive.push(board.name);
  }
  lab.check(
    "a dashboard without these matchers is found out",
    alive.length === 0,
    alive.join(", ") || `${boards.length} of ${boards.length} dashboards`,
  );
}

function report(
  lab: ScenarioContext,
  all: readonly Asked[],
  unexplained: (each: Asked) => boolean,
): void {
  const failed = all.flatMap((each) =>
    each.answers.error ? [`${nameOf(each)}: ${each.answers.error}`] : [],
  );
  lab.check("every query is understood", failed.length === 0, told(failed, `${all.length} asked`));
  const foreign = all.flatMap(foreigners);
  lab.check(
    "no answer has another tenant's or cluster's series",
    foreign.length === 0,
    told(foreign, `${all.length} asked`),
  );
  const filled = all.filter((each) => !isEmpty(each));
  const empty = all.filter(unexplained).map(nameOf);
  const count = `${filled.length} of ${all.length} have data`;
  lab.check(
    "every panel has data, but for those whose absence is explained",
    empty.length === 0,
    [count, ...new Set(empty)].join("; "),
  );
}

function isEmpty({ answers: { error, labels } }: Asked): boolean {
  return error === undefined && labels.length === 0;
}

function nameOf({ question, cluster }: Asked): string {
  return `${question.dashboard}/${question.panel} for ${cluster}`;
}

/** Labels of the asked filters that have another value than the chosen one. */
function foreigners(asked: Asked): string[] {
  const { question, cluster, answers } = asked;
  // In the lab each cluster is a tenant, and both have one name.
  const chosen = [question.filters.tenant, question.filters.cluster].filter(
    (label) => label !== undefined,
  );
  return answers.labels.flatMap((each) =>
    chosen.flatMap((label) => {
      const value = each[label];
      if (value === undefined || value === cluster) return [];
      return [`${nameOf(asked)}: ${label} ${value}`];
    }),
  );
}

function grouped(
  all: readonly Asked[],
  why: (each: Asked) => string | undefined,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const each of all) {
    const reason = why(each);
    if (reason) found.set(reason, [...(found.get(reason) ?? []), nameOf(each)]);
  }
  return found;
}

function told(faults: readonly string[], otherwise: string): string {
  return faults.length === 0 ? otherwise : faults.slice(0, 20).join("; ");
}
