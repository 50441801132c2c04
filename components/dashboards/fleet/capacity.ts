import { SERIES_METRIC } from "../../rules/metrics";
import type { Dashboard } from "../kit/dashboard";
import { bars, drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { clusterQueries, rate } from "../kubernetes/metrics";

const by = scope("tenant", "environment", "region", "cluster");
const { range, now, series } = by;
const { cpuRequests, memoryRequests } = clusterQueries(by);

const TO_CLUSTER = drill("Cluster", "cluster", "cluster");
const TO_NAMESPACE = drill("Namespace", "namespace", "cluster", "namespace");
const TO_NODE = drill("Node", "node", "cluster", "node");
const sent = series(SERIES_METRIC.sent);
/** Of a pair of agents the larger one: both see the same. */
const seriesOf = `max by (tenant_id, cluster) (${sent})`;
const allocatable = (resource: string) =>
  series("kube_node_status_allocatable", `resource="${resource}"`);
/** Days until something that shrinks is gone, as fast as it did in a time. */
const daysLeft = (available: string, window: string) =>
  `${available} / (deriv(${available}[${window}]) * -86400 > 0)`;

/** What grows, how fast, and when it is full. */
export const CAPACITY: Dashboard = {
  name: "capacity",
  title: "Capacity",
  description:
    "Series and their growth, what makes them many, and room in clusters, with days left",
  folder: "Fleet",
  audience: "everyone",
  variables: variablesOf(by),
  related: ["clusters", "cluster", "cost"],
  from: "24h",
  rows: {
    Series: {
      total: stat(
        "Series",
        "short",
        "Series that the agents of edges send.",
        now(`sum(${seriesOf})`, "series"),
        { width: 6 },
      ),
      growth: stat(
        "Growth of series",
        "percentunit",
        "How many series more there are than a day ago.",
        now(
          `sum(${seriesOf}) / sum(max by (tenant_id, cluster) (${sent} offset 1d)) - 1`,
          "growth of a day",
        ),
        { width: 6, thresholds: { warning: 0.1, critical: 0.5 } },
      ),
      nextMonth: stat(
        "Series in 30 days",
        "short",
        "Series in 30 days, if they grow as they did in the last 24 hours.",
        now(
          `sum(max by (tenant_id, cluster) (predict_linear(${sent}[24h], 30 * 86400)))`,
          "series",
        ),
        { width: 6 },
      ),
      samples: stat(
        "Samples",
        "cps",
        "Samples a second that agents send.",
        now(`sum(${rate(series("prometheus_remote_storage_samples_total"))})`, "samples"),
        { width: 6 },
      ),
      seriesByCluster: graph(
        "Series by cluster",
        "short",
        "Series that the agent of each cluster has at a time.",
        range(seriesOf, "{{cluster}}"),
        { stacked: true, links: [TO_CLUSTER] },
      ),
      seriesByJob: graph(
        "Series by source",
        "short",
        "Samples of the last scrape, after names were kept and dropped, by job.",
        range(`sum by (job) (${series("scrape_samples_post_metric_relabeling")})`, "{{job}}"),
        { stacked: true },
      ),
      metrics: table(
        "Metrics with most series",
        "short",
        "The 20 metrics with most series. What nobody looks at can be dropped in `sources`.",
        now(`topk(20, count by (__name__) ({${by.matchers}}))`, "series"),
        { width: 12, height: 12 },
      ),
      labels: table(
        "Namespaces with most series",
        "short",
        "The 20 namespaces with most series, with or without pods of their own.",
        now(`topk(20, count by (cluster, namespace) ({${by.matchers},namespace!=""}))`, "series"),
        { width: 12, height: 12, links: [TO_NAMESPACE] },
      ),
      targets: table(
        "Targets with most samples",
        "short",
        "The 20 targets with most samples in a scrape, and how long a scrape takes.",
        [
          now(
            `topk(20, max by (cluster, job, instance) (${series("scrape_samples_post_metric_relabeling")}))`,
            "samples",
          ),
          now(
            `max by (cluster, job, instance) (${series("scrape_duration_seconds")}) and on (cluster, job, instance) topk(20, max by (cluster, job, instance) (${series("scrape_samples_post_metric_relabeling")}))`,
            "duration",
            { unit: "s", thresholds: { warning: 5, critical: 10 } },
          ),
        ],
        { links: [TO_CLUSTER] },
      ),
    },
    Clusters: {
      cpuRoom: graph(
        "Room for requests of CPU",
        "short",
        "Cores that are requested by nobody yet.",
        range(
          `sum by (cluster) (${allocatable("cpu")}) - sum by (cluster) (${cpuRequests})`,
          "{{cluster}}",
        ),
        { links: [TO_CLUSTER], thresholds: { warning: 2, critical: 0.5, below: true } },
      ),
      memoryRoom: graph(
        "Room for requests of memory",
        "bytes",
        "Memory that is requested by nobody yet.",
        range(
          `sum by (cluster) (${allocatable("memory")}) - sum by (cluster) (${memoryRequests})`,
          "{{cluster}}",
        ),
        { links: [TO_CLUSTER] },
      ),
      podRoom: graph(
        "Room for pods",
        "short",
        "Pods that kubelets could still take.",
        range(
          `sum by (cluster) (${allocatable("pods")}) - sum by (cluster) (${series("kube_pod_status_phase", 'phase="Running"')})`,
          "{{cluster}}",
        ),
        { links: [TO_CLUSTER] },
      ),
      pods: graph(
        "Pods",
        "short",
        "Pods in the phase Running.",
        range(
          `sum by (cluster) (${series("kube_pod_status_phase", 'phase="Running"')})`,
          "{{cluster}}",
        ),
        { links: [TO_CLUSTER] },
      ),
    },
    "Disks and volumes": {
      volumeDays: bars(
        "Volumes that are full first",
        "d",
        "Days until a volume is full, if it fills as it did in the last 6 hours, the first ten.",
        now(
          `bottomk(10, min by (cluster, namespace, persistentvolumeclaim) (${daysLeft(series("kubelet_volume_stats_available_bytes"), "6h")}))`,
          "{{cluster}} {{namespace}} {{persistentvolumeclaim}}",
        ),
        { thresholds: { warning: 14, critical: 3, below: true }, links: [TO_NAMESPACE] },
      ),
      diskDays: bars(
        "Disks of nodes that are full first",
        "d",
        "Days until a file system is full, if it fills as it did in the last 6 hours, the first ten.",
        now(
          `bottomk(10, min by (cluster, node, mountpoint) (${daysLeft(series("node_filesystem_avail_bytes"), "6h")}))`,
          "{{cluster}} {{node}} {{mountpoint}}",
        ),
        { thresholds: { warning: 14, critical: 3, below: true }, links: [TO_NODE] },
      ),
    },
  },
};
