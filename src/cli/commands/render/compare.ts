import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { structuredPatch } from "diff";
import type { Project } from "../../project";
import { Failure } from "../../ui/failure";
import { renderStacks } from "./render-stack";
import { manifestFiles } from "./manifests";
import { MARK } from "../preview/markdown";
import { type Block, comment, COMMENT_LIMIT, markdownTable } from "../../ui/markdown";

const run = promisify(execFile);
const REPOSITORY = resolve(__dirname, "../../..");

/**
 * What differs between the manifests of another version of the project and those of this one, as a
 * comment on a pull request.
 */
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
  await linkPackages(folder);
  return folder;
}

/**
 * With the packages of this version, so that a comparison waits for no installation, but with the
 * checkout's own library.
 */
async function linkPackages(folder: string): Promise<void> {
  const own = "@heliograph";
  const from = join(REPOSITORY, "node_modules");
  const to = join(folder, "node_modules");
  await mkdir(join(to, own), { recursive: true });
  const names = (await readdir(from)).filter((name) => name !== own);
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
  await symlink(join(folder, "components"), join(to, own, "heliograph"));
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

/** Texts of manifests by file: `<stack>/<namespace>/<kind>-<name>.yaml`. */
type Files = ReadonlyMap<string, string>;

type Change = "removed" | "changed" | "added";
/** What goes comes first. */
const ORDER: readonly Change[] = ["removed", "changed", "added"];

/** Two renderings of the same stacks, as a comment on a pull request. */
export function renderingsMarkdown(
  where: string,
  before: Files,
  after: Files,
  limit = COMMENT_LIMIT,
): string {
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changes = files.flatMap((file) => {
    const change = changeOf(before.get(file), after.get(file));
    return change ? [{ file, change }] : [];
  });
  const stacks = [...new Set(files.map(stackOf))];
  const count = (stack: string, change: Change) =>
    changes.filter((each) => stackOf(each.file) === stack && each.change === change).length;
  const rows = stacks.map((stack) => [
    stack,
    ...ORDER.map((change) => emphasised(change, count(stack, change))),
  ]);
  const head = [
    `${MARK}\n### What differs from \`${where}\` in the manifests`,
    markdownTable(["stack", ...ORDER], rows),
    "Rendered without a cluster: what would be replaced is not known here, and a change of a name is shown as one object removed and one added.",
  ].join("\n\n");
  const blocks = ORDER.flatMap((change) =>
    changes
      .filter((each) => each.change === change)
      .map(({ file }) => blockOf(change, file, before.get(file), after.get(file))),
  );
  return comment(head, blocks, limit);
}

function changeOf(before: string | undefined, after: string | undefined): Change | undefined {
  if (after === undefined) return "removed";
  if (before === undefined) return "added";
  return before === after ? undefined : "changed";
}

function emphasised(change: Change, count: number): string {
  return change === "removed" && count > 0 ? `**${count}**` : String(count);
}

function stackOf(file: string): string {
  return file.split("/")[0] ?? "";
}

function blockOf(change: Change, file: string, before = "", after = ""): Block {
  const word = change === "removed" ? "**REMOVED**" : change;
  const { hunks } = structuredPatch(file, file, before, after, "", "", { context: 3 });
  const diff =
    change === "changed"
      ? hunks.flatMap(({ newStart, lines }) => [`@@ line ${newStart}`, ...lines])
      : [];
  return { heading: `${word} \`${file}\``, diff };
}
