import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../host/files.js";
import { statePaths } from "../state.js";
import { clusterPaths } from "./paths.js";
import { presentClusters } from "./present.js";
import type { Cluster } from "./topology.js";
import { fromYaml, toYaml } from "@heliograph/heliograph/model";

interface Kubeconfig {
  clusters: { cluster: Record<string, string> }[];
  users: { user: Record<string, string> }[];
}

/** One kubeconfig for people and programs: a context per cluster, named like it. */
export async function writeKubeconfig(): Promise<void> {
  const clusters = await presentClusters();
  const admins = await Promise.all(
    clusters.map(async (cluster) => ({ cluster, admin: await readAdmin(cluster) })),
  );
  await writeWhole(statePaths().kubeconfig, toYaml(mergeKubeconfigs(admins)));
}

export function mergeKubeconfigs(admins: { cluster: Cluster; admin: Kubeconfig }[]) {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": admins[0]!.cluster.name,
    clusters: admins.map(({ cluster: { name }, admin }) => ({
      name,
      cluster: admin.clusters[0]!.cluster,
    })),
    users: admins.map(({ cluster: { name }, admin }) => ({ name, user: admin.users[0]!.user })),
    contexts: admins.map(({ cluster: { name } }) => ({
      name,
      context: { cluster: name, user: name },
    })),
  };
}

async function readAdmin(cluster: Cluster): Promise<Kubeconfig> {
  return fromYaml(
    await readFile(join(clusterPaths(cluster).kubeconfigs, "admin.conf"), "utf8"),
  ) as Kubeconfig;
}
