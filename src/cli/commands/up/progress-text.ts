import { isPlumbing } from "../render/plumbing";
import {
  CHANGES,
  countDone,
  resourceName,
  type Awaited,
  type Operation,
} from "../../engine/events";

/** Where an update stands, in one line: `31 of 64, 12 created; waits 35 s for StatefulSet mimir-main: 0 of 1 replicas ready`. */
export function statusOf(operation: Operation, expected: number | undefined, now: number): string {
  const done = [...operation.done].filter((urn) => isExpected(operation, urn)).length;
  const progress =
    expected === undefined || done > expected ? `${done} done` : `${done} of ${expected}`;
  const awaited = longestAwaited(operation);
  return [[progress, ...countsOf(operation)].join(", "), awaited && describe(awaited, now)]
    .filter(Boolean)
    .join("; ");
}

/** What an update has done in the end: `12 created, 1 deleted`. */
export function outcomeOf(operation: Operation): string {
  return countsOf(operation).join(", ") || "no changes";
}

function countsOf(operation: Operation): string[] {
  return CHANGES.map((change) => ({ change, count: countDone(operation, change) }))
    .filter(({ count }) => count > 0)
    .map(({ change, count }) => `${count} ${change}`);
}

/** Counted among the resources that there will be: neither the engine's own nor those that go. */
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

/** What has happened between two looks at an operation, a line for each resource. */
export function newsBetween(before: Operation, after: Operation): string[] {
  return [...after.done]
    .filter((urn) => !before.done.has(urn))
    .flatMap((urn) => {
      const change = after.changes.get(urn);
      if (!change) return [];
      return [`${after.failed.includes(urn) ? "FAILED" : change.change} ${resourceName(urn)}`];
    });
}
