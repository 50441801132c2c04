/** Series that are ours: who makes them and who asks for them take their names from here. */
export const REQUESTS_METRIC = "heliograph_gateway_requests_total";
/** Its label `protocol`, for what the agents of metrics write. */
export const BY_REMOTE_WRITE = "remote write";
export const EDGE_INFO = "heliograph_edge_info";
export const CERTIFICATE_EXPIRY = "heliograph_certificate_expiry_timestamp_seconds";
export const RULES_INFO = "heliograph_rules_info";
/** The same of the rules about workloads: with colons, because tenants have it, too. */
export const WORKLOAD_RULES_INFO = "heliograph:workload_rules:info";
/** The same of the rules that an edge evaluates by itself. The hub is sent it. */
export const EDGE_RULES_INFO = "heliograph_edge_rules_info";
/** Groups of rules about the hub and its pipeline. All others are about what runs on clusters. */
export const HUB_GROUPS = { inventory: "inventory", pipeline: "pipeline" } as const;

/** Whether an edge's agent sends, and whether the hub takes it. */
export const AGENT_METRICS = {
  samplesFailed: "prometheus_remote_storage_samples_failed_total",
  samplesDropped: "prometheus_remote_storage_samples_dropped_total",
} as const;

const items = (prefix: string) =>
  ["spans", "log_records", "metric_points"].map((what) => `${prefix}_${what}`);

/** The collectors' own, by the names that their configuration asks for. */
export const COLLECTOR_METRICS = {
  queueSize: "otelcol_exporter_queue_size",
  queueCapacity: "otelcol_exporter_queue_capacity",
  /** Given up: refused for good, or by a destination beside the hub for too long. */
  failed: items("otelcol_exporter_send_failed"),
  /** Not taken by a full queue. */
  notQueued: items("otelcol_exporter_enqueue_failed"),
  /** Not taken of a sender, who is to try again. */
  refused: items("otelcol_receiver_refused"),
} as const;

/** Number of series of an edge that sends them, and of one that keeps them. */
export const SERIES_METRIC = {
  sent: "prometheus_agent_active_series",
  kept: "prometheus_tsdb_head_series",
} as const;

/** The metrics by which the hub watches edges: an edge sends them where the others stay with it. */
export const WATCHED_METRICS = [
  "up",
  EDGE_RULES_INFO,
  SERIES_METRIC.kept,
  ...Object.values(AGENT_METRICS),
  ...Object.values(COLLECTOR_METRICS).flat(),
];
