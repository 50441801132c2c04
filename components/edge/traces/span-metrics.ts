import { waitingTraces, type Sampling } from "./sampling";

const DURATIONS = [
  "5ms",
  "10ms",
  "25ms",
  "50ms",
  "100ms",
  "250ms",
  "500ms",
  "1s",
  "2500ms",
  "5s",
  "10s",
] as const;
const FLUSH = "15s";

/**
 * What is counted of every span, by service, span, kind, status and namespace: see `TRACE_METRICS`.
 */
export const SPAN_METRICS = {
  dimensions: [{ name: "k8s.namespace.name" }],
  // Made up at each start; `collector` tells the series of one collector from those of the next,
  // and lasts.
  exclude_dimensions: ["collector.instance.id"],
  // A pod more is not a series more.
  resource_metrics_key_attributes: ["service.name", "k8s.namespace.name"],
  // Names of spans that hold an id end up in one series, not in thousands.
  aggregation_cardinality_limit: 2000,
  histogram: { unit: "s", explicit: { buckets: DURATIONS } },
  exemplars: { enabled: true, max_per_data_point: 5 },
  metrics_flush_interval: FLUSH,
  // A series whose spans ended goes away.
  metrics_expiration: "15m",
} as const;

/**
 * Which service calls which, how often, how long that takes, and what fails. Of a call both spans
 * are waited for. Where there is only one, the other side is what the span says by `peer.service`
 * or `db.name`, else `unknown`; whoever calls the first service is `user`.
 */
export function serviceGraph(sampling: Sampling, spansPerSecond: number) {
  return {
    store: { ttl: sampling.decisionWait, max_items: waitingTraces(sampling, spansPerSecond) },
    latency_histogram_buckets: DURATIONS,
    metrics_flush_interval: FLUSH,
  };
}
