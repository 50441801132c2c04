import { IN_CLUSTER, maxBy, on, percent, sumBy, type Subject } from "./subject";

const POD = "namespace, pod";
const CONTAINER = "namespace, pod, container";
const NAME = "{{ $labels.namespace }}/{{ $labels.pod }}";

/** Pods and containers: what they use, and why they do not run. */
export const pods: Subject = {
  name: "pods",
  recordings: [
    {
      // What the document writes, without `container!=""`, counts each pod twice: its containers,
      // and the group that they are in.
      record: "cluster:pod_memory:sum",
      expr: sumBy("", `container_memory_working_set_bytes{container!=""}`),
    },
    {
      record: "namespace:cpu:sum",
      expr: sumBy("namespace", `rate(container_cpu_usage_seconds_total{container!=""}[5m])`),
    },
    {
      record: "namespace:memory:sum",
      expr: sumBy("namespace", `container_memory_working_set_bytes{container!=""}`),
    },
  ],
  alerts: (limits, of) => [
    {
      name: "PodCrashLooping",
      severity: "warning",
      // It runs for a moment between two crashes.
      expr: `${maxBy(CONTAINER, `max_over_time(${of("kube_pod_container_status_waiting_reason", `reason="CrashLoopBackOff"`)}[5m])`)} == 1`,
      for: "15m",
      summary: `Container {{ $labels.container }} of pod ${NAME} ${IN_CLUSTER} ends again and again`,
      description:
        "Kubelet waits up to five minutes before it starts it again. First: the log of its last run (kubectl logs --previous) and its exit code",
    },
    {
      name: "PodNotReady",
      severity: "warning",
      expr: `${maxBy(POD, `${of("kube_pod_status_phase", `phase=~"Pending|Unknown"`)} or ${of("kube_pod_status_phase", `phase="Running"`)} == 1 and ${on(POD)} kube_pod_status_ready{condition="true"} == 0`)} == 1 unless ${on(POD)} kube_pod_owner{owner_kind="Job"}`,
      for: "15m",
      summary: `Pod ${NAME} ${IN_CLUSTER} is not ready`,
      description:
        "It waits for a node, an image or a volume, or its readiness probe fails. First: its events (kubectl describe pod)",
    },
    {
      name: "ContainerOomKilled",
      severity: "warning",
      expr: `${maxBy(CONTAINER, of("kube_pod_container_status_last_terminated_reason", `reason="OOMKilled"`))} == 1 and ${on(CONTAINER)} increase(kube_pod_container_status_restarts_total[10m]) > 0`,
      for: "1m",
      summary: `Container {{ $labels.container }} of pod ${NAME} ${IN_CLUSTER} was out of memory`,
      description:
        "The kernel ended it at its limit, within the last ten minutes. First: whether its memory grows without end, or its limit is too low",
    },
    {
      name: "ContainerWaiting",
      severity: "warning",
      expr: `${maxBy(`${CONTAINER}, reason`, of("kube_pod_container_status_waiting_reason", `reason!="CrashLoopBackOff"`))} == 1`,
      for: "60m",
      summary: `Container {{ $labels.container }} of pod ${NAME} ${IN_CLUSTER} has waited for an hour: {{ $labels.reason }}`,
      description:
        "An image that is not there, a Secret or a ConfigMap that is missing, or a volume that does not mount. First: the pod's events",
    },
    {
      name: "ContainerThrottled",
      severity: "warning",
      expr: `${throttled("throttled_periods_total", of)} / (${throttled("periods_total", of)} > 0) > ${limits.containerThrottledRatio}`,
      for: "15m",
      summary: `Container {{ $labels.container }} of pod ${NAME} ${IN_CLUSTER} is throttled in {{ $value | humanizePercentage }} of its periods`,
      description: `More than ${percent(limits.containerThrottledRatio)}: it wants more CPU than its limit, and answers late. First: raise its limit, or leave it out`,
    },
    {
      name: "ContainerMemoryNearLimit",
      severity: "warning",
      expr: `${maxBy(CONTAINER, of("container_memory_working_set_bytes", `container!=""`))} / (${maxBy(CONTAINER, of("container_spec_memory_limit_bytes", `container!=""`))} > 0) > ${limits.containerMemoryRatio}`,
      for: "15m",
      summary: `Container {{ $labels.container }} of pod ${NAME} ${IN_CLUSTER} uses {{ $value | humanizePercentage }} of its memory limit`,
      description: `More than ${percent(limits.containerMemoryRatio)}: the kernel ends it at its limit. First: whether it still grows`,
    },
  ],
};

function throttled(counter: string, of: (series: string, matchers?: string) => string): string {
  return sumBy(CONTAINER, `increase(${of(`container_cpu_cfs_${counter}`, `container!=""`)}[5m])`);
}
