import type { Backend } from "../backend";
import { flushByPath } from "../kit/flush";
import { cacheIssues } from "../kit/issues";
import {
  METRICS_DISK,
  METRICS_OPTIONS,
  metricsIngest,
  prometheusDatasource,
  GATEWAY_PATHS,
  RING_ALERTS,
  RING_PROTECTED,
} from "../kit/metrics/access";
import { metricsDurability, metricsIssues } from "../kit/metrics/plan";
import { PrometheusApi, sampleProbe } from "../kit/metrics/prometheus-api";
import { PLANNING as MIMIR_PLANNING } from "../kit/metrics/resources";
import { deploymentOf, type RingProgram } from "../kit/rings/deploy";
import { runtimeLimits } from "../kit/rings/limits";
import { CORTEX as ARCHITECTURE } from "./components";
import { CORTEX_PATHS, cortexConfig } from "./config";
import { cortexLimits } from "./limits";

const { title } = ARCHITECTURE;

/** https://cortexmetrics.io/docs/guides/capacity-planning/ */
const PLANNING = { ...MIMIR_PLANNING, bytesPerSeries: 15e9 / 1e6 };

const ENFORCING = ["distributor", "ingester", "querier", "query-frontend", "compactor"];

export const CORTEX_RING: RingProgram = {
  planning: PLANNING,
  paths: CORTEX_PATHS,
  findsFrontends: true,
  config: cortexConfig,
  limits: cortexLimits,
};

/** https://cortexmetrics.io/docs/ */
export const CORTEX: Backend<"metrics"> = {
  name: "cortex",
  title,
  signal: "metrics",
  options: METRICS_OPTIONS,
  defaultDisk: METRICS_DISK,
  components: ARCHITECTURE.components,
  knowsPrefix: false,
  protectedConfig: RING_PROTECTED,
  architecture: () => ARCHITECTURE,
  durability: (store, cell) => metricsDurability(ARCHITECTURE, PLANNING, store, cell),
  check: (store, cell) => [
    ...cacheIssues(store, cell),
    ...metricsIssues(ARCHITECTURE, store, cell),
  ],
  frozen: [],
  flush: (cell) => flushByPath("cortex", cell, ARCHITECTURE.httpPort, "ingester/flush?wait=true"),
  uploadsWhenStopped: true,
  ingest: metricsIngest({ push: "/api/v1/push", otlp: "/api/v1/otlp/v1/metrics" }),
  datasource: prometheusDatasource(title),
  alerts: RING_ALERTS,
  limits: (_, cell) => runtimeLimits(title, ENFORCING, cortexLimits, cell),
  reader: (ask) => new PrometheusApi(title, ask),
  probe: sampleProbe(title, GATEWAY_PATHS.push),
  type: "heliograph:hub:Cortex",
  deploy: deploymentOf(CORTEX_RING),
};
