import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type StatePaths, statePaths } from "../state.js";
import { LabError } from "./errors.js";
import { exists } from "./files.js";

/** Marks a folder as the lab's own: only such a one is ever filled or removed. */
const marker = ".heliograph-lab";

/**
 * Makes the folder of the lab's state. Keys and passphrases will be in it: nobody else's business.
 */
export async function ensureStateFolder(): Promise<void> {
  const { root } = statePaths();
  await mkdir(root, { recursive: true, mode: 0o700 });
  const entries = await readdir(root);
  if (entries.length === 0) await writeFile(join(root, marker), "");
  else if (!entries.includes(marker)) throw foreign(root);
}

/** For commands that use clusters: refuses plainly where there never were any. */
export async function expectLab(): Promise<void> {
  if (!(await exists(statePaths().kubeconfig)))
    throw new LabError("The lab is not up. Bring it up with: npm run lab");
}

/** Removes it, the mark last: an interrupted removal can be gone through again. */
export async function removeStateFolder(): Promise<void> {
  const paths = statePaths();
  const entries = await readdir(paths.root).catch(() => undefined);
  if (entries === undefined) return;
  if (!isLabFolder(entries, paths)) throw foreign(paths.root);
  for (const name of entries.filter((name) => name !== marker)) {
    await rm(join(paths.root, name), { recursive: true, force: true });
  }
  await rm(paths.root, { recursive: true });
}

/**
 * Somebody may have removed the folder under running clusters: what those wrote since bears no
 * mark.
 */
export function isLabFolder(entries: string[], paths: StatePaths): boolean {
  const own = [paths.bin, paths.clusters, paths.logs, paths.processes, paths.store].map((path) =>
    basename(path),
  );
  return entries.includes(marker) || entries.every((name) => own.includes(name));
}

function foreign(root: string): LabError {
  return new LabError(
    `${root} holds something else than a lab. HELIOGRAPH_LAB_STATE must name a folder that is new, or of a lab.`,
  );
}
