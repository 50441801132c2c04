import type { Dashboard } from "../kit/dashboard";
import { bars, drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { clusterQueries } from "../kubernetes/metrics";
import { monthly, PRICES } from "./prices";

const by = scope("tenant", "environment", "region", "cluster");
const { range, now, series } = by;
const { cpu, memory, cpuRequests, memoryRequests } = clusterQueries(by);

const allocatable = (resource: string) =>
  series("kube_node_status_allocatable", `resource="${resource}"`);
const cost = (labels: string, cores: string, bytes: string) =>
  labels === ""
    ? monthly(`sum(${cores})`, `sum(${bytes})`)
    : monthly(`sum by (${labels}) (${cores})`, `sum by (${labels}) (${bytes})`);
const ofNodes = (labels: string) => cost(labels, allocatable("cpu"), allocatable("memory"));
const ofRequests = (labels: string) => cost(labels, cpuRequests, memoryRequests);
const ofUse = (labels: string) => cost(labels, cpu, memory);
const TO_CLUSTER = drill("Cluster", "cluster", "cluster");
const TO_NAMESPACE = drill("Namespace", "namespace", "cluster", "namespace");

/** What clusters cost by their use, with prices that people set. */
export const COST: Dashboard = {
  name: "cost",
  title: "Cost",
  description: "Cost of clusters and namespaces in a month, by nodes, requests and use",
  folder: "Fleet",
  audience: "everyone",
  variables: [...variablesOf(by), ...PRICES],
  related: ["clusters", "capacity", "namespace"],
  from: "24h",
  rows: {
    "At a glance": {
      nodes: stat(
        "Cost of nodes",
        "currencyUSD",
        "Cores and memory that nodes give to pods, in a month, by the prices above.",
        now(ofNodes(""), "nodes"),
        { width: 8 },
      ),
      requests: stat(
        "Cost of requests",
        "currencyUSD",
        "Cores and memory that pods request, in a month.",
        now(ofRequests(""), "requests"),
        { width: 8 },
      ),
      use: stat(
        "Cost of use",
        "currencyUSD",
        "Cores and memory that containers use, in a month.",
        now(ofUse(""), "use"),
        { width: 8 },
      ),
    },
    Clusters: {
      byCluster: table(
        "Clusters",
        "currencyUSD",
        "What the nodes of a cluster cost in a month, and how much of it is requested and used.",
        [
          now(ofNodes("environment, cluster"), "nodes"),
          now(ofRequests("environment, cluster"), "requested"),
          now(ofUse("environment, cluster"), "used"),
        ],
        { links: [TO_CLUSTER] },
      ),
      byEnvironment: bars(
        "Environments",
        "currencyUSD",
        "What the nodes of an environment cost in a month.",
        now(ofNodes("environment"), "{{environment}}"),
        { links: [drill("Environments", "environments", "environment")] },
      ),
      byTenant: bars(
        "Tenants",
        "currencyUSD",
        "What the nodes of a tenant's clusters cost in a month.",
        now(ofNodes("tenant_id"), "{{tenant_id}}"),
        { links: [drill("Clusters", "clusters", "tenant_id")] },
      ),
      overTime: graph(
        "Cost over time",
        "currencyUSD",
        "What the nodes of a cluster cost in a month, at each time.",
        range(ofNodes("cluster"), "{{cluster}}"),
        { width: 24, stacked: true, links: [TO_CLUSTER] },
      ),
    },
    Namespaces: {
      byNamespace: table(
        "Namespaces",
        "currencyUSD",
        "What the requests of a namespace cost in a month, and how much of them is used.",
        [
          now(ofRequests("cluster, namespace"), "requested"),
          now(ofUse("cluster, namespace"), "used"),
          now(`${ofRequests("cluster, namespace")} - (${ofUse("cluster, namespace")})`, "not used"),
        ],
        { links: [TO_NAMESPACE] },
      ),
    },
  },
};
