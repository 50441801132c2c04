import { adminKubectl } from "../clusters/api.js";
import type { Cluster } from "../clusters/topology.js";
import { accessObjects } from "./access.js";
import { dnsObjects } from "./dns.js";
import { requestObjects } from "./requests.js";
import { storageObjects } from "./storage.js";
import { prepareVolumes, reclaimVolumes } from "./volumes.js";

/**
 * What a managed cluster brings along: roles for its people, names of services, and a default
 * storage class.
 */
export async function applyAddons(
  cluster: Cluster,
  kubernetes: string,
  images: { coredns: string },
): Promise<void> {
  await prepareVolumes(cluster);
  await reclaimVolumes(cluster);
  const items = [
    ...accessObjects(),
    ...storageObjects(cluster),
    ...dnsObjects(cluster, images.coredns),
    ...requestObjects(),
  ];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const apply = [
    "apply",
    "--server-side",
    "--force-conflicts",
    "--field-manager=heliograph-lab",
    "--filename=-",
  ];
  await adminKubectl(cluster, kubernetes, apply, list);
}
