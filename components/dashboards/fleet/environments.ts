import { errorShare, quantile, red } from "../applications/spans";
import type { Dashboard } from "../kit/dashboard";
import { bars, drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { clusterQueries } from "../kubernetes/metrics";

const by = scope("tenant", "region", "environment", "cluster");
const { range, now, series } = by;
const { cpu, memory, cpuRequests, memoryRequests } = clusterQueries(by);
const services = red(by);

const per = (text: string) => `sum by (environment) (${text})`;
const allocatable = (resource: string) =>
  series("kube_node_status_allocatable", `resource="${resource}"`);
const TO_CLUSTERS = drill("Clusters", "clusters", "environment");
const TO_NAMESPACE = drill("Namespace", "namespace", "environment", "namespace");
const TO_APPLICATIONS = drill("Applications", "applications", "environment");

const CONTAINERS = "namespace, container";
const images = series("kube_pod_container_info", 'container!=""');
/** Containers of one name that do not run the same image everywhere. */
const different = `count by (${CONTAINERS}) (group by (${CONTAINERS}, image_spec) (${images})) > 1`;
const DEPLOYMENTS = "namespace, deployment";
const replicas = series("kube_deployment_spec_replicas");
const AVAILABLE = series("node_memory_MemAvailable_bytes");

/** Environments beside each other, and where they have drifted apart. */
export const ENVIRONMENTS: Dashboard = {
  name: "environments",
  title: "Environments",
  description: "Environments beside each other: use, applications, and what differs between them",
  folder: "Fleet",
  audience: "everyone",
  variables: variablesOf(by),
  related: ["clusters", "applications", "namespace"],
  from: "6h",
  rows: {
    "Side by side": {
      environments: table(
        "Environments",
        "short",
        "A row for each environment.",
        [
          now(
            `count by (environment) (group by (environment, cluster) (${series("up")}))`,
            "clusters",
          ),
          now(
            per(series("kube_node_status_condition", 'condition="Ready",status="true"')),
            "nodes",
          ),
          now(per(series("kube_pod_status_phase", 'phase="Running"')), "pods"),
          now(`${per(cpu)} / ${per(allocatable("cpu"))}`, "CPU", { unit: "percentunit" }),
          now(`${per(cpuRequests)} / ${per(allocatable("cpu"))}`, "CPU requested", {
            unit: "percentunit",
          }),
          now(`${per(memory)} / ${per(allocatable("memory"))}`, "memory", { unit: "percentunit" }),
          now(`${per(memoryRequests)} / ${per(allocatable("memory"))}`, "memory requested", {
            unit: "percentunit",
          }),
          now(
            per(`increase(${series("kube_pod_container_status_restarts_total")}[$__range])`),
            "restarts",
          ),
        ],
        { links: [TO_CLUSTERS], height: 6 },
      ),
      cpu: graph(
        "CPU in use",
        "percentunit",
        "Cores that containers use, of those that nodes give to pods.",
        range(`${per(cpu)} / ${per(allocatable("cpu"))}`, "{{environment}}"),
        { links: [TO_CLUSTERS] },
      ),
      memory: graph(
        "Memory in use",
        "percentunit",
        "Memory that containers hold, of that which nodes give to pods.",
        range(`${per(memory)} / ${per(allocatable("memory"))}`, "{{environment}}"),
        { links: [TO_CLUSTERS] },
      ),
      cpuHour: graph(
        "CPU, average of an hour",
        "short",
        "Cores that nodes use on average, the mean of an hour.",
        range(
          `avg by (environment) (sum by (environment, cluster, node) (rate(${series("node_cpu_seconds_total", 'mode!="idle"')}[1h])))`,
          "{{environment}}",
        ),
        { links: [TO_CLUSTERS] },
      ),
      available: graph(
        "Memory available on machines",
        "bytes",
        "Memory that a new process could have, the average of an environment's nodes.",
        range(`avg by (environment) (${AVAILABLE})`, "{{environment}}"),
        { links: [TO_CLUSTERS] },
      ),
    },
    Applications: {
      requests: graph(
        "Requests",
        "reqps",
        "Requests that services answer.",
        range(per(services.requests), "{{environment}}"),
        { width: 8, links: [TO_APPLICATIONS] },
      ),
      errors: graph(
        "Errors",
        "percentunit",
        "Part of the requests that failed.",
        range(errorShare("environment", services), "{{environment}}"),
        { width: 8, links: [TO_APPLICATIONS], thresholds: { warning: 0.01 } },
      ),
      p95: graph(
        "Duration (95 %)",
        "s",
        "95 of 100 requests take less.",
        range(quantile(0.95, "environment", services.durations), "{{environment}}"),
        { width: 8, links: [TO_APPLICATIONS] },
      ),
    },
    Drift: {
      driftedImages: stat(
        "Containers with several images",
        "short",
        "Containers of one name and namespace that do not run the same image everywhere.",
        now(`count(${different}) or vector(0)`, "containers"),
        { width: 6, thresholds: { warning: 1 } },
      ),
      versions: stat(
        "Versions of Kubernetes",
        "short",
        "Versions of kubelets that run.",
        now(`count(group by (kubelet_version) (${series("kube_node_info")}))`, "versions"),
        { width: 6, thresholds: { warning: 2 } },
      ),
      driftedReplicas: stat(
        "Deployments of several sizes",
        "short",
        "Deployments of one name and namespace that have more replicas in one cluster than in another.",
        now(
          `count(max by (${DEPLOYMENTS}) (${replicas}) > min by (${DEPLOYMENTS}) (${replicas})) or vector(0)`,
          "Deployments",
        ),
        { width: 6 },
      ),
      memoryDrift: stat(
        "Difference of available memory",
        "bytes",
        "Available memory of a node, the average of the best environment less that of the worst.",
        now(
          `max(avg by (environment) (${AVAILABLE})) - min(avg by (environment) (${AVAILABLE}))`,
          "difference",
        ),
        { width: 6 },
      ),
      imageTable: table(
        "Images that differ",
        "short",
        "What runs where, of containers that do not run the same image everywhere.",
        now(
          `count by (environment, cluster, ${CONTAINERS}, image_spec) (${images}) and on (${CONTAINERS}) (${different})`,
          "pods",
        ),
        { links: [TO_NAMESPACE] },
      ),
      versionTable: table(
        "Versions of Kubernetes by cluster",
        "short",
        "Nodes by version of their kubelet, their container runtime and their system.",
        now(
          `count by (environment, cluster, kubelet_version, container_runtime_version, os_image) (${series("kube_node_info")})`,
          "nodes",
        ),
        { width: 12, links: [drill("Cluster", "cluster", "cluster")] },
      ),
      replicaTable: table(
        "Deployments of several sizes",
        "short",
        "Replicas by cluster, of Deployments that have more of them in one than in another.",
        now(
          `max by (environment, cluster, ${DEPLOYMENTS}) (${replicas}) and on (${DEPLOYMENTS}) (max by (${DEPLOYMENTS}) (${replicas}) > min by (${DEPLOYMENTS}) (${replicas}))`,
          "replicas",
        ),
        { width: 12, links: [TO_NAMESPACE] },
      ),
      requestDrift: bars(
        "Requests of CPU that differ most",
        "short",
        "Cores that a container requests in one cluster more than in another, the first ten.",
        now(
          `topk(10, max by (${CONTAINERS}) (${cpuRequests}) - min by (${CONTAINERS}) (${cpuRequests}) > 0)`,
          "{{namespace}} {{container}}",
        ),
        { links: [drill("Namespace", "namespace", "namespace")] },
      ),
    },
  },
};
