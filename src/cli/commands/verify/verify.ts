import { Failure, throwFailures } from "../../ui/failure";
import type { Progress, Task } from "../../ui/progress";
import { plural } from "../../ui/text";
import { type Check, type Patience, runChecks } from "./check";
import { edgeChecks, hubChecks } from "./checks";
import type { EdgeView } from "./edge";
import { signalsOf } from "./hub";
import type { Fleet, UnlistedEdge } from "./fleet";
import {
  type CheckResult,
  type EdgeReport,
  type HubReport,
  subjectReport,
  type SubjectReport,
  type Verification,
} from "./report";

/** Edges verified side by side: each has about twenty connections open at a time. */
const SIDE_BY_SIDE = 4;

export type { EdgeReport, HubReport, Verification } from "./report";

interface Options {
  /** How long to wait for what is under way: changes that propagate, agents that start. */
  readonly timeoutSeconds: number;
  /** Age of the newest sample, and lag of the queue, above which they are failures. */
  readonly maxAgeSeconds: number;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
}

/**
 * Verifies the named edges, or all, and before them the hubs that they write to. An edge answers to
 * its own name and to its stack's.
 */
export async function verify(
  fleet: Fleet,
  named: readonly string[],
  { timeoutSeconds, maxAgeSeconds, signal }: Options,
  progress: Progress,
): Promise<Verification> {
  const { edges, unlisted } = choose(fleet, named);
  const chosenHubs = fleet.hubs.filter(
    ({ view }) => named.length === 0 || edges.some(({ hub }) => hub === view),
  );
  const patience = { deadline: Date.now() + timeoutSeconds * 1000, ...(signal && { signal }) };
  const hubTasks = chosenHubs.map((hub) => {
    const { view } = hub;
    const report = (found: SubjectReport): HubReport => ({
      hub: view.stack,
      tenants: view.tenants,
      ...found,
    });
    return task(`hub ${view.stack}`, view, hubChecks(hub), patience, report);
  });
  const edgeTasks = edges.map((edge) => {
    const { name, entry } = edge;
    const report = (found: SubjectReport): EdgeReport => ({
      edge: name,
      state: entry.state,
      inventory: inventoryOf(edge),
      ...found,
    });
    return task(name, edge, edgeChecks(edge, maxAgeSeconds), patience, report);
  });
  const hubReports = await sideBySide(progress, hubTasks);
  const edgeReports = [...(await sideBySide(progress, edgeTasks)), ...unlisted.map(unlistedReport)];
  const ok = [...hubReports, ...edgeReports].every((report) => report.ok);
  return { ok, hubs: hubReports, edges: edgeReports };
}

function choose(
  { edges, unlisted }: Fleet,
  named: readonly string[],
): Pick<Fleet, "edges" | "unlisted"> {
  const all = [...edges, ...unlisted];
  const answersTo = (name: string) => (edge: EdgeView | UnlistedEdge) =>
    edge.name === name || edge.home?.stack === name;
  const unknown = named.filter((name) => !all.some(answersTo(name)));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(", ");
    throw new Failure(
      `No edge ${unknown.join(", ")}, neither in an inventory nor in a stack file. Edges: ${known}`,
    );
  }
  const chosen = (edge: EdgeView | UnlistedEdge) =>
    named.length === 0 || named.some((name) => answersTo(name)(edge));
  return { edges: edges.filter(chosen), unlisted: unlisted.filter(chosen) };
}

function inventoryOf({ hub, entry }: EdgeView): EdgeReport["inventory"] {
  const { tenant, cell, environment, region, clusterType, activeSeries, outageSeconds } = entry;
  return {
    hub: hub.stack,
    tenant,
    cell,
    environment,
    region,
    clusterType,
    signals: signalsOf(entry),
    activeSeries,
    outageSeconds,
  };
}

function unlistedReport({ name, detail, next }: UnlistedEdge): EdgeReport {
  const proves = "the edge is in the inventory of a hub";
  const check: CheckResult = {
    name: "identity",
    proves,
    ok: false,
    status: "failed",
    brief: "failed",
    detail,
    next,
  };
  return { edge: name, state: "not listed", ...subjectReport([check]) };
}

function task<Subject, Report extends SubjectReport>(
  name: string,
  subject: Subject,
  checks: readonly Check<Subject>[],
  patience: Patience,
  reportOf: (report: SubjectReport) => Report,
): Task<Report> {
  return {
    name,
    async work(tell) {
      const onWait = (check: string, detail: string) =>
        tell.status(`waiting for ${check}: ${detail}`);
      const results = await runChecks(checks, subject, { ...patience, onWait });
      const bad = results.filter(({ ok }) => !ok).length;
      const total = plural(results.length, "check");
      tell.status(bad === 0 ? total : `${bad} of ${total} failed`);
      if (bad > 0) tell.fail();
      return reportOf(subjectReport(results));
    },
  };
}

async function sideBySide<Report>(
  progress: Progress,
  tasks: readonly Task<Report>[],
): Promise<Report[]> {
  if (tasks.length === 0) return [];
  const outcomes = await progress.run(tasks, SIDE_BY_SIDE);
  throwFailures(outcomes);
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}
