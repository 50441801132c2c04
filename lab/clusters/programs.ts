import type { Debian } from "../toolchain/index.js";

/** What a cluster is made of. */
export interface ClusterPrograms {
  /** Folder of kube-apiserver, kubelet, kubectl and the others that Kubernetes is built into. */
  kubernetes: string;
  kubernetesVersion: string;
  /** etcd, containerd and what it runs, and the CNI plugins. */
  debian: Pick<Debian, "bin" | "cniPlugins">;
  /** Reference of the image that holds a pod's network namespace. */
  pauseImage: string;
}
