import { anyOf } from "../promql";
import { EDGE, IN_CLUSTER, maxBy, on, percent, sumBy, type Subject } from "./subject";

const FILESYSTEM = "node, device, mountpoint";
/** What a slope is measured over: shorter ones take a burst for growth. As upstream. */
export const GROWTH_WINDOW = "6h";
const DAY = 86_400;

const filesystem = (metric: string) => maxBy(FILESYSTEM, `node_filesystem_${metric}`);
/** What cannot be written to does not fill up. */
const WRITABLE = `unless ${filesystem("readonly")} == 1`;

/** Days until `left` is used up at the rate of the last hours; nothing where it does not shrink. */
export function daysLeft(labels: string, left: string): string {
  const falling = maxBy(labels, `-1 * deriv(${left}[${GROWTH_WINDOW}])`);
  return `${maxBy(labels, left)} / (${falling} > 0) / ${DAY}`;
}

/** Memory that is used: what an application could not have. */
const memoryUsed = (by: (metric: string) => string) =>
  `1 - ${by("node_memory_MemAvailable_bytes")} / ${by("node_memory_MemTotal_bytes")}`;

/** Nodes: their state, CPU, memory, filesystems, clocks and network. */
export const nodes: Subject = {
  name: "nodes",
  recordings: [
    {
      // What the document writes, sum(rate(node_cpu_seconds_total[5m])), counts idle time, too: it
      // is the number of cores, whatever they do.
      record: "cluster:node_cpu:sum",
      expr: sumBy("", `rate(node_cpu_seconds_total{mode!~"idle|iowait"}[5m])`),
    },
    {
      record: "node:cpu_used:ratio",
      expr: `1 - ${sumBy("node", `rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m])`)} / count by (${EDGE}, node) (node_cpu_seconds_total{mode="idle"})`,
    },
    { record: "node:memory_used:ratio", expr: memoryUsed((metric) => maxBy("node", metric)) },
    { record: "cluster:cpu_used:ratio", expr: `avg by (${EDGE}) (node:cpu_used:ratio)` },
    {
      record: "cluster:memory_used:ratio",
      expr: memoryUsed((metric) => sumBy("", maxBy("node", metric))),
    },
    {
      record: "node:filesystem_used:ratio",
      expr: `1 - ${filesystem("avail_bytes")} / (${filesystem("size_bytes")} > 0) ${WRITABLE}`,
    },
    {
      record: "node:filesystem_left:days",
      expr: `${daysLeft(FILESYSTEM, "node_filesystem_avail_bytes")} ${WRITABLE}`,
    },
    {
      record: "node:inodes_used:ratio",
      expr: `1 - ${filesystem("files_free")} / (${filesystem("files")} > 0) ${WRITABLE}`,
    },
  ],
  alerts: (limits, of) => [
    {
      name: "NodeNotReady",
      severity: "warning",
      expr: `${maxBy("node", of("kube_node_status_condition", `condition="Ready",status="true"`))} == 0 unless ${on("node")} kube_node_spec_unschedulable == 1`,
      for: "15m",
      summary: `Node {{ $labels.node }} ${IN_CLUSTER} is not ready`,
      description:
        "Kubelet says so, or the API server does not hear of it. Its pods move after five minutes. First: the node's events and kubelet's log",
    },
    {
      name: "NodeUnderPressure",
      severity: "warning",
      expr: `${maxBy("node, condition", of("kube_node_status_condition", `condition=~"(Memory|Disk|PID)Pressure",status="true"`))} == 1`,
      for: "10m",
      summary: `Node {{ $labels.node }} ${IN_CLUSTER} is short of something: {{ $labels.condition }}`,
      description:
        "Kubelet evicts pods until there is enough again, those that use more than they asked for first. First: what uses most on the node",
    },
    {
      name: "NodeCpuBusy",
      severity: "warning",
      expr: `${of("node:cpu_used:ratio")} > ${limits.nodeCpuRatio}`,
      for: "15m",
      summary: `Node {{ $labels.node }} ${IN_CLUSTER} uses {{ $value | humanizePercentage }} of its CPU`,
      description: `More than ${percent(limits.nodeCpuRatio)} for a quarter of an hour: pods without requests get little. First: the pods of the node that use most`,
    },
    {
      name: "NodeMemoryFull",
      severity: "warning",
      expr: `${of("node:memory_used:ratio")} > ${limits.nodeMemoryRatio}`,
      for: "15m",
      summary: `Node {{ $labels.node }} ${IN_CLUSTER} uses {{ $value | humanizePercentage }} of its memory`,
      description: `More than ${percent(limits.nodeMemoryRatio)} for a quarter of an hour: the kernel ends processes next. First: the pods of the node that use more than they asked for`,
    },
    {
      name: "NodeFilesystemFull",
      severity: "critical",
      expr: `${of("node:filesystem_used:ratio")} > ${limits.nodeFilesystemCriticalRatio}`,
      for: "15m",
      summary: `{{ $labels.mountpoint }} of node {{ $labels.node }} ${IN_CLUSTER} is full by {{ $value | humanizePercentage }}`,
      description: `More than ${percent(limits.nodeFilesystemCriticalRatio)}: images cannot be pulled, pods are evicted, and the queues of log agents on the node take no more. First: what is large below the mount point`,
    },
    {
      name: "NodeFilesystemFull",
      severity: "warning",
      expr: `${of("node:filesystem_used:ratio")} > ${limits.nodeFilesystemRatio} <= ${limits.nodeFilesystemCriticalRatio}`,
      for: "15m",
      summary: `{{ $labels.mountpoint }} of node {{ $labels.node }} ${IN_CLUSTER} is full by {{ $value | humanizePercentage }}`,
      description: `More than ${percent(limits.nodeFilesystemRatio)}. First: what is large below the mount point`,
    },
    {
      name: "NodeFilesystemFilling",
      severity: "warning",
      expr: `${of("node:filesystem_left:days")} < ${limits.nodeFilesystemDays} and ${on(FILESYSTEM)} node:filesystem_used:ratio > ${limits.nodeFilesystemFillingRatio}`,
      for: "60m",
      summary: `{{ $labels.mountpoint }} of node {{ $labels.node }} ${IN_CLUSTER} is full in {{ $value | printf "%.1f" }} days`,
      description: `At the rate of the last ${GROWTH_WINDOW}, and it is used by more than ${percent(limits.nodeFilesystemFillingRatio)}. First: what grows below the mount point`,
    },
    {
      name: "NodeInodesFull",
      severity: "warning",
      expr: `${of("node:inodes_used:ratio")} > ${limits.nodeInodesRatio}`,
      for: "15m",
      summary: `{{ $labels.mountpoint }} of node {{ $labels.node }} ${IN_CLUSTER} has used {{ $value | humanizePercentage }} of its inodes`,
      description:
        "No file can be made soon, however much room there is. First: the directory with very many small files",
    },
    {
      name: "NodeClockWrong",
      severity: "warning",
      expr: anyOf({
        "is off": `(${maxBy("node", `abs(${of("node_timex_offset_seconds")})`)} > ${limits.nodeClockSeconds})`,
        // An estimate that every clock has: the kernel says 16 seconds of one that nobody sets.
        "is not synchronised": `(${maxBy("node", of("node_timex_maxerror_seconds"))} >= 16 and ${on("node")} node_timex_sync_status == 0)`,
      }),
      for: "10m",
      summary: `The clock of node {{ $labels.node }} ${IN_CLUSTER} {{ $labels.problem }}`,
      description:
        "Samples, log lines and spans of the node carry its time: they are refused, or look as if they came before their cause. First: the node's time service",
    },
    {
      name: "NodeNetworkErrors",
      severity: "warning",
      expr: anyOf(
        {
          received: networkErrors("receive", of),
          sent: networkErrors("transmit", of),
        },
        "direction",
      ).replace(/^(.*)$/s, `($1) > ${limits.nodeNetworkErrorRatio}`),
      for: "60m",
      summary: `{{ $value | humanizePercentage }} of the packets that {{ $labels.device }} of node {{ $labels.node }} ${IN_CLUSTER} {{ $labels.direction }} are broken`,
      description:
        "A cable, a card, a driver or an MTU is wrong: connections get slow before they break. First: the device's own counters (ethtool -S)",
    },
    {
      name: "NodeDiskSaturated",
      severity: "warning",
      expr: `${maxBy("node, device", `rate(${of("node_disk_io_time_weighted_seconds_total")}[5m])`)} > ${limits.nodeDiskQueue}`,
      for: "30m",
      summary: `{{ $value | printf "%.0f" }} requests wait for disk {{ $labels.device }} of node {{ $labels.node }} ${IN_CLUSTER}`,
      description:
        "Everything on the node that writes or reads waits for it. First: the pods of the node with the most reads and writes",
    },
  ],
};

function networkErrors(way: "receive" | "transmit", of: (series: string) => string): string {
  const packets = (kind: string) =>
    maxBy("node, device", `rate(${of(`node_network_${way}_${kind}_total`)}[5m])`);
  return `${packets("errs")} / (${packets("packets")} > 0)`;
}
