import { randomBytes } from "node:crypto";
import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Writes the file whole or not at all: an interrupted run never leaves half of one. */
export async function writeWhole(path: string, content: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, content, { mode });
  await rename(`${path}.new`, path);
}

/** A secret of the lab, made at its first use and kept in a file that only its owner reads. */
export async function secretFile(path: string): Promise<string> {
  if (!(await exists(path))) await writeWhole(path, randomBytes(24).toString("base64url"));
  return (await readFile(path, "utf8")).trim();
}
