import type { Scope } from "../kit/scope";

/** A rate over what Grafana takes for four scrapes. */
export const rate = (series: string) => `rate(${series}[$__rate_interval])`;
export const growth = (series: string) => `increase(${series}[$__range])`;

/** PromQL that several dashboards of a cluster share, within a scope. */
export interface ClusterQueries {
  /** Cores that containers use. */
  readonly cpu: string;
  /** Memory that containers cannot give back, which decides who is killed. */
  readonly memory: string;
  readonly cpuRequests: string;
  readonly memoryRequests: string;
  readonly cpuLimits: string;
  readonly memoryLimits: string;
  /** Part of the time for which a node's cores are busy. */
  readonly nodeCpu: string;
  readonly nodeMemory: string;
}

/** A container has a name; what has none is the sum of a pod's containers. */
const CONTAINER = 'container!=""';

export function clusterQueries({ series }: Scope): ClusterQueries {
  const asked = (what: "requests" | "limits", resource: string) =>
    series(`kube_pod_container_resource_${what}`, `resource="${resource}"`);
  return {
    cpu: rate(series("container_cpu_usage_seconds_total", CONTAINER)),
    memory: series("container_memory_working_set_bytes", CONTAINER),
    cpuRequests: asked("requests", "cpu"),
    memoryRequests: asked("requests", "memory"),
    cpuLimits: asked("limits", "cpu"),
    memoryLimits: asked("limits", "memory"),
    nodeCpu: rate(series("node_cpu_seconds_total", 'mode!~"idle|iowait|steal"')),
    nodeMemory: series("node_memory_MemTotal_bytes"),
  };
}

/** Labels that tell one pod from another. */
export const POD = "tenant_id, cluster, namespace, pod";

/**
 * One series for each pod, with its workload: the Deployment of a ReplicaSet by its name, anything
 * else by its owner. `only`: a variable with the workloads that are looked at.
 */
export function workloadOfPods({ series }: Scope, only?: string): string {
  const owner = (kinds: string, suffix = "") => {
    const named = only === undefined ? "" : `,owner_name=~"(?:$${only})${suffix}"`;
    return series("kube_pod_owner", `owner_kind=~"${kinds}"${named}`);
  };
  const labelled = (text: string, workload: string, type: string) =>
    `label_replace(label_replace(${text}, "workload", "$1", "owner_name", "${workload}"), "workload_type", "${type}", "owner_kind", "(.+)")`;
  const deployments = labelled(owner("ReplicaSet", "-[a-z0-9]+"), "(.+)-[a-z0-9]+", "Deployment");
  const others = labelled(owner("DaemonSet|StatefulSet|Job"), "(.+)", "$1");
  return `max by (${POD}, workload, workload_type) (${deployments} or ${others})`;
}

/** Something of pods, each with its workload. */
export function withWorkload(scope: Scope, text: string, only?: string): string {
  const owners = workloadOfPods(scope, only);
  return `sum by (${POD}) (${text}) * on (${POD}) group_left (workload, workload_type) ${owners}`;
}
