import { EDGE_INFO } from "../../rules/metrics";
import type { Dashboard, Panels } from "../kit/dashboard";
import { bars, drill, graph, stat, states, table, UP_OR_DOWN } from "../kit/panels";
import { EVERYTHING, scope, variablesOf } from "../kit/scope";
import { clusterQueries } from "../kubernetes/metrics";
import { monthly, PRICES } from "./prices";

const by = scope("tenant", "environment", "region", "cluster");
const { range, now, series } = by;
const { cpu, memory, cpuRequests, memoryRequests, nodeCpu } = clusterQueries(by);

const CLUSTERS = "tenant_id, environment, region, cluster";
const TO_CLUSTER = drill("Cluster", "cluster", "cluster");
const TO_ENVIRONMENTS = drill("Environments", "environments", "environment");
const perCluster = (text: string) => `sum by (${CLUSTERS}) (${text})`;
const allocatable = (resource: string) =>
  series("kube_node_status_allocatable", `resource="${resource}"`);
const ready = series("kube_node_status_condition", 'condition="Ready",status="true"');

const HEALTH: Panels = {
  matrix: table(
    "Clusters",
    "short",
    "A row for each cluster: whether it is well, and how full it is.",
    [
      now(`max by (${CLUSTERS}) (${series("up", 'job="kube-apiserver"')})`, "API server", {
        thresholds: { critical: 1, below: true },
      }),
      now(perCluster(ready), "nodes ready"),
      now(`count by (${CLUSTERS}) (${ready} == 0)`, "nodes not ready", {
        thresholds: { critical: 1 },
      }),
      now(perCluster(series("kube_pod_status_phase", 'phase="Running"')), "pods"),
      now(
        perCluster(series("kube_pod_status_phase", 'phase=~"Pending|Failed|Unknown"')),
        "pods waiting",
        { thresholds: { warning: 1 } },
      ),
      now(`count by (${CLUSTERS}) (${series("up")} == 0)`, "targets down", {
        thresholds: { warning: 1 },
      }),
      now(`${perCluster(cpu)} / ${perCluster(allocatable("cpu"))}`, "CPU", {
        unit: "percentunit",
        thresholds: { warning: 0.8, critical: 0.9 },
      }),
      now(`${perCluster(memory)} / ${perCluster(allocatable("memory"))}`, "memory", {
        unit: "percentunit",
        thresholds: { warning: 0.8, critical: 0.9 },
      }),
    ],
    { links: [TO_CLUSTER, TO_ENVIRONMENTS], height: 10 },
  ),
  apiServers: states(
    "Clusters over time",
    "none",
    "Whether the API server of a cluster answers its agent. A gap: nothing arrived.",
    range(`max by (${CLUSTERS}) (${series("up", 'job="kube-apiserver"')})`, "{{cluster}}"),
    { texts: UP_OR_DOWN, links: [TO_CLUSTER] },
  ),
};

const SUMS: Panels = {
  clusters: stat(
    "Clusters",
    "short",
    "Clusters that something arrives from.",
    now(`count(count by (cluster) (${series("up")}))`, "clusters"),
  ),
  nodes: stat("Nodes", "short", "Nodes that are ready.", now(`sum(${ready})`, "nodes"), {
    links: [drill("Node", "node")],
  }),
  pods: stat(
    "Pods",
    "short",
    "Pods in the phase Running.",
    now(`sum(${series("kube_pod_status_phase", 'phase="Running"')})`, "pods"),
    { links: [drill("Namespace", "namespace")] },
  ),
  cores: stat("Cores", "short", "Cores of all nodes.", now(`sum(${allocatable("cpu")})`, "cores")),
  memory: stat(
    "Memory",
    "bytes",
    "Memory of all nodes.",
    now(`sum(${allocatable("memory")})`, "memory"),
  ),
  down: stat(
    "Targets down",
    "short",
    "Targets whose last scrape failed.",
    now(`count(${series("up")} == 0) or vector(0)`, "down"),
    { thresholds: { warning: 1 }, links: [TO_CLUSTER] },
  ),
};

