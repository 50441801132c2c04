import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { table } from "../../src/cli/ui/table";
import { adminAccess, isNodeReady } from "../clusters/api.js";
import { clusterProcesses } from "../clusters/start.js";
import { presentClusters } from "../clusters/present.js";
import { type Cluster, store } from "../clusters/topology.js";
import { groupMemory } from "../host/cgroups.js";
import { lockHolder } from "../host/lock.js";
import { isRunning } from "../host/processes.js";
import { tryRun } from "../host/run.js";
import { cacheFolder, statePaths } from "../state.js";

/** What runs right now, and what it uses. */
export async function status(): Promise<void> {
  const rows = await Promise.all([...(await presentClusters()).map(clusterRow), storeRow()]);
  console.log(table(["", "address", "processes", "node", "pods ready", "memory"], rows));
  const holder = await lockHolder();
  if (holder) console.log(`At work: lab ${holder.command} (process ${holder.pid})`);
  console.log(`\nState: ${await sizeOf(statePaths().root)}`);
  console.log(`Built programs: ${await sizeOf(cacheFolder())}`);
}

async function clusterRow(cluster: Cluster): Promise<string[]> {
  const { name, apiServer } = cluster;
  const [processes, memory] = await Promise.all([
    runningOf(name, clusterProcesses),
    groupMemory(name),
  ]);
  const [node, pods] = processes.startsWith("0") ? ["-", "-"] : await answers(cluster);
  return [name, apiServer, processes, node!, pods!, megabytes(memory)];
}

/** What the API server says, if it does. */
async function answers(cluster: Cluster): Promise<[node: string, pods: string]> {
  try {
    const ready = await isNodeReady(cluster);
    const { items } = await adminAccess(cluster).makeApiClient(CoreV1Api).listPodForAllNamespaces();
    return [ready ? "ready" : "not ready", podCount(items)];
  } catch {
    return ["no answer", "-"];
  }
}

/** Pods that should run; those that have run to their end are not among them. */
export function podCount(pods: V1Pod[]): string {
  const expected = pods.filter(({ status }) => status?.phase !== "Succeeded");
  const isReady = ({ status }: V1Pod) =>
    status?.conditions?.some((c) => c.type === "Ready" && c.status === "True");
  return `${expected.filter(isReady).length} of ${expected.length}`;
}

async function storeRow(): Promise<string[]> {
  const [processes, memory] = await Promise.all([
    runningOf(store.name, ["minio"]),
    groupMemory(store.name),
  ]);
  return ["store", store.endpoint, processes, "", "", megabytes(memory)];
}

async function runningOf(owner: string, names: string[]): Promise<string> {
  const running = await Promise.all(names.map((name) => isRunning(owner, name)));
  return `${running.filter(Boolean).length} of ${names.length}`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

async function sizeOf(folder: string): Promise<string> {
  const { code, stdout } = await tryRun("du", [
    "--summarize",
    "--human-readable",
    "--one-file-system",
    folder,
  ]);
  return code === 0 ? `${stdout.split("\t")[0]} in ${folder}` : `none (${folder})`;
}
