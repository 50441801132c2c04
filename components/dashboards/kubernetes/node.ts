import type { Dashboard } from "../kit/dashboard";
import { drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { clusterQueries, rate } from "./metrics";

const by = scope("tenant", "environment", "region", "cluster", "node");
const { range, now, series } = by;
const { cpu, memory, nodeCpu } = clusterQueries(by);

const PHYSICAL = 'device!~"lo|veth.*|docker.*|cni.*|flannel.*|cali.*|tunl.*"';
const part = (available: string, size: string) =>
  `1 - sum by (cluster, node) (${series(available)}) / sum by (cluster, node) (${series(size)})`;
const TO_POD = drill("Pod", "pod", "cluster", "namespace", "pod");

/** A node: what the machine is busy with, and who makes it so. */
export const NODE: Dashboard = {
  name: "node",
  title: "Node",
  description: "CPU, memory, disks and network of machines, and the pods on them",
  folder: "Kubernetes",
  audience: "everyone",
  variables: variablesOf(by, "node_uname_info"),
  related: ["cluster", "pod", "logs"],
  rows: {
    "At a glance": {
      busy: stat(
        "CPU",
        "percentunit",
        "Part of the time for which cores are busy.",
        now(`sum(${nodeCpu}) / count(${series("node_cpu_seconds_total", 'mode="idle"')})`, "busy"),
        { thresholds: { warning: 0.8, critical: 0.95 } },
      ),
      load: stat(
        "Load for each core",
        "short",
        "Processes that run or wait, of 5 minutes. Well above 1 for long, work waits for cores.",
        now(
          `sum(${series("node_load5")}) / count(${series("node_cpu_seconds_total", 'mode="idle"')})`,
          "load",
        ),
        { thresholds: { warning: 1.5, critical: 3 } },
      ),
      memoryInUse: stat(
        "Memory",
        "percentunit",
        "Memory that is not available to a new process.",
        now(
          `1 - sum(${series("node_memory_MemAvailable_bytes")}) / sum(${series("node_memory_MemTotal_bytes")})`,
          "used",
        ),
        { thresholds: { warning: 0.8, critical: 0.9 } },
      ),
      disk: stat(
        "Fullest file system",
        "percentunit",
        "The fullest file system of any of the nodes.",
        now(
          `max(1 - ${series("node_filesystem_avail_bytes")} / ${series("node_filesystem_size_bytes")})`,
          "used",
        ),
        { thresholds: { warning: 0.8, critical: 0.9 } },
      ),
      uptime: stat(
        "Since the last start",
        "s",
        "Time since the machine was started; the shortest, where several are chosen.",
        now(`min(time() - ${series("node_boot_time_seconds")})`, "up"),
      ),
      clock: stat(
        "Clock",
        "s",
        "How far the machine's clock is off, the farthest one.",
        now(`max(abs(${series("node_timex_offset_seconds")}))`, "offset"),
        { thresholds: { warning: 0.05, critical: 1 } },
      ),
    },
    CPU: {
      modes: graph(
        "CPU by mode",
        "percentunit",
        "What cores do: user and system work, waiting for disks (iowait), time taken by others (steal).",
        range(
          `sum by (mode) (${rate(series("node_cpu_seconds_total", 'mode!="idle"'))}) / ignoring (mode) group_left () count(${series("node_cpu_seconds_total", 'mode="idle"')})`,
          "{{mode}}",
        ),
        { stacked: true },
      ),
      loads: graph("Load", "short", "Processes that run or wait, of 1, 5 and 15 minutes.", [
        range(`sum by (cluster, node) (${series("node_load1")})`, "{{node}} 1 min"),
        range(`sum by (cluster, node) (${series("node_load5")})`, "{{node}} 5 min"),
        range(`sum by (cluster, node) (${series("node_load15")})`, "{{node}} 15 min"),
      ]),
      cpuByPod: graph(
        "CPU by pod",
        "short",
        "Cores that the pods of the node use, the ten that use most.",
        range(`topk(10, sum by (cluster, namespace, pod) (${cpu}))`, "{{namespace}} {{pod}}"),
        { links: [TO_POD] },
      ),
      switches: graph(
        "Context switches",
        "ops",
        "How often cores change from one process to another.",
        range(
          `sum by (cluster, node) (${rate(series("node_context_switches_total"))})`,
          "{{node}}",
        ),
      ),
    },
    Memory: {
      memoryParts: graph("Memory", "bytes", "What memory is used for.", [
        range(
          `sum(${series("node_memory_MemTotal_bytes")} - ${series("node_memory_MemAvailable_bytes")})`,
          "in use",
        ),
        range(
          `sum(${series("node_memory_Cached_bytes")} + ${series("node_memory_Buffers_bytes")})`,
          "cache",
        ),
        range(`sum(${series("node_memory_MemFree_bytes")})`, "free"),
      ]),
      memoryByPod: graph(
        "Memory by pod",
        "bytes",
        "Working set of the node's pods, the ten largest.",
        range(`topk(10, sum by (cluster, namespace, pod) (${memory}))`, "{{namespace}} {{pod}}"),
        { links: [TO_POD] },
      ),
      memoryShare: graph(
        "Memory over time",
        "percentunit",
        "Memory that is not available to a new process, by node.",
        range(part("node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"), "{{node}}"),
        { thresholds: { warning: 0.8, critical: 0.9 } },
      ),
      pagedIn: graph(
        "Major page faults",
        "ops",
        "Pages that had to be read from disk: many of them mean too little memory.",
        range(`sum by (cluster, node) (${rate(series("node_vmstat_pgmajfault"))})`, "{{node}}"),
      ),
      killed: graph(
        "Killed for memory",
        "short",
        "Processes that the kernel ended because no memory was left.",
        range(
          `sum by (cluster, node) (increase(${series("node_vmstat_oom_kill")}[$__rate_interval]))`,
          "{{node}}",
        ),
        { thresholds: { warning: 1 } },
      ),
    },
    Disks: {
      diskBusy: graph(
        "Disks that are busy",
        "percentunit",
        "Part of the time for which a disk works on something.",
        range(
          `sum by (cluster, node, device) (${rate(series("node_disk_io_time_seconds_total"))})`,
          "{{node}} {{device}}",
        ),
        { thresholds: { warning: 0.8 } },
      ),
      diskBytes: graph("Read and written", "Bps", "Bytes that disks read and write.", [
        range(
          `sum by (cluster, node) (${rate(series("node_disk_read_bytes_total"))})`,
          "{{node}} read",
        ),
        range(
          `sum by (cluster, node) (${rate(series("node_disk_written_bytes_total"))})`,
          "{{node}} written",
        ),
      ]),
      fileSystems: table(
        "File systems",
        "bytes",
        "Size and use of file systems, and days until one is full if it grows as it did in 6 hours.",
        [
          now(
            `max by (cluster, node, mountpoint, device) (${series("node_filesystem_size_bytes")})`,
            "size",
          ),
          now(
            `max by (cluster, node, mountpoint, device) (1 - ${series("node_filesystem_avail_bytes")} / ${series("node_filesystem_size_bytes")})`,
            "used",
            { unit: "percentunit", thresholds: { warning: 0.8, critical: 0.9 } },
          ),
          now(
            `max by (cluster, node, mountpoint, device) (1 - ${series("node_filesystem_files_free")} / ${series("node_filesystem_files")})`,
            "files used",
            { unit: "percentunit", thresholds: { warning: 0.8, critical: 0.9 } },
          ),
          now(
            `max by (cluster, node, mountpoint, device) (${series("node_filesystem_avail_bytes")} / (deriv(${series("node_filesystem_avail_bytes")}[6h]) * -86400 > 0))`,
            "days until full",
            { unit: "d", thresholds: { warning: 7, critical: 2, below: true } },
          ),
        ],
      ),
    },
    "Network and files": {
      networkBytes: graph(
        "Received and sent",
        "Bps",
        "Bytes on the devices of the machine, without those of pods.",
        [
          range(
            `sum by (cluster, node) (${rate(series("node_network_receive_bytes_total", PHYSICAL))})`,
            "{{node}} received",
          ),
          range(
            `sum by (cluster, node) (${rate(series("node_network_transmit_bytes_total", PHYSICAL))})`,
            "{{node}} sent",
          ),
        ],
      ),
      networkErrors: graph("Errors and drops", "pps", "Packets that were damaged or dropped.", [
        range(
          `sum by (cluster, node) (${rate(series("node_network_receive_errs_total", PHYSICAL))} + ${rate(series("node_network_transmit_errs_total", PHYSICAL))})`,
          "{{node}} errors",
        ),
        range(
          `sum by (cluster, node) (${rate(series("node_network_receive_drop_total", PHYSICAL))} + ${rate(series("node_network_transmit_drop_total", PHYSICAL))})`,
          "{{node}} dropped",
        ),
      ]),
      retransmitted: graph(
        "TCP segments sent again",
        "percentunit",
        "Part of the segments that had to be sent again: packets get lost.",
        range(
          `sum by (cluster, node) (${rate(series("node_netstat_Tcp_RetransSegs"))}) / sum by (cluster, node) (${rate(series("node_netstat_Tcp_OutSegs"))})`,
          "{{node}}",
        ),
        { thresholds: { warning: 0.02 } },
      ),
      connections: graph(
        "TCP connections",
        "short",
        "Connections that are open, and those that wait for their end.",
        [
          range(
            `sum by (cluster, node) (${series("node_netstat_Tcp_CurrEstab")})`,
            "{{node}} open",
          ),
          range(`sum by (cluster, node) (${series("node_sockstat_TCP_tw")})`, "{{node}} ending"),
        ],
      ),
      files: graph(
        "Open files",
        "percentunit",
        "Files that are open, of those that the kernel allows.",
        range(
          `sum by (cluster, node) (${series("node_filefd_allocated")}) / sum by (cluster, node) (${series("node_filefd_maximum")})`,
          "{{node}}",
        ),
        { thresholds: { warning: 0.8 } },
      ),
    },
  },
};
