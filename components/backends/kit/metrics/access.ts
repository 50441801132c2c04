import { z } from "zod";
import { TRACE_METRICS } from "../../../contract/names";
import { described, name } from "../../../kit/fields";
import type { AlertMetrics, BackendAnswer, DatasourceModel, IngestPath } from "../../backend";
import { AROUND_SPAN } from "../datasource";
import { cacheOptions } from "../options";
import { MAX_PUSH_BYTES } from "../rings/config";
import { MetricsProfile } from "./profiles";
import { PROMETHEUS_PATH } from "./prometheus-api";

/** Options that every backend of metrics has. */
export const METRICS_OPTIONS = {
  profile: described(
    z.enum(MetricsProfile).optional(),
    "Number of pods, with topology microservices: small (to a million series), medium (to 4) or large; the smallest with room where left out",
    "medium",
  ),
  ...cacheOptions("queries and blocks"),
  zones: described(
    z
      .array(name("A zone: value of the nodes' label topology.kubernetes.io/zone", "uaenorth-1"))
      .default([]),
    "Zones of the cluster, each with one of the three copies, with topology microservices: a list of three, or none",
    ["uaenorth-1", "uaenorth-2", "uaenorth-3"],
  ),
} as const satisfies z.ZodRawShape;

/** Disk for the samples of the last day and what is not in the bucket yet. */
export const METRICS_DISK = "50Gi";

/** Keys of Mimir and of Cortex that decide where data is, who finds whom, and whose data it is. */
export const RING_PROTECTED = [
  ...["multitenancy_enabled", "auth_enabled", "target", "memberlist", "runtime_config", "common"],
  ...["ruler_storage", "server.http_listen_port", "server.grpc_listen_port"],
  ...["distributor.ring", "distributor.ha_tracker", "ingester.ring", "ingester.lifecycler"],
  ...["querier.ring", "query_scheduler.ring", "store_gateway.sharding_ring"],
  ...["compactor.sharding_ring", "ruler.ring", "ruler.rule_path"],
  ...["backend", "s3", "gcs", "azure", "storage_prefix", "tsdb.dir"].map(
    (key) => `blocks_storage.${key}`,
  ),
];

/** Where the gateway takes metrics, whichever backend stores them. */
export const GATEWAY_PATHS = { push: "/api/v1/push", otlp: "/otlp/v1/metrics" } as const;

const ANSWERS: readonly BackendAnswer[] = [
  {
    status: "400; 409 of Thanos",
    becomes: "the same",
    when: "the backend refuses samples for good: older than the out-of-order window, too many series or labels, not decodable",
    whyNothingIsLost:
      "the limits derive from the inventory, so that samples of a configured outage and twice the expected series are taken",
  },
];

/** `push`, `otlp`: paths at the backend. */
export function metricsIngest(paths: Readonly<Record<"push" | "otlp", string>>): IngestPath[] {
  const common = { port: "http", maxBodyBytes: MAX_PUSH_BYTES, answers: ANSWERS } as const;
  return [
    {
      path: GATEWAY_PATHS.push,
      protocol: "remote write",
      backendPath: paths.push,
      ...common,
    },
    { path: GATEWAY_PATHS.otlp, protocol: "OTLP/HTTP", backendPath: paths.otlp, ...common },
  ];
}

/**
 * `prometheusType`: whose dialect of the interface it is.
 * https://grafana.com/docs/grafana/v13.2/datasources/prometheus/configure/#provision-the-data-source
 */
export function prometheusDatasource(prometheusType: string): DatasourceModel {
  return {
    type: "prometheus",
    path: PROMETHEUS_PATH,
    readsSeveralTenants: () => true,
    jsonData: ({ traces }) => ({
      httpMethod: "POST",
      prometheusType,
      // Rules come from the inventory.
      manageAlerts: false,
      ...(traces && {
        exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: traces.uid }],
      }),
    }),
    fromSpan: {
      ...AROUND_SPAN,
      tags: [
        { key: "cluster", value: "cluster" },
        { key: "service.name", value: "service_name" },
      ],
      queries: [
        { name: "Requests", query: `sum(rate(${TRACE_METRICS.calls}{$$__tags}[5m]))` },
        {
          name: "Errors",
          query: `sum(rate(${TRACE_METRICS.calls}{$$__tags,status_code="STATUS_CODE_ERROR"}[5m]))`,
        },
        {
          name: "95th percentile",
          query: `histogram_quantile(0.95, sum by (le) (rate(${TRACE_METRICS.durations}{$$__tags}[5m])))`,
        },
      ],
    },
  };
}

/** All of them use the client of Thanos for buckets. */
export const METRICS_BUCKET: AlertMetrics["bucket"] = {
  failures: "thanos_objstore_bucket_operation_failures_total",
  operations: "thanos_objstore_bucket_operations_total",
};

/** Mimir, and Cortex, which it comes from. */
export const RING_ALERTS: AlertMetrics = {
  ringMembers: "cortex_ring_members",
  walFailures: ["cortex_ingester_tsdb_wal_writes_failed_total"],
  blockFailures: ["cortex_ingester_tsdb_compactions_failed_total"],
  oldestNotUploaded: "cortex_ingester_oldest_unshipped_block_timestamp_seconds",
  compactorFailures: { cortex_compactor_runs_failed_total: `reason!="shutdown"` },
  compactorLastRun: "cortex_compactor_last_successful_run_timestamp_seconds",
  bucket: METRICS_BUCKET,
};
