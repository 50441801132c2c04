import { TRACE_METRICS, type Signal } from "../../contract/names";

/** Uids of the data sources that show the same tenants' other signals. */
export type Links = Readonly<Partial<Record<Signal, string>>>;

/** How long before and after a span its log lines and metrics are looked for: clocks differ, and lines are written late. */
const AROUND_SPAN = { spanStartTimeShift: "-5m", spanEndTimeShift: "5m" };

/** What leads from one signal to the others, and what else its plugin is told. `$$` is Grafana's way to write `$` in a provisioning file. */
export function linksOf(
  signal: Signal,
  links: Links,
  metricsBackend: string,
): Readonly<Record<string, unknown>> {
  switch (signal) {
    case "metrics":
      return fromMetrics(links, metricsBackend);
    case "logs":
      return fromLogs(links);
    case "traces":
      return fromTraces(links);
  }
}

/** https://grafana.com/docs/grafana/v13.2/datasources/prometheus/configure/#provision-the-data-source */
function fromMetrics({ traces }: Links, prometheusType: string) {
  return {
    httpMethod: "POST",
    prometheusType,
    // Rules come from the inventory.
    manageAlerts: false,
    ...(traces && { exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: traces }] }),
  };
}

/** https://grafana.com/docs/grafana/v13.2/datasources/loki/configure-loki-data-source/#provision-the-data-source */
function fromLogs({ traces }: Links) {
  const trace = {
    name: "trace_id",
    // Structured metadata counts as labels here.
    matcherType: "label",
    matcherRegex: "trace_id",
    url: "$${__value.raw}",
    datasourceUid: traces,
    urlDisplayLabel: "Trace",
  };
  return { manageAlerts: false, ...(traces && { derivedFields: [trace] }) };
}

/** https://grafana.com/docs/grafana/v13.2/datasources/tempo/configure-tempo-data-source/provision/ */
function fromTraces({ metrics, logs }: Links) {
  return {
    nodeGraph: { enabled: true },
    ...(logs && { tracesToLogsV2: toLogs(logs) }),
    ...(metrics && { tracesToMetrics: toMetrics(metrics), serviceMap: { datasourceUid: metrics } }),
  };
}

function toLogs(datasourceUid: string) {
  return {
    datasourceUid,
    ...AROUND_SPAN,
    // Attributes of spans, and the labels of log lines that have the same value.
    tags: [
      { key: "cluster", value: "cluster" },
      { key: "k8s.namespace.name", value: "namespace" },
    ],
    customQuery: true,
    query: '{$${__tags}} | trace_id="$${__trace.traceId}"',
  };
}

function toMetrics(datasourceUid: string) {
  const { calls, durations } = TRACE_METRICS;
  return {
    datasourceUid,
    ...AROUND_SPAN,
    tags: [
      { key: "cluster", value: "cluster" },
      { key: "service.name", value: "service_name" },
    ],
    queries: [
      { name: "Requests", query: `sum(rate(${calls}{$$__tags}[5m]))` },
      {
        name: "Errors",
        query: `sum(rate(${calls}{$$__tags,status_code="STATUS_CODE_ERROR"}[5m]))`,
      },
      {
        name: "95th percentile",
        query: `histogram_quantile(0.95, sum by (le) (rate(${durations}{$$__tags}[5m])))`,
      },
    ],
  };
}
