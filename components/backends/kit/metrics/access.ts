import { z } from "zod";
import { TRACE_METRICS } from "../../../contract/names";
import { described, name } from "../../../kit/fields";
import type { BackendAnswer, DatasourceModel, IngestPath } from "../../backend";
import { AROUND_SPAN } from "../datasource";
import { cacheOptions } from "../cache-options";
import { MAX_PUSH_BYTES } from "../rings/config";
import { MetricsProfile } from "./profiles";

/** Options that every backend of metrics has. */
export const METRICS_OPTIONS = {
  profile: described(
    z.enum(MetricsProfile).optional(),
    "Number and size of pods: small (up to 1 million series), medium (up to 4 million) or large. " +
      "Only with topology microservices. Defaults to the smallest profile with enough room for " +
      "the cell's series and edges.",
    "medium",
  ),
  ...cacheOptions("results and blocks"),
  zones: described(
    z
      .array(name("A zone, a value of the node label topology.kubernetes.io/zone", "uaenorth-1"))
      .default([]),
    "Three zones of the cluster, each of which gets one of the three copies. " +
      "Only with topology microservices. Defaults to one group of pods without zones.",
    ["uaenorth-1", "uaenorth-2", "uaenorth-3"],
    "a list of three, or none",
  ),
} as const satisfies z.ZodRawShape;

/** Disk for the samples of the last day and what is not in the bucket yet. */
export const METRICS_DISK = "50Gi";

/** Where the gateway takes metrics, whichever backend stores them. */
export const GATEWAY_PATHS = { push: "/api/v1/push", otlp: "/otlp/v1/metrics" } as const;

/** `status`: with which statuses the backend says it. */
const refused = (status: string): BackendAnswer => ({
  status,
  becomes: "the same",
  when: "the backend rejects samples for good: they are older than the out-of-order window, have too many series or labels, or cannot be decoded",
  whyNothingIsLost:
    "the limits are derived from the inventory, so that samples of a configured outage and twice the expected series are accepted",
});

/** `push`, `otlp`: paths at the backend. `statuses`: those of samples that it refuses for good. */
export function metricsIngest(
  paths: Readonly<Record<"push" | "otlp", string>>,
  statuses = "400",
): IngestPath[] {
  const answers = [refused(statuses)];
  const common = { port: "http", maxBodyBytes: MAX_PUSH_BYTES, answers } as const;
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
 * `path`: where the backend has the interface of Prometheus. `prometheusType`: whose dialect of it.
 * https://grafana.com/docs/grafana/v13.2/datasources/prometheus/configure/#provision-the-data-source
 */
export function prometheusDatasource(path: string, prometheusType: string): DatasourceModel {
  return {
    type: "prometheus",
    language: "PromQL",
    path,
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
