import { CoreV1Api } from "@kubernetes/client-node";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { adminAccess } from "../clusters/api.js";
import type { Cluster } from "../clusters/topology.js";
import { volumeFolder, volumeNames } from "./storage.js";

/** Makes the folders of the volumes. */
export async function prepareVolumes(cluster: Cluster): Promise<void> {
  for (const name of volumeNames(cluster))
    await mkdir(volumeFolder(cluster, name), { recursive: true });
}

/**
 * Empties the volumes whose claim is gone, so that they can be claimed again: there are only so
 * many, and no provisioner makes more.
 */
export async function reclaimVolumes(cluster: Cluster): Promise<void> {
  const core = adminAccess(cluster).makeApiClient(CoreV1Api);
  for (const { metadata, status } of (await core.listPersistentVolume()).items) {
    if (status?.phase !== "Released") continue;
    const name = metadata!.name!;
    const folder = volumeFolder(cluster, name);
    for (const entry of await readdir(folder))
      await rm(join(folder, entry), { recursive: true, force: true });
    await core.patchPersistentVolume({
      name,
      body: [{ op: "remove", path: "/spec/claimRef" }],
    });
  }
}
