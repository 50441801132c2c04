import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { statePaths } from "../state.js";
import { LabError } from "./errors.js";

/** Marks a folder as the lab's own: only such a one is ever removed. */
const marker = ".heliograph-lab";

/** Makes the folder of the lab's state. Keys and passphrases will be in it: nobody else's business. */
export async function ensureStateFolder(): Promise<void> {
  const { root } = statePaths();
  await mkdir(root, { recursive: true, mode: 0o700 });
  if ((await readdir(root)).length > 0) return refuseForeign(root);
  await writeFile(join(root, marker), "");
}

/** Removes it, the mark last: an interrupted removal can be gone through again. */
export async function removeStateFolder(): Promise<void> {
  const { root } = statePaths();
  const entries = await readdir(root).catch(() => undefined);
  if (entries === undefined) return;
  if (entries.length > 0) await refuseForeign(root);
  for (const name of entries.filter((name) => name !== marker))
    await rm(join(root, name), { recursive: true, force: true });
  await rm(root, { recursive: true });
}

async function refuseForeign(root: string): Promise<void> {
  if ((await readdir(root)).includes(marker)) return;
  throw new LabError(
    `${root} holds something else than a lab. HELIOGRAPH_LAB_STATE must name a folder that is new, or of a lab.`,
  );
}
