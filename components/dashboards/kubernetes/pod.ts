import type { Dashboard } from "../kit/dashboard";
import { drill, graph, stat, states, table, UP_OR_DOWN } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { trafficPanels } from "./containers";
import { clusterQueries, rate } from "./metrics";

const by = scope("tenant", "environment", "region", "cluster", "namespace", "pod");
const { range, now, series } = by;
const { cpu, memory, cpuRequests, memoryRequests, cpuLimits, memoryLimits } = clusterQueries(by);

const CONTAINERS = "cluster, namespace, pod, container";
const TO_NODE = drill("Node", "node", "cluster", "node");
const TO_LOGS = drill("Logs", "logs", "cluster", "namespace", "pod");
const perContainer = (text: string) => `sum by (${CONTAINERS}) (${text})`;

/** A pod: its containers, and what became of them. */
export const POD_BOARD: Dashboard = {
  name: "pod",
  title: "Pod",
  description: "Containers of pods: what they use, what they may, and why they ended",
  folder: "Kubernetes",
  audience: "everyone",
  variables: variablesOf(by, "kube_pod_info"),
  related: ["workload", "namespace", "node", "logs", "traces"],
  rows: {
    State: {
      where: table(
        "Where it runs",
        "none",
        "The node and the addresses of each pod.",
        now(
          `max by (cluster, namespace, pod, node, pod_ip, host_ip) (${series("kube_pod_info")})`,
          "exists",
        ),
        { height: 5, links: [TO_NODE, TO_LOGS] },
      ),
      ready: states(
        "Ready",
        "none",
        "Whether each container's probes say that it serves.",
        range(
          `max by (${CONTAINERS}) (${series("kube_pod_container_status_ready")})`,
          "{{pod}} {{container}}",
        ),
        { texts: UP_OR_DOWN, height: 6, links: [TO_LOGS] },
      ),
      ended: table(
        "Why containers ended last",
        "short",
        "OOMKilled: the memory limit. Error: the program's own exit code.",
        now(
          `sum by (${CONTAINERS}, reason) (${series("kube_pod_container_status_last_terminated_reason")}) > 0`,
          "ended",
        ),
        { width: 12, height: 6, links: [TO_LOGS] },
      ),
      restarts: graph(
        "Restarts",
        "short",
        "Containers that were started again.",
        range(
          perContainer(
            `increase(${series("kube_pod_container_status_restarts_total")}[$__rate_interval])`,
          ),
          "{{pod}} {{container}}",
        ),
        { height: 6, links: [TO_LOGS] },
      ),
    },
    CPU: {
      cpuUse: graph("CPU", "short", "Cores in use, requested and allowed.", [
        range(perContainer(cpu), "{{pod}} {{container}}"),
        range(perContainer(cpuRequests), "{{pod}} {{container}} requested"),
        range(perContainer(cpuLimits), "{{pod}} {{container}} limit"),
      ]),
      throttled: graph(
        "Slowed down at the CPU limit",
        "percentunit",
        "Part of the periods in which a container had used up its limit.",
        range(
          `${perContainer(rate(series("container_cpu_cfs_throttled_periods_total", 'container!=""')))} / ${perContainer(rate(series("container_cpu_cfs_periods_total", 'container!=""')))}`,
          "{{pod}} {{container}}",
        ),
        { thresholds: { warning: 0.25 } },
      ),
    },
    Memory: {
      memoryUse: graph(
        "Memory",
        "bytes",
        "Working set, request and limit. At the limit a container is killed.",
        [
          range(perContainer(memory), "{{pod}} {{container}}"),
          range(perContainer(memoryRequests), "{{pod}} {{container}} requested"),
          range(perContainer(memoryLimits), "{{pod}} {{container}} limit"),
        ],
      ),
      memoryParts: graph(
        "Memory by kind",
        "bytes",
        "What a program holds itself (RSS), and files that it has open in memory (cache).",
        [
          range(
            perContainer(series("container_memory_rss", 'container!=""')),
            "{{pod}} {{container}} RSS",
          ),
          range(
            perContainer(series("container_memory_cache", 'container!=""')),
            "{{pod}} {{container}} cache",
          ),
        ],
      ),
    },
    "Network and disks": trafficPanels(by, {
      labels: "cluster, namespace, pod",
      legend: "{{pod}}",
      links: [TO_LOGS],
    }),
    Size: {
      cpuStat: stat(
        "CPU of requests",
        "percentunit",
        "Cores in use, of those requested.",
        now(`sum(${cpu}) / sum(${cpuRequests})`, "used"),
        { thresholds: { warning: 1, critical: 1.5 } },
      ),
      memoryStat: stat(
        "Memory of limits",
        "percentunit",
        "Memory in use, of that allowed.",
        now(`sum(${memory}) / sum(${memoryLimits})`, "used"),
        { thresholds: { warning: 0.8, critical: 0.95 } },
      ),
      age: stat(
        "Age",
        "s",
        "Time since the pod was created, of the oldest one.",
        now(`max(time() - ${series("kube_pod_created")})`, "age"),
      ),
      threads: stat(
        "Threads",
        "short",
        "Threads of all containers.",
        now(`sum(${series("container_threads", 'container!=""')})`, "threads"),
      ),
      processes: stat(
        "Processes",
        "short",
        "Processes of all containers.",
        now(`sum(${series("container_processes", 'container!=""')})`, "processes"),
      ),
      files: stat(
        "Open files",
        "short",
        "File descriptors of all containers.",
        now(`sum(${series("container_file_descriptors", 'container!=""')})`, "files"),
      ),
    },
  },
};
