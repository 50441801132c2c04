import { CoreV1Api } from "@kubernetes/client-node";
import { mkdir, rm } from "node:fs/promises";
import { adminAccess } from "../clusters/api.js";
import type { Cluster } from "../clusters/topology.js";
import { volumeFolder, volumeNames } from "./storage.js";

/**
 * Makes the folders of the volumes, and empties those whose claim is gone, so that they can be
 * claimed again.
 */
export async function prepareVolumes(cluster: Cluster): Promise<void> {
  const core = adminAccess(cluster).makeApiClient(CoreV1Api);
  for (const { metadata, status } of (await core.listPersistentVolume()).items) {
    if (status?.phase !== "Released") continue;
    await core.deletePersistentVolume({ name: metadata!.name! });
    await rm(volumeFolder(cluster, metadata!.name!), { recursive: true, force: true });
  }
  for (const name of volumeNames(cluster))
    await mkdir(volumeFolder(cluster, name), { recursive: true });
}
