import type { Dashboard } from "../kit/dashboard";
import { bars, drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { trafficPanels } from "./containers";
import { clusterQueries, rate, withWorkload } from "./metrics";

const by = scope("tenant", "environment", "region", "cluster", "namespace");
const { range, now, series } = by;
const { cpu, memory, cpuRequests, memoryRequests, cpuLimits, memoryLimits } = clusterQueries(by);

const WORKLOADS = "cluster, namespace, workload, workload_type";
const TO_WORKLOAD = drill("Workload", "workload", "cluster", "namespace", "workload");
const TO_POD = drill("Pod", "pod", "cluster", "namespace", "pod");
const TO_LOGS = drill("Logs", "logs", "cluster", "namespace");
const ofWorkloads = (text: string) => `sum by (${WORKLOADS}) (${withWorkload(by, text)})`;

/** A namespace: its workloads, and what each uses of what it asked for. */
export const NAMESPACE: Dashboard = {
  name: "namespace",
  title: "Namespace",
  description: "Workloads of namespaces: what they use, what they asked for, and what is wrong",
  folder: "Kubernetes",
  audience: "everyone",
  variables: variablesOf(by, "kube_namespace_status_phase"),
  related: ["cluster", "workload", "pod", "logs", "applications"],
  rows: {
    "At a glance": {
      podsRunning: stat(
        "Pods that run",
        "short",
        "Pods in the phase Running.",
        now(`sum(${series("kube_pod_status_phase", 'phase="Running"')})`, "running"),
        { links: [TO_LOGS] },
      ),
      podsNotReady: stat(
        "Pods that are not ready",
        "short",
        "Pods that should serve, and whose probes say no.",
        now(
          `sum(${series("kube_pod_status_phase", 'phase="Running"')}) - sum(${series("kube_pod_status_ready", 'condition="true"')} * on (tenant_id, cluster, namespace, pod) group_left () (${series("kube_pod_status_phase", 'phase="Running"')} == 1))`,
          "not ready",
        ),
        { thresholds: { warning: 1 }, links: [TO_LOGS] },
      ),
      cpuOfRequests: stat(
        "CPU of requests",
        "percentunit",
        "Cores in use, of those requested. Far below 1 the requests are too high.",
        now(`sum(${cpu}) / sum(${cpuRequests})`, "used"),
        { thresholds: { warning: 1, critical: 1.5 } },
      ),
      cpuOfLimits: stat(
        "CPU of limits",
        "percentunit",
        "Cores in use, of those allowed. Near 1 containers are slowed down.",
        now(`sum(${cpu}) / sum(${cpuLimits})`, "used"),
        { thresholds: { warning: 0.8, critical: 0.95 } },
      ),
      memoryOfRequests: stat(
        "Memory of requests",
        "percentunit",
        "Memory in use, of that requested. Above 1 pods are the first to be evicted.",
        now(`sum(${memory}) / sum(${memoryRequests})`, "used"),
        { thresholds: { warning: 1, critical: 1.5 } },
      ),
      memoryOfLimits: stat(
        "Memory of limits",
        "percentunit",
        "Memory in use, of that allowed. At 1 containers are killed.",
        now(`sum(${memory}) / sum(${memoryLimits})`, "used"),
        { thresholds: { warning: 0.8, critical: 0.95 } },
      ),
    },
    Workloads: {
      workloads: table(
        "Workloads",
        "short",
        "Pods, CPU and memory of each workload, and how much of its requests it uses.",
        [
          now(`count by (${WORKLOADS}) (${withWorkload(by, series("kube_pod_info"))})`, "pods"),
          now(ofWorkloads(cpu), "CPU"),
          now(`${ofWorkloads(cpu)} / ${ofWorkloads(cpuRequests)}`, "CPU of requests", {
            unit: "percentunit",
            thresholds: { warning: 0.9, critical: 1.5 },
          }),
          now(ofWorkloads(memory), "memory", { unit: "bytes" }),
          now(`${ofWorkloads(memory)} / ${ofWorkloads(memoryRequests)}`, "memory of requests", {
            unit: "percentunit",
            thresholds: { warning: 0.9, critical: 1.5 },
          }),
        ],
        { links: [TO_WORKLOAD] },
      ),
      cpuByWorkload: graph(
        "CPU by workload",
        "short",
        "Cores that the pods of a workload use.",
        range(ofWorkloads(cpu), "{{cluster}} {{namespace}} {{workload}}"),
        { stacked: true, links: [TO_WORKLOAD] },
      ),
      memoryByWorkload: graph(
        "Memory by workload",
        "bytes",
        "Working set of the pods of a workload.",
        range(ofWorkloads(memory), "{{cluster}} {{namespace}} {{workload}}"),
        { stacked: true, links: [TO_WORKLOAD] },
      ),
    },
    "What is wrong": {
      restartsByPod: graph(
        "Restarts",
        "short",
        "Containers that were started again, by pod.",
        range(
          `sum by (cluster, namespace, pod) (increase(${series("kube_pod_container_status_restarts_total")}[$__rate_interval])) > 0`,
          "{{namespace}} {{pod}}",
        ),
        { links: [TO_POD] },
      ),
      waitingByPod: graph(
        "Why containers wait",
        "short",
        "Containers that wait, by pod and reason.",
        range(
          `sum by (cluster, namespace, pod, reason) (${series("kube_pod_container_status_waiting_reason")}) > 0`,
          "{{namespace}} {{pod}} {{reason}}",
        ),
        { links: [TO_POD] },
      ),
      throttled: graph(
        "Slowed down at the CPU limit",
        "percentunit",
        "Part of the periods in which a container had used up its limit, the ten that suffer most.",
        range(
          `topk(10, sum by (cluster, namespace, pod) (${rate(series("container_cpu_cfs_throttled_periods_total"))}) / sum by (cluster, namespace, pod) (${rate(series("container_cpu_cfs_periods_total"))}))`,
          "{{namespace}} {{pod}}",
        ),
        { thresholds: { warning: 0.25 }, links: [TO_POD] },
      ),
      lastEnd: table(
        "Why containers ended last",
        "short",
        "Containers that were killed for memory or ended with an error before they were started again.",
        now(
          `sum by (cluster, namespace, pod, container, reason) (${series("kube_pod_container_status_last_terminated_reason", 'reason!="Completed"')}) > 0`,
          "ended",
        ),
        { width: 12, height: 8, links: [TO_POD] },
      ),
    },
    "Volumes and quotas": {
      claims: bars(
        "Volumes",
        "percentunit",
        "What is used of each volume.",
        now(
          `max by (cluster, namespace, persistentvolumeclaim) (${series("kubelet_volume_stats_used_bytes")} / ${series("kubelet_volume_stats_capacity_bytes")})`,
          "{{namespace}} {{persistentvolumeclaim}}",
        ),
        { thresholds: { warning: 0.8, critical: 0.9 }, max: 1 },
      ),
      quotas: bars(
        "Quotas",
        "percentunit",
        "What is used of each ResourceQuota. At 1 nothing more is created.",
        now(
          `max by (cluster, namespace, resourcequota, resource) (${series("kube_resourcequota", 'type="used"')} / ignoring (type) (${series("kube_resourcequota", 'type="hard"')} > 0))`,
          "{{namespace}} {{resource}}",
        ),
        { thresholds: { warning: 0.8, critical: 1 }, max: 1 },
      ),
      autoscalers: table(
        "Autoscalers",
        "short",
        "Replicas of each HorizontalPodAutoscaler, and its limits. At the upper one it can do no more.",
        [
          now(
            `sum by (cluster, namespace, horizontalpodautoscaler) (${series("kube_horizontalpodautoscaler_status_current_replicas")})`,
            "replicas",
          ),
          now(
            `sum by (cluster, namespace, horizontalpodautoscaler) (${series("kube_horizontalpodautoscaler_spec_min_replicas")})`,
            "least",
          ),
          now(
            `sum by (cluster, namespace, horizontalpodautoscaler) (${series("kube_horizontalpodautoscaler_spec_max_replicas")})`,
            "most",
          ),
        ],
      ),
    },
    "Network and disks": trafficPanels(by, {
      labels: "cluster, namespace",
      legend: "{{cluster}} {{namespace}}",
      links: [TO_LOGS],
    }),
  },
};
