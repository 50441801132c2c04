import { join } from "node:path";
import { statePaths } from "../state.js";
import type { Cluster } from "./topology.js";

/**
 * What a cluster keeps on disk. It outlives the cluster's processes: started again, it goes on
 * where it was.
 */
export interface ClusterPaths {
  root: string;
  pki: string;
  kubeconfigs: string;
  etcd: string;
  containerd: string;
  config: string;
  volumes: string;
  kubelet: string;
  podLogs: string;
  containerLogs: string;
  cni: string;
  /** Of agents on the node: what they have not sent. */
  queues: string;
}

export function clusterPaths(cluster: Cluster): ClusterPaths {
  const root = join(statePaths().clusters, cluster.name);
  const below = (name: string) => join(root, name);
  return {
    root,
    pki: below("identity/pki"),
    kubeconfigs: below("identity/kubeconfigs"),
    etcd: below("etcd"),
    containerd: below("containerd"),
    config: below("config"),
    volumes: below("volumes"),
    kubelet: below("kubelet"),
    podLogs: below("pod-logs"),
    containerLogs: below("container-logs"),
    cni: below("cni"),
    queues: below("queues"),
  };
}

/** kubeconfig of a member of system:masters: works before any role is bound. */
export const adminKubeconfig = (cluster: Cluster): string =>
  join(clusterPaths(cluster).kubeconfigs, "super-admin.conf");

/**
 * Inside the sandbox, instead of a folder in /usr that kubelet and the controller manager would
 * make.
 */
export const volumePlugins = "/var/lib/kubelet/volume-plugins";
