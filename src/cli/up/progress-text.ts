import { isPlumbing } from "../render/plumbing";
import { CHANGES, countDone, resourceName, type Awaited, type Operation } from "../workspace/events";

/** Where an update stands, in one line: `31 of 64, 12 created; waits 35 s for StatefulSet mimir-main: 0 of 1 replicas ready`. */
export function statusOf(operation: Operation, expected: number | undefined, now: number): string {
  const counts = CHANGES.flatMap((change) => {
    const count = countDone(operation, change);
    return count === 0 ? [] : [`${count} ${change}`];
  });
  const done = [...operation.done].filter((urn) => !isPlumbing(urn.split("::")[2] ?? "")).length;
  const progress = expected === undefined || done > expected ? `${done} done` : `${done} of ${expected}`;
  const awaited = longestAwaited(operation);
  return [[progress, ...counts].join(", "), awaited && describe(awaited, now)].filter(Boolean).join("; ");
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
