import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { request, type RequestOptions } from "node:https";
import { join } from "node:path";
import { run } from "../host/run.js";
import { adminKubeconfig } from "./paths.js";
import type { Cluster } from "./topology.js";

/** With the rights of the cluster's creator. */
export function adminAccess(cluster: Cluster): KubeConfig {
  const access = new KubeConfig();
  access.loadFromFile(adminKubeconfig(cluster));
  return access;
}

/** Whether the API server calls itself ready; false also while nothing listens yet. */
export async function isReady(cluster: Cluster): Promise<boolean> {
  const options: RequestOptions = { timeout: 5000 };
  await adminAccess(cluster).applyToHTTPSOptions(options);
  return new Promise((resolve) => {
    const call = request(`${cluster.apiServer}/readyz`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(false));
    call.end();
  });
}

export async function isNodeReady(cluster: Cluster): Promise<boolean> {
  const nodes = await adminAccess(cluster).makeApiClient(CoreV1Api).listNode();
  const node = nodes.items.find((item) => item.metadata?.name === cluster.node);
  return (
    node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ??
    false
  );
}

export function adminKubectl(
  cluster: Cluster,
  kubernetes: string,
  args: string[],
  input?: string,
): Promise<string> {
  return run(join(kubernetes, "kubectl"), [`--kubeconfig=${adminKubeconfig(cluster)}`, ...args], {
    input,
  });
}
