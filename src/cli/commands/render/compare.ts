import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import type { Project } from "../../project";
import { Failure } from "../../ui/failure";
import { renderingsMarkdown, type Files } from "./differences-markdown";
import { renderStacks } from "./render-stack";
import { manifestFiles } from "./write";

const run = promisify(execFile);
const REPOSITORY = resolve(__dirname, "../../..");

/** What differs between the manifests of another version of the project and those of this one, as a comment on a pull request. */
export async function compareWith(
  where: string,
  project: Project,
  stacks: readonly string[],
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "heliograph-against-"));
  try {
    const isFolder = existsSync(join(where, "Pulumi.yaml"));
    const checkout = isFolder ? resolve(where) : await checkOut(where, join(scratch, "checkout"));
    const before = await renderingOf(checkout, join(scratch, "rendered"));
    const after = new Map(
      (await renderStacks(project, stacks)).flatMap((each) => [...manifestFiles(each)]),
    );
    const asked = (file: string) =>
      stacks.includes(file.split("/")[0] ?? "") ||
      !project.stacks.includes(file.split("/")[0] ?? "");
    return renderingsMarkdown(where, new Map([...before].filter(([file]) => asked(file))), after);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await run("git", ["worktree", "prune"], { cwd: REPOSITORY }).catch(() => {});
  }
}

async function checkOut(ref: string, folder: string): Promise<string> {
  await run("git", ["worktree", "add", "--detach", folder, ref], { cwd: REPOSITORY }).catch(
    ({ stderr }: { stderr?: string }) => {
      throw new Failure(
        `${ref} is neither a folder with a checkout (it has no Pulumi.yaml) nor a git ref that can be checked out: ${stderr?.trim()}`,
        "In a shallow clone, fetch it first: git fetch origin <branch>",
      );
    },
  );
  // With the packages of this version: a comparison does not wait for an installation.
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** By that version's own command: only it knows how it renders. */
async function renderingOf(checkout: string, out: string): Promise<Files> {
  const command = ["--import", "tsx", "src/cli/main.ts", "render", "--out", out];
  const env = { ...process.env, HELIOGRAPH_PROJECT: checkout };
  await run(process.execPath, command, { cwd: checkout, env, maxBuffer: 64 << 20 }).catch(
    ({ stderr }: { stderr?: string }) => {
      throw new Failure(`The version to compare with cannot be rendered:\n${stderr?.trim()}`);
    },
  );
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [relative(out, file), await readFile(file, "utf8")] as const),
    ),
  );
}
