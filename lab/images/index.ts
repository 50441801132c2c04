/**
 * The lab's container images: made here from programs built or unpacked, because the lab pulls
 * nothing.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../state.js";
import { imageHash, writeImage } from "./archive.js";
import { catalogue, type ImageName, type Sources } from "./catalogue.js";
import { grafanaHome } from "./grafana.js";

export { type ImageName, labImages, type Sources } from "./catalogue.js";
export { grafanaHome } from "./grafana.js";
export { type Difference, imageDifferences } from "./differences.js";
/** Those that can be made here. */
export function imageNames(): ImageName[] {
  const there = grafanaHome() !== undefined;
  return (Object.keys(catalogue) as ImageName[]).filter((name) => name !== "grafana" || there);
}

/** An image to import: `ctr -n k8s.io images import <tar>`, known as `ref` from then on. */
export interface ImageTar {
  name: ImageName;
  ref: string;
  tar: string;
}

/** Makes the images that are not in the cache yet, each as soon as its programs are ready. */
export async function ensureImages(
  names: readonly ImageName[],
  sources: Sources,
): Promise<ImageTar[]> {
  return Promise.all(names.map((name) => ensureImage(name, sources)));
}

async function ensureImage(name: ImageName, sources: Sources): Promise<ImageTar> {
  const image = await catalogue[name](sources);
  const folder = join(cacheFolder(), "images");
  const file = `${name}-${(await imageHash(image)).slice(0, 16)}.tar`;
  const tar = join(folder, file);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(tar)) await writeImage(image, tar);
  utimesSync(tar, new Date(), new Date());
  dropUnused(folder, name);
  return { name, ref: image.ref, tar };
}

/**
 * Earlier contents of an image go after a week without use: another clone of the repository may
 * still need them.
 */
function dropUnused(folder: string, name: ImageName): void {
  const week = 7 * 24 * 3600 * 1000;
  const tars = readdirSync(folder).filter(
    (file) => file.startsWith(`${name}-`) && file.endsWith(".tar"),
  );
  for (const file of tars) {
    if (Date.now() - statSync(join(folder, file)).mtimeMs > week)
      rmSync(join(folder, file), { force: true });
  }
}
