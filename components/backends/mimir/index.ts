import type { Backend } from "../backend";
import { flushByPath } from "../kit/flush";
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
import { PLANNING } from "../kit/metrics/resources";
import { deploymentOf, type RingProgram } from "../kit/rings/deploy";
import { runtimeLimits } from "../kit/rings/limits";
import { MIMIR as ARCHITECTURE } from "./components";
import { MIMIR_PATHS, mimirConfig } from "./config";
import { mimirLimits } from "./limits";

const { title } = ARCHITECTURE;

export const MIMIR_RING: RingProgram = {
  planning: PLANNING,
  paths: MIMIR_PATHS,
  rulesPath: MIMIR_PATHS.rules,
  config: mimirConfig,
  limits: mimirLimits,
};

/** https://grafana.com/docs/mimir/latest/ */
export const MIMIR: Backend<"metrics"> = {
  name: "mimir",
  title,
  signal: "metrics",
  options: METRICS_OPTIONS,
  defaultDisk: METRICS_DISK,
  components: ARCHITECTURE.components,
  knowsPrefix: true,
  protectedConfig: RING_PROTECTED,
  architecture: () => ARCHITECTURE,
  durability: (store, cell) => metricsDurability(ARCHITECTURE, PLANNING, store, cell),
  check: (store, cell) => [
    ...redisIssues(store, cell),
    ...metricsIssues(ARCHITECTURE, store, cell),
  ],
  frozen: [],
  flush: (cell) => flushByPath("mimir", cell, ARCHITECTURE.httpPort, "ingester/flush?wait=true"),
  uploadsWhenStopped: true,
  ingest: metricsIngest({ push: "/api/v1/push", otlp: "/otlp/v1/metrics" }),
  datasource: prometheusDatasource(title),
  alerts: RING_ALERTS,
  groupsNameTenants: true,
  limits: (_, cell) => runtimeLimits(title, ENFORCING, mimirLimits, cell),
  reader: (ask) => new PrometheusApi(title, ask),
  probe: sampleProbe(title, GATEWAY_PATHS.push),
  type: "heliograph:hub:Mimir",
  deploy: deploymentOf(MIMIR_RING),
};

const ENFORCING = ["distributor", "ingester", "querier", "query-frontend", "compactor", "ruler"];

/** Mimir had a client for it until 2.x. */
function redisIssues(...[{ options }, { name }]: Parameters<typeof MIMIR.check>) {
  if (!options.redis) return [];
  return [
    {
      path: ["cells", name, "metrics", "redis"],
      got: options.redis.endpoint,
      expected: `none: ${title} has no client for Redis; its caches are memcached`,
      example: true,
      exampleAt: ["cells", name, "metrics", "caches"],
    },
  ];
}
