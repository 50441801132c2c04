import type { Dashboard, Variable } from "../kit/dashboard";
import { drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { trafficPanels } from "./containers";
import { clusterQueries, POD, withWorkload, workloadOfPods } from "./metrics";

const by = scope("tenant", "environment", "region", "cluster", "namespace");
const { range, now, series } = by;
const { cpu, memory, cpuRequests, memoryRequests, cpuLimits, memoryLimits } = clusterQueries(by);

const TO_POD = drill("Pod", "pod", "cluster", "namespace", "pod");
const TO_LOGS = drill("Logs", "logs", "cluster", "namespace");
const of = (text: string) => withWorkload(by, text, "workload");
const total = (text: string) => `sum(${of(text)})`;

const WORKLOAD_VARIABLE: Variable = {
  name: "workload",
  title: "Workload",
  signal: "metrics",
  query: `query_result(group by (workload) (${workloadOfPods(by)}))`,
  regex: '/workload="([^"]+)"/',
};

/** A workload: the pods of a Deployment, StatefulSet, DaemonSet or Job, one beside the other. */
export const WORKLOAD: Dashboard = {
  name: "workload",
  title: "Workload",
  description: "Pods of a Deployment, StatefulSet, DaemonSet or Job, one beside the other",
  folder: "Kubernetes",
  audience: "everyone",
  variables: [...variablesOf(by, "kube_pod_owner"), WORKLOAD_VARIABLE],
  related: ["namespace", "pod", "logs", "applications"],
  rows: {
    "At a glance": {
      pods: stat(
        "Pods",
        "short",
        "Pods that the workload has, whatever they do.",
        now(`count(${workloadOfPods(by, "workload")})`, "pods"),
        { links: [TO_LOGS] },
      ),
      ready: stat(
        "Pods that are ready",
        "short",
        "Pods whose probes say that they serve.",
        now(total(series("kube_pod_status_ready", 'condition="true"')), "ready"),
        { links: [TO_LOGS] },
      ),
      cpu: stat("CPU", "short", "Cores that all of its pods use.", now(total(cpu), "cores")),
      memory: stat(
        "Memory",
        "bytes",
        "Working set of all of its pods.",
        now(total(memory), "working set"),
      ),
      memoryOfLimits: stat(
        "Memory of limits",
        "percentunit",
        "Memory in use, of that allowed. At 1 containers are killed.",
        now(`${total(memory)} / ${total(memoryLimits)}`, "used"),
        { thresholds: { warning: 0.8, critical: 0.95 } },
      ),
      restarts: stat(
        "Restarts",
        "short",
        "Containers that were started again within the time range.",
        now(
          total(`increase(${series("kube_pod_container_status_restarts_total")}[$__range])`),
          "restarts",
        ),
        { thresholds: { warning: 1 }, links: [TO_LOGS] },
      ),
    },
    Pods: {
      cpuByPod: graph(
        "CPU by pod",
        "short",
        "Cores that each pod uses.",
        range(of(cpu), "{{pod}}"),
        {
          links: [TO_POD],
        },
      ),
      memoryByPod: graph(
        "Memory by pod",
        "bytes",
        "Working set of each pod.",
        range(of(memory), "{{pod}}"),
        { links: [TO_POD] },
      ),
      podsTable: table(
        "Pods, in figures",
        "short",
        "What each pod uses of what it asked for and of what it may.",
        [
          now(of(cpu), "CPU"),
          now(of(cpuRequests), "CPU requested"),
          now(of(cpuLimits), "CPU limit"),
          now(of(memory), "memory", { unit: "bytes" }),
          now(of(memoryRequests), "memory requested", { unit: "bytes" }),
          now(of(memoryLimits), "memory limit", { unit: "bytes" }),
          now(of(series("kube_pod_container_status_restarts_total")), "restarts"),
        ],
        { links: [TO_POD] },
      ),
    },
    "Network and disks": trafficPanels(by, {
      labels: `${POD}, workload`,
      legend: "{{pod}}",
      links: [TO_POD],
      of,
    }),
  },
};
