import { mkdir } from "node:fs/promises";
import { ensureProcess, expectRunning, type ProcessSpec } from "../host/processes.js";
import { makePodGroup } from "../host/cgroups.js";
import { ensureNamespace } from "../host/network.js";
import { ensureSandbox, insideSandbox } from "../host/sandbox.js";
import { until } from "../host/wait.js";
import { isNodeReady, isReady } from "./api.js";
import { apiServer, controllerManager, etcd, scheduler } from "./control-plane.js";
import { ensureIdentity } from "./identity.js";
import { containerd, keptFolders, kubelet, proxy } from "./node.js";
import { clusterPaths } from "./paths.js";
import type { ClusterPrograms } from "./programs.js";
import type { Cluster } from "./topology.js";

export interface StartOptions {
  programs: ClusterPrograms;
  signal: AbortSignal;
  /** Says what is being waited for. */
  report: (step: string) => void;
}

/**
 * Brings one cluster up, from nothing or from wherever an earlier run ended: each step leaves alone
 * what is there already. The node is ready at the end; images and add-ons are others' business.
 */
export async function startCluster(cluster: Cluster, options: StartOptions): Promise<void> {
  const { programs, report, signal } = options;
  report("network and folders");
  await ensureNamespace(cluster);
  for (const folder of folders(cluster)) await mkdir(folder, { recursive: true });
  await makePodGroup(cluster.name);
  await ensureSandbox({ host: cluster, folders: keptFolders(cluster) });

  report("certificates");
  await ensureIdentity(cluster, programs);

  report("API server");
  await launch(cluster, etcd(cluster, programs));
  await launch(cluster, apiServer(cluster, programs));
  await launch(cluster, containerd(cluster, programs));
  await until({ what: `the API server of ${cluster.name}`, seconds: 180, signal }, async () => {
    await expectRunning(cluster.name, ["etcd", "apiserver"]);
    return isReady(cluster);
  });

  report("node");
  // The controller manager gives up where the roles are not made yet: it starts only now.
  await launch(cluster, controllerManager(cluster, programs));
  await launch(cluster, scheduler(cluster, programs));
  await launch(cluster, kubelet(cluster, programs));
  await launch(cluster, proxy(cluster, programs));
  await until({ what: `the node of ${cluster.name}`, seconds: 120, signal }, async () => {
    await expectRunning(cluster.name, clusterProcesses);
    return isNodeReady(cluster);
  });
}

/** Names of the processes of a running cluster, in the order of their start. */
export const clusterProcesses = [
  "sandbox",
  "etcd",
  "apiserver",
  "containerd",
  "controller-manager",
  "scheduler",
  "kubelet",
  "proxy",
];

async function launch(cluster: Cluster, process: Omit<ProcessSpec, "owner">): Promise<void> {
  const command = await insideSandbox(cluster, process.command);
  await ensureProcess({ ...process, owner: cluster.name, command });
}

function folders(cluster: Cluster): string[] {
  const { root, etcd, containerd, config, volumes } = clusterPaths(cluster);
  return [root, etcd, containerd, config, volumes, ...Object.values(keptFolders(cluster))];
}
