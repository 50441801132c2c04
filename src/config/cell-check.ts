import { MetricsBackend, type Signal } from "../../components/contract/names";
import type { Problem } from "../../components/kit/problems";
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
import { bucketProblems } from "./bucket-check";
import { pasteLines, showPath } from "./explain";
import type { HubSection } from "./hub-schema";
import type { Secrets, Settings } from "./schema";
import { bucketsOf } from "./stores";

export function cellProblems(hub: HubSection): Problem[] {
  return [bucketProblems, unusedPrefixes, topologyProblems, linesBeforeTheSchema].flatMap((check) =>
    check(hub),
  );
}

/** Cortex would keep its objects at the top of the bucket all the same. */
function unusedPrefixes({ cells }: HubSection): Problem[] {
  return Object.entries(cells).flatMap(([cell, { metrics }]) => {
    const { prefix, ...bucket } = metrics.bucket;
    if (prefix === undefined || metrics.backend !== MetricsBackend.cortex) return [];
    const path = ["hub", "cells", cell, "metrics", "bucket"];
    return [
      {
        path: showPath([...path, "prefix"]),
        got: prefix,
        expected: "none, and a bucket of its own: Cortex knows no prefix",
        paste: pasteLines(path, bucket),
      },
    ];
  });
}

function topologyProblems({ cells, ...writers }: HubSection): Problem[] {
  const shared = sharedRedis(cells).map(({ cell, signal, fault }) =>
    faultProblem(cell, signal, fault),
  );
  const each = Object.entries(cells).flatMap(([cell, { metrics, logs, traces }]) => {
    const load = { activeSeries: cellSeries(writers, cell), edges: cellEdges(writers, cell) };
    return [
      ...topologyFaults(cell, metrics, load).map((fault) => faultProblem(cell, "metrics", fault)),
      ...(logs ? lokiFaults(cell, logs, cellLogs(writers, cell)) : []).map((fault) =>
        faultProblem(cell, "logs", fault),
      ),
      ...(traces ? tempoFaults(cell, traces, cellTraces(writers, cell)) : []).map((fault) =>
        faultProblem(cell, "traces", fault),
      ),
    ];
  });
  return [...each, ...shared];
}

function faultProblem(
  cell: string,
  signal: Signal,
  { key, got, expected, example, as }: TopologyFault<string>,
): Problem {
  const path = ["hub", "cells", cell, signal, key];
  return {
    path: showPath(path),
    got,
    expected,
    paste: pasteLines(as ? ["hub", ...as] : path, example),
  };
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
export function missingCredentials(settings: Settings, { objectStores }: Secrets): Problem[] {
  return bucketsOf(settings).flatMap(({ path, bucket }) => {
    if (bucket.provider !== "s3-compatible" || bucket.credentials in objectStores) return [];
    const key = `heliograph:secrets.objectStores.${bucket.credentials}`;
    return [
      {
        path: showPath([...path, "credentials"]),
        got: bucket.credentials,
        expected: `one of \`heliograph:secrets\` \`objectStores\`: ${Object.keys(objectStores).join(", ") || "there is none yet"}`,
        paste: `pulumi config set --secret --path '${key}.accessKeyId' ...\npulumi config set --secret --path '${key}.secretAccessKey' ...`,
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
export function missingRedisPasswords(settings: Settings, { redis }: Secrets): Problem[] {
  return redisPasswords(settings).flatMap(({ path, name }) => {
    if (name in redis) return [];
    return [
      {
        path: showPath(path),
        got: name,
        expected: `one of \`heliograph:secrets\` \`redis\`: ${Object.keys(redis).join(", ") || "there is none yet"}`,
        paste: `pulumi config set --secret --path 'heliograph:secrets.redis.${name}' ...`,
      },
    ];
  });
}
