import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeWhole } from "../host/files.js";
import { run } from "../host/run.js";
import { insideSandbox } from "../host/sandbox.js";
import type { ImageTar } from "../images/index.js";
import { clusterPaths } from "./paths.js";
import type { ClusterPrograms } from "./programs.js";
import type { Cluster } from "./topology.js";

/**
 * Imports the images that this cluster's containerd does not have yet, or has from an older
 * archive.
 */
export async function importImages(
  cluster: Cluster,
  programs: Pick<ClusterPrograms, "debian">,
  images: readonly ImageTar[],
): Promise<void> {
  const ctr = async (...args: string[]) => {
    const [command, ...rest] = await insideSandbox(cluster, [
      join(programs.debian.bin, "ctr"),
      "--namespace=k8s.io",
      ...args,
    ]);
    return run(command!, rest);
  };
  const present = new Set((await ctr("images", "ls", "-q")).split("\n"));
  for (const { name, ref, tar } of images) {
    const note = join(clusterPaths(cluster).root, "imported", name);
    // The archive's name holds a hash of its contents.
    if (present.has(ref) && (await readFile(note, "utf8").catch(() => "")) === basename(tar))
      continue;
    await ctr("images", "import", tar);
    await writeWhole(note, basename(tar));
  }
}
