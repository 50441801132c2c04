import { MetricsBackend, type Signal } from "../../components/contract/names";
import type { Issue } from "../../components/kit/issues";
import {
  cellEdges,
  cellLogs,
  cellSeries,
  cellTraces,
  lokiFaults,
  sharedRedis,
  tempoFaults,
  topologyFaults,
  type TopologyFault,
} from "../../components/topology";
import { bucketIssues } from "./bucket-check";
import { setSecret } from "./notation";
import type { HubSection } from "./hub-schema";
import type { Secrets, Settings } from "./schema";
import { bucketsOf } from "./stores";

export function cellIssues(hub: HubSection): Issue[] {
  return [bucketIssues, unusedPrefixes, topologyIssues, linesBeforeTheSchema].flatMap((check) =>
    check(hub),
  );
}

/** Cortex would keep its objects at the top of the bucket all the same. */
function unusedPrefixes({ cells }: HubSection): Issue[] {
  return Object.entries(cells).flatMap(([cell, { metrics }]) => {
    const { prefix, ...bucket } = metrics.bucket;
    if (prefix === undefined || metrics.backend !== MetricsBackend.cortex) return [];
    const path = ["hub", "cells", cell, "metrics", "bucket"];
    return [
      {
        path: [...path, "prefix"],
        got: prefix,
        expected: "none, and a bucket of its own: Cortex knows no prefix",
        example: bucket,
        exampleAt: path,
      },
    ];
  });
}

function topologyIssues({ cells, ...writers }: HubSection): Issue[] {
  const shared = sharedRedis(cells).map(({ cell, signal, fault }) =>
    faultIssue(cell, signal, fault),
  );
  const each = Object.entries(cells).flatMap(([cell, { metrics, logs, traces }]) => {
    const load = { activeSeries: cellSeries(writers, cell), edges: cellEdges(writers, cell) };
    return [
      ...topologyFaults(cell, metrics, load).map((fault) => faultIssue(cell, "metrics", fault)),
      ...(logs ? lokiFaults(cell, logs, cellLogs(writers, cell)) : []).map((fault) =>
        faultIssue(cell, "logs", fault),
      ),
      ...(traces ? tempoFaults(cell, traces, cellTraces(writers, cell)) : []).map((fault) =>
        faultIssue(cell, "traces", fault),
      ),
    ];
  });
  return [...each, ...shared];
}

function faultIssue(
  cell: string,
  signal: Signal,
  { key, got, expected, example, as }: TopologyFault<string>,
): Issue {
  const path = ["hub", "cells", cell, signal, key];
  return { path, got, expected, example, ...(as && { exampleAt: ["hub", ...as] }) };
}

/** Loki refuses lines for whose day there is no schema. */
function linesBeforeTheSchema({ cells }: HubSection): Issue[] {
  const today = new Date().toISOString().slice(0, 10);
  return Object.entries(cells).flatMap(([cell, { logs }]) => {
    if (!logs || logs.schemaFrom <= today) return [];
    return [
      {
        path: ["hub", "cells", cell, "logs", "schemaFrom"],
        got: logs.schemaFrom,
        expected: "a day that has been: lines from before it are refused",
        example: "2026-01-31",
      },
    ];
  });
}

/** Credentials that a bucket names and the secrets do not hold. */
export function missingCredentials(settings: Settings, { objectStores }: Secrets): Issue[] {
  return bucketsOf(settings).flatMap(({ path, bucket }) => {
    if (bucket.provider !== "s3-compatible" || bucket.credentials in objectStores) return [];
    const keys = ["accessKeyId", "secretAccessKey"];
    return [
      {
        path: [...path, "credentials"],
        got: bucket.credentials,
        expected: `one of \`heliograph:secrets\` \`objectStores\`: ${Object.keys(objectStores).join(", ") || "there is none yet"}`,
        lines: keys.map((key) => setSecret(["objectStores", bucket.credentials, key])).join("\n"),
      },
    ];
  });
}

/** Where the settings name passwords of a Redis. */
export function redisPasswords({ hub }: Settings): { path: string[]; name: string }[] {
  return Object.entries(hub?.cells ?? {}).flatMap(([cell, { metrics, logs }]) =>
    Object.entries({ metrics, logs }).flatMap(([signal, store]) => {
      const name = store?.redis?.password;
      return name === undefined
        ? []
        : [{ path: ["hub", "cells", cell, signal, "redis", "password"], name }];
    }),
  );
}

/** Those that the secrets do not hold. */
export function missingRedisPasswords(settings: Settings, { redis }: Secrets): Issue[] {
  return redisPasswords(settings).flatMap(({ path, name }) => {
    if (name in redis) return [];
    return [
      {
        path,
        got: name,
        expected: `one of \`heliograph:secrets\` \`redis\`: ${Object.keys(redis).join(", ") || "there is none yet"}`,
        lines: setSecret(["redis", name]),
      },
    ];
  });
}
