import { readFile } from "node:fs/promises";
import {
  EDGE_NAMESPACE,
  HUB_NAMESPACE,
  PROMETHEUS_AGENT,
  type Role,
} from "@heliograph/heliograph/model";
import type { ClusterName } from "../../clusters/topology.js";
import { groupMembers, signalProcess } from "../../host/cgroups.js";
import type { ScenarioContext } from "../context.js";

/** Something of the product that a scenario takes away for a while. */
export interface Workload {
  readonly cluster: ClusterName;
  readonly namespace: string;
  /** As kubectl takes it. */
  readonly object: `${"deployment" | "statefulset"}/${string}`;
  readonly replicas: number;
}

export const gateway: Workload = {
  cluster: "ops",
  namespace: HUB_NAMESPACE,
  object: "deployment/gateway",
  replicas: 2,
};

/** Mimir of a cell, topology `single`. */
export function mimirOf(cell: string): Workload {
  return {
    cluster: "ops",
    namespace: HUB_NAMESPACE,
    object: `statefulset/mimir-${cell}`,
    replicas: 1,
  };
}

export function agentOf(cluster: ClusterName): Workload {
  return {
    cluster,
    namespace: EDGE_NAMESPACE,
    object: `statefulset/${PROMETHEUS_AGENT.name}`,
    replicas: 1,
  };
}

/** Does something while a workload has no pod; it is back at the end, whatever happens. */
export async function whileStopped(
  lab: ScenarioContext,
  workload: Workload,
  work: () => Promise<unknown>,
): Promise<void> {
  let stopped = true;
  lab.onCleanup(`${workload.object} of ${workload.cluster} runs`, async () => {
    if (stopped) await start(lab, workload);
  });
  const { cluster, namespace, object } = workload;
  await scale(lab, workload, 0);
  const selector = `app.kubernetes.io/instance=${object.split("/")[1]}`;
  await lab.kubectl(cluster, [
    "wait",
    "pod",
    "--for=delete",
    `--selector=${selector}`,
    `--namespace=${namespace}`,
    "--timeout=120s",
  ]);
  await work();
  await start(lab, workload);
  stopped = false;
}

async function start(lab: ScenarioContext, workload: Workload): Promise<void> {
  const { cluster, namespace, object, replicas } = workload;
  await scale(lab, workload, replicas);
  await lab.kubectl(cluster, [
    "rollout",
    "status",
    object,
    `--namespace=${namespace}`,
    "--timeout=180s",
  ]);
}

async function scale(
  lab: ScenarioContext,
  { cluster, namespace, object }: Workload,
  replicas: number,
): Promise<unknown> {
  return lab.kubectl(cluster, [
    "scale",
    object,
    `--replicas=${replicas}`,
    `--namespace=${namespace}`,
  ]);
}

/**
 * Ends the program of a role's pod at once, as a node does that loses its power. Kubelet starts it
 * again.
 */
export async function kill(
  lab: ScenarioContext,
  cluster: ClusterName,
  { role, namespace }: { role: Role; namespace: string },
): Promise<void> {
  const pod = [
    "get",
    "pods",
    `--selector=app.kubernetes.io/name=${role.name}`,
    `--namespace=${namespace}`,
  ];
  const id = "--output=jsonpath={.items[0].status.containerStatuses[0].containerID}";
  const container = (await lab.kubectl(cluster, [...pod, id])).replace("containerd://", "");
  const pods = await groupMembers(`${cluster}/pods`);
  const groups = await Promise.all(
    pods.map((pid) => readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "")),
  );
  const pids = pods.filter((_, index) => groups[index]!.includes(container));
  if (pids.length === 0) throw new Error(`There is no process of ${role.name} in ${cluster}.`);
  for (const pid of pids) signalProcess(pid, "SIGKILL");
  lab.log(`${role.name} of ${cluster} is killed`);
}
