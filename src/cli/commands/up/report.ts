import type { Pass, UpdatePass } from "./plan";
import {
  type Awaited,
  type Change,
  CHANGES,
  countDone,
  isPlumbing,
  type Operation,
  resourceName,
} from "../../engine/events";
import { style } from "../../ui/style";
import { table } from "../../ui/table";
import { duration } from "../../ui/text";
import type { EndedUpdate } from "./passes";
import type { Verification } from "../verify/report";

/** What a pass does, on one line. */
export function titleOf(pass: Pass): string {
  switch (pass.kind) {
    case "ask":
      return `new keys, and requests for certificates: ${list(pass.stacks)}`;
    case "copy requests":
      return `into Pulumi.${pass.hub}.yaml: the requests of ${list(Object.keys(pass.requests))}`;
    case "hub":
      return pass.signs.length === 0
        ? `hub: ${pass.stacks[0]}`
        : `hub: ${pass.stacks[0]}, which signs for ${list(pass.signs)}`;
    case "edges":
      return `edges of ${pass.environment}: ${list(pass.stacks)}`;
    case "verify":
      return `verify ${pass.environment}: ${list(pass.edges)}`;
  }
}

function list(names: readonly string[]): string {
  return names.join(", ");
}

/**
 * The progress of an update on one line:
 * `31 of 64, 12 created; waits 35 s for StatefulSet prometheus-agent: 0 of 1 replicas ready`.
 */
export function statusOf(operation: Operation, expected: number | undefined, now: number): string {
  const done = [...operation.done].filter((urn) => isExpected(operation, urn)).length;
  const progress =
    expected === undefined || done > expected ? `${done} done` : `${done} of ${expected}`;
  const awaited = longestAwaited(operation);
  return [[progress, ...countsOf(operation)].join(", "), awaited && describe(awaited, now)]
    .filter(Boolean)
    .join("; ");
}

/** The changes that an update has made: `12 created, 1 deleted`. */
export function outcomeOf(operation: Operation): string {
  return countsOf(operation).join(", ") || "no changes";
}

function countsOf(operation: Operation): string[] {
  return CHANGES.map((change) => ({ change, count: countDone(operation, change) }))
    .filter(({ count }) => count > 0)
    .map(({ change, count }) => `${count} ${change}`);
}

/** Whether it counts as one of the stack's resources: not the engine's own, and not deleted. */
function isExpected({ changes }: Operation, urn: string): boolean {
  return !isPlumbing(urn.split("::")[2] ?? "") && changes.get(urn)?.change !== "deleted";
}

function longestAwaited({ awaited }: Operation): Awaited | undefined {
  return [...awaited.values()].sort((a, b) => a.since - b.since)[0];
}

function describe({ urn, since, status }: Awaited, now: number): string {
  const seconds = Math.max(0, Math.round(now / 1000 - since));
  return `waits ${seconds} s for ${resourceName(urn)}${status && `: ${status.split("\n")[0]}`}`;
}

/** What happened between two states of an operation, a line for each resource. */
export function newsBetween(before: Operation, after: Operation): string[] {
  return [...after.done]
    .filter((urn) => !before.done.has(urn))
    .flatMap((urn) => {
      const change = after.changes.get(urn);
      if (!change) return [];
      return [`${after.failed.includes(urn) ? "FAILED" : change.change} ${resourceName(urn)}`];
    });
}

/** What each update did and how long it took, in the order in which the updates ended. */
export function showSummary(done: readonly EndedUpdate[]): string {
  const count = (each: EndedUpdate, change: Change) => {
    const number = countDone(each.operation, change);
    const destroys = number > 0 && (change === "replaced" || change === "deleted");
    return destroys ? style.danger(String(number)) : String(number);
  };
  return table(
    [
      { title: "stack" },
      { title: "pass" },
      ...CHANGES.map((title) => ({ title, align: "right" as const })),
      { title: "took", align: "right" },
    ],
    done.map((each) => [
      each.stack,
      each.failure ? style.bad(`${shortTitle(each.pass)}: FAILED`) : shortTitle(each.pass),
      ...CHANGES.map((change) => count(each, change)),
      duration(each.milliseconds),
    ]),
  );
}

/** Warnings of the last update of each stack; earlier ones no longer apply. */
export function showWarnings(done: readonly EndedUpdate[]): string {
  const last = new Map(done.map((each) => [each.stack, each]));
  return [...last.values()]
    .flatMap(({ stack, operation }) =>
      operation.warnings.map(({ message }) => `${style.warning(stack)}: ${message}`),
    )
    .join("\n");
}

function shortTitle(pass: UpdatePass): string {
  switch (pass.kind) {
    case "ask":
      return "asks";
    case "hub":
      return pass.signs.length > 0 ? `signs ${pass.signs.join(", ")}` : "hub";
    case "edges":
      return "connects";
  }
}

/** What a run did before it stopped. */
interface History {
  readonly updates: readonly EndedUpdate[];
  readonly verifications: readonly Verification[];
}

/** The state of each stack after a run that stopped, in the order of the passes. */
export function showStackStates(passes: readonly Pass[], history: History): string {
  const stacks = [
    ...new Set(passes.flatMap((pass) => (pass.kind === "copy requests" ? [] : pass.stacks))),
  ];
  const order = [...new Set([...passes.flatMap(lastUpdates), ...stacks])];
  const rows = order.map((stack) => [stack, stateOf(stack, edgeOf(stack, passes), history)]);
  return table([{ title: "stack" }, { title: "state" }], rows);
}

function lastUpdates(pass: Pass): readonly string[] {
  return pass.kind === "hub" || pass.kind === "edges" ? pass.stacks : [];
}

function edgeOf(stack: string, passes: readonly Pass[]): string | undefined {
  return passes.flatMap((pass) =>
    pass.kind === "verify" ? (pass.edges[pass.stacks.indexOf(stack)] ?? []) : [],
  )[0];
}

function stateOf(
  stack: string,
  edge: string | undefined,
  { updates, verifications }: History,
): string {
  const last = updates.findLast((update) => update.stack === stack);
  if (!last) return "not started";
  if (last.failure) {
    const resources = last.operation.failed.map(resourceName).join(", ");
    return style.bad(["update FAILED", resources].filter(Boolean).join(": "));
  }
  if (last.pass.kind === "ask") return "has asked for a certificate, is not connected yet";
  if (edge === undefined) return "done";
  const report = verifications.flatMap(({ edges }) => edges).findLast((each) => each.edge === edge);
  if (!report) return "updated, not verified yet";
  if (report.ok) return "done and verified";
  const bad = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return style.bad(`updated, checks FAILED: ${bad.join(", ")}`);
}
