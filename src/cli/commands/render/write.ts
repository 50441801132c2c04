import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toYaml } from "../../../../components/kit/yaml";
import type { Manifest } from "./manifest";
import type { Rendered } from "./render-stack";

const HEADER =
  "# Rendered by `npm run render`. Values of secrets are redacted, so this is for reading and comparing.\n";

/** Texts of a stack's manifests by file. */
export function manifestFiles({ stack, objects }: Rendered): Map<string, string> {
  return new Map(
    objects.map(({ redacted }) => [join(stack, fileOf(redacted)), HEADER + toYaml(redacted)]),
  );
}

/** One file per object, `<out>/<stack>/<namespace>/<kind>-<name>.yaml`, so that a difference names the object. Returns how many. */
export async function writeManifests(out: string, rendered: Rendered): Promise<number> {
  const files = new Map(
    [...manifestFiles(rendered)].map(([file, text]) => [join(out, file), text]),
  );
  await removeFormer(join(out, rendered.stack), files);
  for (const [file, text] of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return files.size;
}

function fileOf({ kind, metadata: { name, namespace = "_cluster" } }: Manifest): string {
  // A colon is allowed in names of roles, and not in file names everywhere.
  return join(namespace, `${kind.toLowerCase()}-${name.replaceAll(":", "_")}.yaml`);
}

/** Takes away what an earlier run wrote and this one does not; files of anybody else stay. */
async function removeFormer(folder: string, keep: ReadonlyMap<string, string>): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !entry.name.endsWith(".yaml") || keep.has(file)) continue;
    if ((await readFile(file, "utf8")).startsWith(HEADER)) await rm(file);
  }
}