const UTILISATION: Panels = {
  cpu: graph(
    "CPU in use",
    "percentunit",
    "Cores that containers use, of those that nodes give to pods, cluster beside cluster.",
    range(`${perCluster(cpu)} / ${perCluster(allocatable("cpu"))}`, "{{cluster}}"),
    { links: [TO_CLUSTER], thresholds: { warning: 0.8, critical: 0.9 } },
  ),
  memoryUse: graph(
    "Memory in use",
    "percentunit",
    "Memory that containers hold, of that which nodes give to pods.",
    range(`${perCluster(memory)} / ${perCluster(allocatable("memory"))}`, "{{cluster}}"),
    { links: [TO_CLUSTER], thresholds: { warning: 0.8, critical: 0.9 } },
  ),
  cpuAsked: graph(
    "CPU requested",
    "percentunit",
    "Cores that pods request, of those that nodes give to pods.",
    range(`${perCluster(cpuRequests)} / ${perCluster(allocatable("cpu"))}`, "{{cluster}}"),
    { links: [TO_CLUSTER] },
  ),
  memoryAsked: graph(
    "Memory requested",
    "percentunit",
    "Memory that pods request, of that which nodes give to pods.",
    range(`${perCluster(memoryRequests)} / ${perCluster(allocatable("memory"))}`, "{{cluster}}"),
    { links: [TO_CLUSTER] },
  ),
  nodeCpu: graph(
    "Machines that are busy",
    "percentunit",
    "Part of the time for which cores of machines are busy, also with what is in no pod.",
    range(
      `${perCluster(nodeCpu)} / count by (${CLUSTERS}) (${series("node_cpu_seconds_total", 'mode="idle"')})`,
      "{{cluster}}",
    ),
    { links: [TO_CLUSTER] },
  ),
  available: graph(
    "Memory available on machines",
    "bytes",
    "Memory that a new process could have, the average of a cluster's nodes.",
    range(`avg by (${CLUSTERS}) (${series("node_memory_MemAvailable_bytes")})`, "{{cluster}}"),
    { links: [TO_CLUSTER] },
  ),
};

const COST: Panels = {
  cost: bars(
    "Cost of clusters, in a month",
    "currencyUSD",
    "What the cores and the memory of a cluster's nodes cost in a month, by the prices above.",
    now(monthly(perCluster(allocatable("cpu")), perCluster(allocatable("memory"))), "{{cluster}}"),
    { links: [drill("Cost", "cost", "cluster")] },
  ),
  requested: bars(
    "Cost of what is requested, in a month",
    "currencyUSD",
    "What the requests of pods would cost in a month. The rest of a cluster's cost is room.",
    now(monthly(perCluster(cpuRequests), perCluster(memoryRequests)), "{{cluster}}"),
    { links: [drill("Cost", "cost", "cluster")] },
  ),
};

const common = {
  folder: "Fleet",
  variables: [...variablesOf(by), ...PRICES],
  related: ["environments", "cluster", "applications", "logs", "traces"],
};

/** All clusters that somebody sees: the first page of everybody but operators. */
export const CLUSTERS_BOARD: Dashboard = {
  ...common,
  name: "clusters",
  title: "Clusters",
  description: "All clusters, one beside the other: health, use and cost",
  audience: "everyone",
  rows: { "At a glance": SUMS, Health: HEALTH, Utilisation: UTILISATION, Cost: COST },
};

const firing = series("ALERTS", 'alertstate="firing"');
const ALERTS: Panels = {
  alerts: stat(
    "Alerts that fire",
    "short",
    "All alerts that fire, those on the hub among them.",
    EVERYTHING.now('count(ALERTS{alertstate="firing",severity!="none"}) or vector(0)', "firing", {
      unfiltered: "alerts on the hub have neither cluster nor tenant",
    }),
    { thresholds: { warning: 1, critical: 5 } },
  ),
  edges: stat(
    "Edges in the inventory",
    "short",
    "Edges that have a certificate and should send.",
    now(`count(${series(EDGE_INFO, 'state="signed"')})`, "edges"),
    { links: [drill("Inventory", "inventory")] },
  ),
  silent: stat(
    "Edges that are silent",
    "short",
    "Edges that should send, and of which no sample is younger than 5 minutes.",
    now(
      `count(group by (cluster) (${series(EDGE_INFO, 'state="signed"')}) unless on (cluster) group by (cluster) (${series("up")})) or vector(0)`,
      "silent",
    ),
    { thresholds: { critical: 1 }, links: [drill("Pipeline", "pipeline")] },
  ),
  byEnvironment: bars(
    "Alerts by environment and severity",
    "short",
    "Alerts that fire on clusters.",
    now(`count by (environment, severity) (${firing})`, "{{environment}} {{severity}}"),
    { links: [TO_ENVIRONMENTS] },
  ),
  alertTable: table(
    "Alerts",
    "short",
    "Alerts that fire, by cluster. What they mean is in their runbooks.",
    now(`count by (alertname, severity, environment, cluster) (${firing})`, "firing"),
    { width: 12, height: 8, links: [TO_CLUSTER] },
  ),
  alertsOverTime: graph(
    "Alerts over time",
    "short",
    "Alerts that fire on clusters, by severity.",
    range(`count by (severity) (${firing})`, "{{severity}}"),
    { stacked: true },
  ),
};

/** The operators' first page. */
export const FLEET: Dashboard = {
  ...common,
  name: "fleet",
  title: "Fleet overview",
  description: "All clusters of all tenants: health, alerts, use and cost",
  audience: "operators",
  related: ["operations", "pipeline", "inventory", "capacity", ...common.related],
  rows: {
    "At a glance": SUMS,
    Alerts: ALERTS,
    Health: HEALTH,
    Utilisation: UTILISATION,
    Cost: COST,
  },
};
