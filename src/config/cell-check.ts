import type { Signal } from "../../components/contract/names";
import type { Problem } from "../../components/kit/problems";
import {
  cellEdges,
  cellLogs,
  cellSeries,
  cellTraces,
  lokiFaults,
  tempoFaults,
  topologyFaults,
  type TopologyFault,
} from "../../components/topology";
import { bucketPlace } from "./bucket-place";
import type { BucketSection } from "./bucket-schema";
import { pasteLines, showPath } from "./explain";
import type { HubSection } from "./hub-schema";
import type { Secrets, Settings } from "./schema";
import { storesOf, type Store } from "./stores";

export function cellProblems(hub: HubSection): Problem[] {
  return [sharedBuckets, topologyProblems, linesBeforeTheSchema].flatMap((check) => check(hub));
}

/**
 * A backend takes all that is in its bucket for its own: two in one would delete each other's objects, unless each has a prefix: to one without, the prefix
 * of the other is a tenant.
 */
function sharedBuckets({ cells }: HubSection): Problem[] {
  const stores = storesOf(cells);
  return stores.flatMap((own, index) => {
    const { bucket } = own.store;
    const place = bucketPlace(bucket);
    const other = stores.slice(0, index).find(({ store }) => {
      const apart = store.bucket.prefix && bucket.prefix && store.bucket.prefix !== bucket.prefix;
      return bucketPlace(store.bucket) === place && !apart;
    });
    if (!other) return [];
    const path = ["hub", "cells", own.cell, own.signal, "bucket"];
    return [
      {
        path: showPath(path),
        got: place,
        expected: `a bucket of its own, or a prefix for each: cell ${other.cell} keeps its ${other.signal} in this one`,
        paste: pasteLines(path, elsewhere(bucket, differences(own, other))),
      },
    ];
  });
}

function differences(own: Store, other: Store): string {
  const cell = own.cell === other.cell ? [] : [own.cell];
  const signal = own.signal === other.signal ? [] : [own.signal];
  return [...cell, ...signal].join("-");
}

function elsewhere(bucket: BucketSection, suffix: string): object {
  switch (bucket.provider) {
    case "azure":
      return { ...bucket, existing: { ...bucket.existing, container: `${bucket.existing.container}-${suffix}` } };
    case "s3-compatible":
      return { ...bucket, bucket: `${bucket.bucket}-${suffix}` };
    default:
      return { ...bucket, existing: { ...bucket.existing, bucket: `${bucket.existing.bucket}-${suffix}` } };
  }
}

function topologyProblems({ cells, edges }: HubSection): Problem[] {
  return Object.entries(cells).flatMap(([cell, { metrics, logs, traces }]) => {
    const load = { activeSeries: cellSeries({ edges }, cell), edges: cellEdges({ edges }, cell) };
    return [
      ...topologyFaults(cell, metrics, load).map((fault) => faultProblem(cell, "metrics", fault)),
      ...(logs ? lokiFaults(cell, logs, cellLogs({ edges }, cell)) : []).map((fault) =>
        faultProblem(cell, "logs", fault),
      ),
      ...(traces ? tempoFaults(cell, traces, cellTraces({ edges }, cell)) : []).map((fault) =>
        faultProblem(cell, "traces", fault),
      ),
    ];
  });
}

function faultProblem(
  cell: string,
  signal: Signal,
  { key, got, expected, example, as }: TopologyFault<string>,
): Problem {
  const path = ["hub", "cells", cell, signal, key];
  return { path: showPath(path), got, expected, paste: pasteLines(as ? ["hub", ...as] : path, example) };
}

/** Loki refuses lines for whose day there is no schema. */
function linesBeforeTheSchema({ cells }: HubSection): Problem[] {
  const today = new Date().toISOString().slice(0, 10);
  return Object.entries(cells).flatMap(([cell, { logs }]) => {
    if (!logs || logs.schemaFrom <= today) return [];
    const path = ["hub", "cells", cell, "logs", "schemaFrom"];
    return [
      {
        path: showPath(path),
        got: logs.schemaFrom,
        expected: "a day that has been: lines from before it are refused",
        paste: pasteLines(path, "2026-01-31"),
      },
    ];
  });
}

/** Credentials that a bucket names and the secrets do not hold. */
export function missingCredentials({ hub }: Settings, { objectStores }: Secrets): Problem[] {
  return storesOf(hub?.cells ?? {}).flatMap(({ cell, signal, store: { bucket } }) => {
    if (bucket.provider !== "s3-compatible" || bucket.credentials in objectStores) return [];
    const key = `heliograph:secrets.objectStores.${bucket.credentials}`;
    return [
      {
        path: showPath(["hub", "cells", cell, signal, "bucket", "credentials"]),
        got: bucket.credentials,
        expected: `one of \`heliograph:secrets\` \`objectStores\`: ${Object.keys(objectStores).join(", ") || "there is none yet"}`,
        paste: `pulumi config set --secret --path '${key}.accessKeyId' ...\npulumi config set --secret --path '${key}.secretAccessKey' ...`,
      },
    ];
  });
}
