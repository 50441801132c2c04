import type { Dashboard } from "../kit/dashboard";
import { bars, drill, graph, stat, states, table, UP_OR_DOWN } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { clusterQueries, rate } from "./metrics";

const by = scope("tenant", "environment", "region", "cluster");
const { range, now, series } = by;
const { cpu, memory, cpuRequests, memoryRequests, cpuLimits, memoryLimits, nodeCpu } =
  clusterQueries(by);

const allocatable = (resource: string) =>
  series("kube_node_status_allocatable", `resource="${resource}"`);
const TO_NODE = drill("Node", "node", "cluster", "node");
const TO_NAMESPACE = drill("Namespace", "namespace", "cluster", "namespace");
const apiServer = (metric: string, more = "") =>
  series(metric, ['job="kube-apiserver"', more].filter(Boolean).join(","));

/** A cluster: what it has, what is asked of it and used of it, and its API server. */
export const CLUSTER: Dashboard = {
  name: "cluster",
  title: "Cluster",
  description: "Capacity, requests and use of clusters, their nodes, namespaces and API servers",
  folder: "Kubernetes",
  audience: "everyone",
  variables: variablesOf(by),
  related: ["clusters", "namespace", "node", "logs"],
  rows: {
    "At a glance": {
      nodes: stat(
        "Nodes that are ready",
        "short",
        "Nodes whose kubelet says that it takes pods.",
        now(
          `sum(${series("kube_node_status_condition", 'condition="Ready",status="true"')})`,
          "ready",
        ),
        { links: [drill("Node", "node")] },
      ),
      pods: stat(
        "Pods that run",
        "short",
        "Pods in the phase Running.",
        now(`sum(${series("kube_pod_status_phase", 'phase="Running"')})`, "running"),
        { links: [drill("Namespace", "namespace")] },
      ),
      pending: stat(
        "Pods that wait",
        "short",
        "Pods in the phases Pending, Failed or Unknown: without room, without image, or ended badly.",
        now(
          `sum(${series("kube_pod_status_phase", 'phase=~"Pending|Failed|Unknown"')})`,
          "waiting",
        ),
        { thresholds: { warning: 1 }, links: [drill("Namespace", "namespace")] },
      ),
      cpuUse: stat(
        "CPU in use",
        "percentunit",
        "Cores that containers use, of those that nodes give to pods.",
        now(`sum(${cpu}) / sum(${allocatable("cpu")})`, "used"),
        { thresholds: { warning: 0.8, critical: 0.9 } },
      ),
      cpuAsked: stat(
        "CPU requested",
        "percentunit",
        "Cores that pods request, of those that nodes give to pods. Above 1 nothing more is placed.",
        now(`sum(${cpuRequests}) / sum(${allocatable("cpu")})`, "requested"),
        { thresholds: { warning: 0.85, critical: 0.95 } },
      ),
      memoryUse: stat(
        "Memory in use",
        "percentunit",
        "Memory that containers hold, of that which nodes give to pods.",
        now(`sum(${memory}) / sum(${allocatable("memory")})`, "used"),
        { thresholds: { warning: 0.8, critical: 0.9 } },
      ),
      memoryAsked: stat(
        "Memory requested",
        "percentunit",
        "Memory that pods request, of that which nodes give to pods.",
        now(`sum(${memoryRequests}) / sum(${allocatable("memory")})`, "requested"),
        { thresholds: { warning: 0.85, critical: 0.95 } },
      ),
      memoryLimit: stat(
        "Memory promised",
        "percentunit",
        "Limits of all containers, of the memory of nodes. Above 1 not all of them can be kept.",
        now(`sum(${memoryLimits}) / sum(${allocatable("memory")})`, "limits"),
        { thresholds: { warning: 1.5 } },
      ),
      cpuLimit: stat(
        "CPU promised",
        "percentunit",
        "Limits of all containers, of the cores of nodes. Containers without a limit are not in it.",
        now(`sum(${cpuLimits}) / sum(${allocatable("cpu")})`, "limits"),
      ),
      podRoom: stat(
        "Places for pods",
        "percentunit",
        "Pods that run, of those that kubelets take.",
        now(
          `sum(${series("kube_pod_status_phase", 'phase="Running"')}) / sum(${allocatable("pods")})`,
          "taken",
        ),
        { thresholds: { warning: 0.85, critical: 0.95 } },
      ),
      targets: stat(
        "Targets that do not answer",
        "short",
        "Targets of the agent whose last scrape failed.",
        now(`count(${series("up")} == 0) or vector(0)`, "down"),
        { thresholds: { warning: 1 } },
      ),
      restarts: stat(
        "Restarts",
        "short",
        "Containers that were started again within the time range.",
        now(
          `sum(increase(${series("kube_pod_container_status_restarts_total")}[$__range]))`,
          "restarts",
        ),
        { thresholds: { warning: 5 }, links: [drill("Namespace", "namespace")] },
      ),
    },
    CPU: {
      cpuByNamespace: graph(
        "CPU by namespace",
        "short",
        "Cores that containers use.",
        range(`sum by (cluster, namespace) (${cpu})`, "{{cluster}} {{namespace}}"),
        { stacked: true, links: [TO_NAMESPACE] },
      ),
      cpuByNode: graph(
        "CPU by node",
        "percentunit",
        "Part of the time for which a node's cores are busy, with or without pods.",
        range(
          `sum by (cluster, node) (${nodeCpu}) / count by (cluster, node) (${series("node_cpu_seconds_total", 'mode="idle"')})`,
          "{{cluster}} {{node}}",
        ),
        { links: [TO_NODE], thresholds: { warning: 0.8, critical: 0.95 } },
      ),
      cpuQuota: table(
        "CPU by namespace, in figures",
        "short",
        "Cores in use, requested and allowed, and use as a part of the request.",
        [
          now(`sum by (cluster, namespace) (${cpu})`, "used"),
          now(`sum by (cluster, namespace) (${cpuRequests})`, "requested"),
          now(`sum by (cluster, namespace) (${cpuLimits})`, "limits"),
          now(
            `sum by (cluster, namespace) (${cpu}) / sum by (cluster, namespace) (${cpuRequests})`,
            "used of requested",
            { unit: "percentunit", thresholds: { warning: 0.9, critical: 1.5 } },
          ),
        ],
        { links: [TO_NAMESPACE] },
      ),
    },
    Memory: {
      memoryByNamespace: graph(
        "Memory by namespace",
        "bytes",
        "Working set of containers: what they cannot give back.",
        range(`sum by (cluster, namespace) (${memory})`, "{{cluster}} {{namespace}}"),
        { stacked: true, links: [TO_NAMESPACE] },
      ),
      memoryByNode: graph(
        "Memory by node",
        "percentunit",
        "Memory of a node that is not available to a new process.",
        range(
          `1 - sum by (cluster, node) (${series("node_memory_MemAvailable_bytes")}) / sum by (cluster, node) (${series("node_memory_MemTotal_bytes")})`,
          "{{cluster}} {{node}}",
        ),
        { links: [TO_NODE], thresholds: { warning: 0.8, critical: 0.9 } },
      ),
      memoryQuota: table(
        "Memory by namespace, in figures",
        "bytes",
        "Memory in use, requested and allowed, and use as a part of the request.",
        [
          now(`sum by (cluster, namespace) (${memory})`, "used"),
          now(`sum by (cluster, namespace) (${memoryRequests})`, "requested"),
          now(`sum by (cluster, namespace) (${memoryLimits})`, "limits"),
          now(
            `sum by (cluster, namespace) (${memory}) / sum by (cluster, namespace) (${memoryRequests})`,
            "used of requested",
            { unit: "percentunit", thresholds: { warning: 0.9, critical: 1.5 } },
          ),
        ],
        { links: [TO_NAMESPACE] },
      ),
    },
    "Network and storage": {
      received: graph(
        "Received by namespace",
        "Bps",
        "Bytes that pods receive, without those on the host's network.",
        range(
          `sum by (cluster, namespace) (${rate(series("container_network_receive_bytes_total", 'pod!=""'))})`,
          "{{cluster}} {{namespace}}",
        ),
        { links: [TO_NAMESPACE] },
      ),
      sent: graph(
        "Sent by namespace",
        "Bps",
        "Bytes that pods send, without those on the host's network.",
        range(
          `sum by (cluster, namespace) (${rate(series("container_network_transmit_bytes_total", 'pod!=""'))})`,
          "{{cluster}} {{namespace}}",
        ),
        { links: [TO_NAMESPACE] },
      ),
      volumes: bars(
        "The fullest volumes",
        "percentunit",
        "Volumes by claim, the fullest ten: what is used of their size.",
        now(
          `topk(10, max by (cluster, namespace, persistentvolumeclaim) (${series("kubelet_volume_stats_used_bytes")} / ${series("kubelet_volume_stats_capacity_bytes")}))`,
          "{{cluster}} {{namespace}} {{persistentvolumeclaim}}",
        ),
        { thresholds: { warning: 0.8, critical: 0.9 }, max: 1, links: [TO_NAMESPACE] },
      ),
      disks: bars(
        "The fullest disks of nodes",
        "percentunit",
        "File systems of nodes, the fullest ten.",
        now(
          `topk(10, 1 - max by (cluster, node, mountpoint) (${series("node_filesystem_avail_bytes")} / ${series("node_filesystem_size_bytes")}))`,
          "{{cluster}} {{node}} {{mountpoint}}",
        ),
        { thresholds: { warning: 0.8, critical: 0.9 }, max: 1, links: [TO_NODE] },
      ),
    },
    Nodes: {
      ready: states(
        "Nodes over time",
        "none",
        "Whether a node is ready. A gap: kube-state-metrics says nothing of it.",
        range(
          `max by (cluster, node) (${series("kube_node_status_condition", 'condition="Ready",status="true"')})`,
          "{{cluster}} {{node}}",
        ),
        {
          texts: {
            "0": { text: "not ready", color: "red" },
            "1": { text: "ready", color: "green" },
          },
          links: [TO_NODE],
        },
      ),
      conditions: table(
        "Conditions of nodes",
        "short",
        "Nodes under pressure of memory, disk or processes, and nodes that take no new pods.",
        [
          now(
            `sum by (cluster, node, condition) (${series("kube_node_status_condition", 'condition!="Ready",status="true"')}) > 0`,
            "condition holds",
          ),
          now(
            `max by (cluster, node) (${series("kube_node_spec_unschedulable")}) > 0`,
            "takes no new pods",
          ),
        ],
        { links: [TO_NODE] },
      ),
    },
    Workloads: {
      missing: table(
        "Replicas that are missing",
        "short",
        "Deployments, StatefulSets and DaemonSets with fewer pods than they should have.",
        [
          now(
            `sum by (cluster, namespace, deployment) (${series("kube_deployment_spec_replicas")} - ${series("kube_deployment_status_replicas_available")}) > 0`,
            "of the Deployment",
          ),
          now(
            `sum by (cluster, namespace, statefulset) (${series("kube_statefulset_replicas")} - ${series("kube_statefulset_status_replicas_ready")}) > 0`,
            "of the StatefulSet",
          ),
          now(
            `sum by (cluster, namespace, daemonset) (${series("kube_daemonset_status_desired_number_scheduled")} - ${series("kube_daemonset_status_number_ready")}) > 0`,
            "of the DaemonSet",
          ),
        ],
        { links: [TO_NAMESPACE] },
      ),
      reasons: graph(
        "Why containers wait",
        "short",
        "Containers that wait, by reason: CrashLoopBackOff, ImagePullBackOff and so on.",
        range(
          `sum by (cluster, namespace, reason) (${series("kube_pod_container_status_waiting_reason")}) > 0`,
          "{{cluster}} {{namespace}} {{reason}}",
        ),
        { links: [TO_NAMESPACE] },
      ),
      failedJobs: graph(
        "Jobs that failed",
        "short",
        "Jobs with pods that failed, by namespace.",
        range(
          `sum by (cluster, namespace) (${series("kube_job_status_failed")}) > 0`,
          "{{cluster}} {{namespace}}",
        ),
        { links: [TO_NAMESPACE] },
      ),
    },
    "API server": {
      apiUp: states(
        "API servers",
        "none",
        "Whether an API server answers the agent.",
        range(`max by (cluster, instance) (${apiServer("up")})`, "{{cluster}} {{instance}}"),
        { texts: UP_OR_DOWN, height: 4 },
      ),
      requests: graph(
        "Requests by verb",
        "reqps",
        "Requests that API servers answer.",
        range(
          `sum by (cluster, verb) (${rate(apiServer("apiserver_request_total"))})`,
          "{{cluster}} {{verb}}",
        ),
      ),
      errors: graph(
        "Errors",
        "percentunit",
        "Part of the requests that are answered 5xx.",
        range(
          `sum by (cluster) (${rate(apiServer("apiserver_request_total", 'code=~"5.."'))}) / sum by (cluster) (${rate(apiServer("apiserver_request_total"))})`,
          "{{cluster}}",
        ),
        { thresholds: { warning: 0.01, critical: 0.05 } },
      ),
      latency: graph(
        "Latency (99 %)",
        "s",
        "99 of 100 requests take less, by verb, without watches and without the time in webhooks.",
        range(
          `histogram_quantile(0.99, sum by (cluster, verb, le) (${rate(apiServer("apiserver_request_sli_duration_seconds_bucket", 'verb!~"WATCH|CONNECT"'))}))`,
          "{{cluster}} {{verb}}",
        ),
      ),
      inflight: graph(
        "Requests in flight",
        "short",
        "Requests that an API server works on, by kind. At its limit it answers 429.",
        range(
          `sum by (cluster, request_kind) (${apiServer("apiserver_current_inflight_requests")})`,
          "{{cluster}} {{request_kind}}",
        ),
      ),
    },
    Kubelets: {
      kubeletPods: graph(
        "Pods by kubelet",
        "short",
        "Pods that kubelets run.",
        range(`sum by (cluster, node) (${series("kubelet_running_pods")})`, "{{cluster}} {{node}}"),
        { links: [TO_NODE] },
      ),
      plegLatency: graph(
        "Relisting of pods (99 %)",
        "s",
        "How long a kubelet needs to find out which containers run. Above 3 minutes its node is not ready.",
        range(
          `histogram_quantile(0.99, sum by (cluster, node, le) (${rate(series("kubelet_pleg_relist_duration_seconds_bucket"))}))`,
          "{{cluster}} {{node}}",
        ),
        { links: [TO_NODE] },
      ),
      startLatency: graph(
        "Start of pods (99 %)",
        "s",
        "From the time that a kubelet sees a pod until it runs, without pulling of images.",
        range(
          `histogram_quantile(0.99, sum by (cluster, le) (${rate(series("kubelet_pod_start_duration_seconds_bucket"))}))`,
          "{{cluster}}",
        ),
      ),
      runtimeErrors: graph(
        "Errors of the container runtime",
        "ops",
        "Operations of the container runtime that failed, by kind.",
        range(
          `sum by (cluster, operation_type) (${rate(series("kubelet_runtime_operations_errors_total"))})`,
          "{{cluster}} {{operation_type}}",
        ),
      ),
    },
  },
};
