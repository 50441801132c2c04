export { DNS_LABEL, DNS_LABEL_EXPECTED } from "../kit/dns-label";

/** Signals that edges send. Every cell stores metrics. Logs and traces are optional. */
export const SIGNALS = ["metrics", "logs", "traces"] as const;
/** A kind of data that edges send. */
export const Signal = {
  /** Series of samples. */
  Metrics: "metrics",
  /** Log lines of pods. */
  Logs: "logs",
  /** Traces of applications. */
  Traces: "traces",
} as const;
export type Signal = "metrics" | "logs" | "traces";

/** Prefix of objects in a bucket, as every backend takes it. */
export const OBJECT_PREFIX = /^[a-zA-Z0-9]+$/;
export const OBJECT_PREFIX_EXPECTED = "letters and digits";

/** The labels that every sample, log line and span of an edge carries. */
export const EDGE_LABELS = [
  "cluster",
  "environment",
  "region",
  "cluster_type",
  "tenant_id",
] as const;
export type EdgeLabel = (typeof EDGE_LABELS)[number];
export type EdgeLabels = Readonly<Record<EdgeLabel, string>>;

/**
 * Labels by which log lines are indexed, with every agent. Each value is another stream, so there is
 * no label with a value for each pod or request.
 */
export const LOG_LABELS = [
  ...EDGE_LABELS,
  "namespace",
  "app",
  "container",
  "stream",
  "service_name",
  "level",
] as const;
export type LogLabel = (typeof LOG_LABELS)[number];

/** What a log line carries beside them, not indexed. */
export const LOG_METADATA = ["pod", "node", "trace_id", "span_id"] as const;

/** Tells the agents of a pair apart. The hub stores the samples of one, and drops the label. */
export const REPLICA_LABEL = "__replica__";

/** The same among series that stay at an edge: queries see the pair as one. */
export const STAYING_REPLICA_LABEL = "prometheus_replica";

/** Host and port. */
export const ENDPOINT = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?:[1-9]\d{0,4}$/;
export const ENDPOINT_EXPECTED =
  "a host (a name in lower case, or an IPv4 address) and a port, e.g. query.dev.example.com:10901";

/** Tenant of the hub's own recordings. No edge writes to it, and no other tenant has its name. */
export const HUB_TENANT = "heliograph";

/** What agents call the queue to the hub; it is the label `remote_name` of their own metrics. */
export const REMOTE_WRITE = "hub";

/** A span with this attribute above 0 keeps its trace, however traces are sampled. */
export const KEEP_ATTRIBUTE = "sampling.priority";

/**
 * Names of the metrics that are derived from all spans, before sampling. Grafana asks for
 * `serviceGraph` by this name.
 */
export const TRACE_METRICS = {
  calls: "traces_span_metrics_calls_total",
  durations: "traces_span_metrics_duration_seconds_bucket",
  serviceGraph: "traces_service_graph_request_total",
} as const;
