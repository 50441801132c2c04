import { errorShare, red } from "../applications/spans";
import type { Dashboard } from "../kit/dashboard";
import { bars, drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { clusterQueries, rate } from "../kubernetes/metrics";

const by = scope("tenant", "environment", "region", "cluster");
const { range, now, series } = by;
const { cpu, memory } = clusterQueries(by);

const CLUSTERS = "tenant_id, environment, cluster";
const TO_CLUSTER = drill("Cluster", "cluster", "cluster");
const TO_NAMESPACE = drill("Namespace", "namespace", "cluster", "namespace");
const api = `max by (${CLUSTERS}) (${series("up", 'job="kube-apiserver"')})`;
const ready = series("kube_node_status_condition", 'condition="Ready",status="true"');
const allocatable = (resource: string) =>
  series("kube_node_status_allocatable", `resource="${resource}"`);
const per = (text: string) => `sum by (environment) (${text})`;

/** The eight panels of a team that watches everything at once. */
export const OPERATIONS: Dashboard = {
  name: "operations",
  title: "Operations centre",
  description: "Eight panels for the wall: state, alerts, use and errors of all clusters",
  folder: "Fleet",
  audience: "operators",
  variables: variablesOf(by),
  related: ["fleet", "pipeline", "environments", "applications"],
  from: "3h",
  rows: {
    "Operations centre": {
      status: stat(
        "Clusters",
        "none",
        "Red: the API server does not answer. Yellow: a node is not ready. Green: neither.",
        now(
          `2 * (${api} == bool 0) + (min by (${CLUSTERS}) (${ready}) == bool 0) or 2 * (${api} == bool 0)`,
          "{{cluster}}",
        ),
        {
          width: 12,
          height: 8,
          texts: {
            "0": { text: "well", color: "green" },
            "1": { text: "nodes", color: "yellow" },
            "2": { text: "down", color: "red" },
            "3": { text: "down", color: "red" },
          },
          links: [TO_CLUSTER],
        },
      ),
      environments: bars(
        "Environments",
        "percentunit",
        "CPU and memory in use, of what nodes give to pods.",
        [
          now(`${per(cpu)} / ${per(allocatable("cpu"))}`, "{{environment}} CPU"),
          now(`${per(memory)} / ${per(allocatable("memory"))}`, "{{environment}} memory"),
        ],
        {
          max: 1,
          thresholds: { warning: 0.8, critical: 0.9 },
          links: [drill("Environments", "environments", "environment")],
        },
      ),
      alerts: table(
        "Alerts by cluster and severity",
        "short",
        "Alerts that fire, a row for each cluster and severity.",
        now(`count by (cluster, severity) (${series("ALERTS", 'alertstate="firing"')})`, "alerts", {
          thresholds: { warning: 1, critical: 5 },
        }),
        { width: 12, height: 8, links: [TO_CLUSTER] },
      ),
      timeline: graph(
        "Use of all clusters",
        "percentunit",
        "CPU and memory in use, of what nodes give to pods.",
        [
          range(
            `sum by (cluster) (${cpu}) / sum by (cluster) (${allocatable("cpu")})`,
            "{{cluster}} CPU",
          ),
          range(
            `sum by (cluster) (${memory}) / sum by (cluster) (${allocatable("memory")})`,
            "{{cluster}} memory",
          ),
        ],
        { links: [TO_CLUSTER] },
      ),
      consumers: table(
        "Who uses most",
        "short",
        "The ten namespaces of all clusters that use most cores, with their memory.",
        [
          now(`topk(10, sum by (cluster, namespace) (${cpu}))`, "CPU"),
          now(
            `sum by (cluster, namespace) (${memory}) and on (cluster, namespace) topk(10, sum by (cluster, namespace) (${cpu}))`,
            "memory",
            { unit: "bytes" },
          ),
        ],
        { width: 12, height: 8, links: [TO_NAMESPACE] },
      ),
      gpus: bars(
        "GPUs",
        "percent",
        "How busy the GPUs of each cluster are, the average of a node.",
        now(`avg by (cluster, node) (${series("DCGM_FI_DEV_GPU_UTIL")})`, "{{cluster}} {{node}}"),
        {
          max: 100,
          links: [drill("GPUs", "gpu", "cluster")],
          needs: "sources.dcgm",
        },
      ),
      errors: graph(
        "Errors of applications",
        "percentunit",
        "Part of the requests that failed, by environment.",
        range(errorShare("environment", red(by)), "{{environment}}"),
        {
          thresholds: { warning: 0.01, critical: 0.05 },
          links: [drill("Applications", "applications", "environment")],
        },
      ),
      network: graph(
        "Network of clusters",
        "Bps",
        "Bytes that machines of a cluster receive and send. Which cluster is at the other end, no source says.",
        [
          range(
            `sum by (cluster) (${rate(series("node_network_receive_bytes_total", 'device!="lo"'))})`,
            "{{cluster}} received",
          ),
          range(
            `sum by (cluster) (${rate(series("node_network_transmit_bytes_total", 'device!="lo"'))})`,
            "{{cluster}} sent",
          ),
        ],
        { links: [TO_CLUSTER] },
      ),
    },
  },
};
