import type { Backend } from "../backend";
import { keyPath } from "../kit/layout-issues";
import { metricsIssues } from "../kit/metrics/plan";
import { PLANNING } from "../kit/metrics/resources";
import { ringBackend } from "../kit/rings/backend";
import type { RingSettings } from "../kit/rings/deploy";
import { MIMIR as ARCHITECTURE } from "./components";
import { MIMIR_PATHS, mimirConfig } from "./config";
import { mimirLimits } from "./limits";

export const MIMIR_RINGS: RingSettings = {
  architecture: ARCHITECTURE,
  // Its figures are what others plan by that have none: profiles are those of small.yaml and
  // large.yaml in
  // https://github.com/grafana/mimir/tree/main/operations/helm/charts/mimir-distributed
  // https://grafana.com/docs/mimir/latest/manage/run-production-environment/planning-capacity/
  planning: PLANNING,
  paths: MIMIR_PATHS,
  rulesPath: MIMIR_PATHS.rules,
  config: mimirConfig,
  limits: mimirLimits,
  enforcing: ["distributor", "ingester", "querier", "query-frontend", "compactor", "ruler"],
  writePaths: { push: "/api/v1/push", otlp: "/otlp/v1/metrics" },
  readPath: "/prometheus",
  // It comes from Cortex, and has the bucket client of Thanos.
  metricPrefixes: { own: "cortex", bucket: "thanos_objstore" },
  shown: {
    fetchedBytes: "cortex_query_fetched_chunk_bytes_total",
    caches: "thanos_cache",
    indexCache: "thanos_store_index_cache",
  },
};

/** https://grafana.com/docs/mimir/latest/ */
export const MIMIR: Backend<"metrics"> = {
  ...ringBackend(MIMIR_RINGS),
  knowsPrefix: true,
  rejectedOptions: ["redis"],
  check: (store, cell) => [
    ...redisIssues(store, cell),
    ...metricsIssues(ARCHITECTURE, store, cell),
  ],
  groupsNameTenants: true,
  type: "heliograph:hub:Mimir",
};

/** Mimir had a client for it until 2.x. */
function redisIssues(...[store, cell]: Parameters<typeof MIMIR.check>) {
  const { redis } = store.options;
  if (!redis) return [];
  return [
    {
      path: keyPath(store, cell, "redis"),
      got: redis.endpoint,
      expected: `none: ${ARCHITECTURE.title} has no client for Redis; its caches are memcached`,
      example: true,
      exampleAt: keyPath(store, cell, "caches"),
    },
  ];
}
