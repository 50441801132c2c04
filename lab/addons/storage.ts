import { join } from "node:path";
import { clusterPaths } from "../clusters/paths.js";
import type { Cluster } from "../clusters/topology.js";
import type { KubernetesObject } from "./objects.js";

/**
 * Storage of a cluster: a fixed number of folders on this disk, each offered as a volume before
 * anybody asks. They are `local` volumes because for those kubelet applies a pod's fsGroup, which
 * it does not for `hostPath`: pods that are not root can write.
 */
const volumesPerCluster = 16;

/** Larger than any claim; it is not enforced, like the size of any folder. */
const capacity = "1Ti";

const storageClass = "standard";

export const volumeNames = (cluster: Cluster): string[] =>
  Array.from({ length: volumesPerCluster }, (_, index) => `${cluster.name}-volume-${index + 1}`);

export const volumeFolder = (cluster: Cluster, name: string): string =>
  join(clusterPaths(cluster).volumes, name);

export function storageObjects(cluster: Cluster): KubernetesObject[] {
  const standard = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: storageClass,
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "Immediate",
  };
  return [standard, ...volumeNames(cluster).map((name) => volume(cluster, name))];
}

function volume(cluster: Cluster, name: string): KubernetesObject {
  const onNode = { key: "kubernetes.io/hostname", operator: "In", values: [cluster.node] };
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      storageClassName: storageClass,
      capacity: { storage: capacity },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      local: { path: volumeFolder(cluster, name) },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [onNode] }] } },
    },
  };
}
