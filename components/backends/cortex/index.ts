import type { Backend } from "../backend";
import { cacheIssues } from "../kit/cache-options";
import { metricsIssues } from "../kit/metrics/plan";
import { PLANNING } from "../kit/metrics/resources";
import { ringBackend } from "../kit/rings/backend";
import type { RingSettings } from "../kit/rings/deploy";
import { CORTEX as ARCHITECTURE } from "./components";
import { CORTEX_PATHS, cortexConfig } from "./config";
import { cortexLimits } from "./limits";

export const CORTEX_RINGS: RingSettings = {
  architecture: ARCHITECTURE,
  // https://cortexmetrics.io/docs/guides/capacity-planning/
  planning: { ...PLANNING, bytesPerSeries: 15e9 / 1e6 },
  paths: CORTEX_PATHS,
  findsFrontends: true,
  config: cortexConfig,
  limits: cortexLimits,
  enforcing: ["distributor", "ingester", "querier", "query-frontend", "compactor"],
  writePaths: { push: "/api/v1/push", otlp: "/api/v1/otlp/v1/metrics" },
  readPath: "/prometheus",
  // It has the bucket client of Thanos.
  metricPrefixes: { own: "cortex", bucket: "thanos_objstore" },
  shown: {
    fetchedBytes: "cortex_query_fetched_chunks_bytes_total",
    caches: "thanos_cache_memcached",
    indexCache: "thanos_store_index_cache",
  },
};

/** https://cortexmetrics.io/docs/ */
export const CORTEX: Backend<"metrics"> = {
  ...ringBackend(CORTEX_RINGS),
  knowsPrefix: false,
  check: (store, cell) => [
    ...cacheIssues(store, cell),
    ...metricsIssues(ARCHITECTURE, store, cell),
  ],
  type: "heliograph:hub:Cortex",
};
