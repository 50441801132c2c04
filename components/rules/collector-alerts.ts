import { nodeNamespaceOf } from "../contract/cluster-names";
import { COLLECTOR_METRICS } from "./metrics";
import { anyOf, eachOf, growth, untoldAtEdge } from "./promql";
import { THRESHOLDS } from "./thresholds";
import type { Alert } from "./types";
import { EDGE } from "./workloads/subject";

const JOBS = "otel-agent|otel-gateway|promtail|fluent-bit";

/**
 * Alerts on the collectors and log agents of edges, by pod. Those that run in other namespaces of a
 * cluster are not ours to watch.
 *
 * @param agentNamespaces Namespaces of the edges' agents.
 */
export function collectorAlerts(agentNamespaces: readonly string[]): Alert[] {
  const namespaces = agentNamespaces.flatMap((name) => [name, nodeNamespaceOf(name)]);
  const ours = `namespace=~"${namespaces.join("|")}"`;
  const { queueSize, queueCapacity, failed, notQueued, refused } = COLLECTOR_METRICS;
  const { collectorQueueShare, collectorFor, refusingWindow, droppingWindow, droppingFor } =
    THRESHOLDS;
  const growing = (by: string, metrics: readonly string[], window: string) =>
    `(sum by (${EDGE}, ${by}) (${eachOf(metrics, (metric) => growth(`${metric}{${ours}}`, window))}) > 0)`;
  const told = (exprs: Readonly<Record<string, string>>) =>
    `(${anyOf(exprs)}) ${untoldAtEdge(EDGE)}`;
  return [
    {
      name: "CollectorUnhealthy",
      severity: "warning",
      expr: told({
        "does not answer": `(max by (${EDGE}, pod) (up{${ours},job=~"${JOBS}"}) == 0)`,
        "has used half of a queue": `(max by (${EDGE}, pod) (${queueSize}{${ours}} / ${queueCapacity}{${ours}}) > ${collectorQueueShare})`,
        "refuses what it is sent": growing("pod", refused, refusingWindow),
      }),
      for: collectorFor,
      summary: "{{ $labels.pod }} of edge {{ $labels.cluster }} {{ $labels.problem }}",
      description:
        "It sends logs and traces, and keeps on its disk what it cannot send. Nothing is lost while its queue has room, and applications that are refused try again for a while. First: the pod's log",
    },
    {
      name: "CollectorDropping",
      severity: "critical",
      expr: told({
        "is refused for good": growing("pod, exporter", failed, droppingWindow),
        "has a full queue": growing("pod, exporter", notQueued, droppingWindow),
      }),
      for: droppingFor,
      summary:
        "{{ $labels.pod }} of edge {{ $labels.cluster }} loses logs or traces for {{ $labels.exporter }}: it {{ $labels.problem }}",
      description: `{{ $value | printf "%.0f" }} lines, spans or points within ${droppingWindow} were given up, or met a full queue: then applications are told to try again, and files of pods are read no further until kubelet removes them. First: the pod's log has the answer that it got`,
    },
  ];
}
