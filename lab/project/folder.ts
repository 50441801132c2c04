import { mkdir, readdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { exists, writeWhole } from "../host/files.js";
import { repository, statePaths } from "../state.js";

/** What Pulumi needs of the repository to run the program. */
const linked = [
  "Pulumi.yaml",
  "package.json",
  "tsconfig.json",
  "src",
  "components",
  "lab",
  "node_modules",
];

const stackFiles = join(repository, "lab", "stacks");

/**
 * The folder in which Pulumi runs: the repository's own program by links, and stack files of the
 * lab. Those are copies, made once, because they change: they receive the stack's salt, its
 * secrets, and the requests of edges.
 */
export async function prepareProjectFolder(): Promise<void> {
  const { project } = statePaths();
  await mkdir(project, { recursive: true });
  for (const name of linked) {
    await rm(join(project, name), { force: true });
    await symlink(join(repository, name), join(project, name));
  }
  for (const name of await readdir(stackFiles)) {
    const own = join(project, name);
    if (!(await exists(own))) await writeWhole(own, await readFile(join(stackFiles, name), "utf8"));
  }
}
