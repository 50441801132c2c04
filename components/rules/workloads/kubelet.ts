import { growth, untoldAtEdge } from "../promql";
import { EDGE, IN_CLUSTER, maxBy, on, percent, sumBy, type Subject } from "./subject";

const p99 = (histogram: string) =>
  `histogram_quantile(0.99, ${sumBy("node, le", `rate(${histogram}_bucket[5m])`)})`;

/** Kubelets: whether they answer, keep up, and have room. */
export const kubelet: Subject = {
  name: "kubelet",
  recordings: [
    { record: "node:kubelet_relist:p99", expr: p99("kubelet_pleg_relist_duration_seconds") },
    { record: "node:pod_start:p99", expr: p99("kubelet_pod_worker_duration_seconds") },
  ],
  alerts: (limits, of) => [
    {
      name: "KubeletDown",
      severity: "warning",
      expr: `${maxBy("node", of("up", `job="kubelet"`))} == 0 ${untoldAtEdge(EDGE)}`,
      for: "15m",
      summary: `Kubelet of node {{ $labels.node }} ${IN_CLUSTER} does not answer`,
      description:
        "Nothing is known of the node's pods: what they use, and whether they run. First: whether the node is ready, then kubelet's log",
    },
    {
      name: "KubeletFull",
      severity: "warning",
      expr: `${maxBy("node", of("kubelet_running_pods"))} / ${on("node")} (${maxBy("node", of("kube_node_status_capacity", `resource="pods"`))} > 1) > ${limits.kubeletPodsRatio}`,
      for: "15m",
      summary: `Node {{ $labels.node }} ${IN_CLUSTER} has {{ $value | humanizePercentage }} of the pods that it takes`,
      description: `More than ${percent(limits.kubeletPodsRatio)}: soon no pod is placed there, however much CPU and memory is free. First: add a node`,
    },
    {
      name: "KubeletSlow",
      severity: "warning",
      expr: `${of("node:kubelet_relist:p99")} > ${limits.kubeletRelistSeconds}`,
      for: "5m",
      summary: `Kubelet of node {{ $labels.node }} ${IN_CLUSTER} needs {{ $value | printf "%.0f" }} s to see its containers`,
      description:
        "It notices late that containers end, and the node becomes not ready. First: the container runtime and the node's disk",
    },
    {
      name: "PodStartSlow",
      severity: "warning",
      expr: `${of("node:pod_start:p99")} > ${limits.podStartSeconds}`,
      for: "15m",
      summary: `Kubelet of node {{ $labels.node }} ${IN_CLUSTER} needs {{ $value | printf "%.0f" }} s for a pod`,
      description:
        "Pods start and stop late there. First: pulls of images, mounts of volumes, and the node's disk",
    },
    {
      name: "NodeEvicting",
      severity: "warning",
      expr: `${sumBy("node, eviction_signal", growth(of("kubelet_evictions"), "15m"))} > 0`,
      for: "1m",
      summary: `Node {{ $labels.node }} ${IN_CLUSTER} evicts pods: {{ $labels.eviction_signal }}`,
      description:
        '{{ $value | printf "%.0f" }} within a quarter of an hour: it is short of what the signal names. First: what uses most of it on the node',
    },
  ],
};
