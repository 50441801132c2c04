import { EDGE_NAMESPACE, NODE_NAMESPACE } from "../contract/places";
import { COLLECTOR_METRICS } from "./metrics";
import { anyOf, eachOf, growth } from "./promql";
import { THRESHOLDS } from "./thresholds";
import { alertingRule, type AlertingRule } from "./types";

/** Collectors and log agents of edges; others that a cluster has are not ours to watch. */
const OURS = `namespace=~"${EDGE_NAMESPACE}|${NODE_NAMESPACE}"`;
const JOBS = "otel-agent|otel-gateway|promtail|fluent-bit";

/** What goes wrong with what sends logs and traces, by pod. */
export function collectorAlerts(): AlertingRule[] {
  const { queueSize, queueCapacity, failed, notQueued, refused } = COLLECTOR_METRICS;
  const { collectorQueueShare, collectorFor, refusingWindow, droppingWindow, droppingFor } =
    THRESHOLDS;
  const growing = (by: string, metrics: readonly string[], window: string) =>
    `(sum by (cluster, tenant_id, ${by}) (${eachOf(metrics, (metric) => growth(`${metric}{${OURS}}`, window))}) > 0)`;
  return [
    alertingRule({
      name: "CollectorUnhealthy",
      severity: "warning",
      expr: anyOf({
        "does not answer": `(max by (cluster, tenant_id, pod) (up{${OURS},job=~"${JOBS}"}) == 0)`,
        "has used half of a queue": `(max by (cluster, tenant_id, pod) (${queueSize}{${OURS}} / ${queueCapacity}{${OURS}}) > ${collectorQueueShare})`,
        "refuses what it is sent": growing("pod", refused, refusingWindow),
      }),
      for: collectorFor,
      summary: "{{ $labels.pod }} of edge {{ $labels.cluster }} {{ $labels.problem }}",
      description:
        "It sends logs and traces, and keeps on its disk what it cannot send. Nothing is lost while its queue has room, and applications that are refused try again for a while. First: npm run verify -- {{ $labels.cluster }}, then the pod's log",
    }),
    alertingRule({
      name: "CollectorDropping",
      severity: "critical",
      expr: anyOf({
        "is refused for good": growing("pod, exporter", failed, droppingWindow),
        "has a full queue": growing("pod, exporter", notQueued, droppingWindow),
      }),
      for: droppingFor,
      summary:
        "{{ $labels.pod }} of edge {{ $labels.cluster }} loses logs or traces for {{ $labels.exporter }}: it {{ $labels.problem }}",
      description: `{{ $value | printf "%.0f" }} lines, spans or points within ${droppingWindow} were given up, or met a full queue: then applications are told to try again, and files of pods are read no further until kubelet removes them. First: the pod's log has the answer that it got`,
    }),
  ];
}
