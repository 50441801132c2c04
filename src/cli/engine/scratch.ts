import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edited } from "../../config/edit";
import { parseStackFile, stackFile } from "../../config/stack-file";
import { shortName, type Project } from "../project";
import { fileBackend } from "./file-backend";
import type { StackState } from "./state";
import { Workspaces } from "./workspaces";

const STACK_FILE = /^Pulumi\.[^.]+\.yaml$/;

/**
 * Creates a stack that does not exist yet in a temporary backend and project folder, for a preview.
 * The engine previews only stacks that exist. In the real backend an interrupted preview would
 * leave an empty stack behind, and would have changed the stack file. Stacks that it refers to are
 * there too, with their real outputs.
 */
export async function withScratchStack<T>(
  project: Project,
  workspaces: Workspaces,
  name: string,
  work: (scratch: Workspaces) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "heliograph-preview-"));
  try {
    const copy = join(folder, "project");
    const backend = join(folder, "backend");
    await Promise.all([mkdir(copy), mkdir(backend)]);
    await copyProject(project, name, copy);
    const env = {
      PULUMI_BACKEND_URL: fileBackend(backend),
      ...(await passphraseFor(project, name)),
    };
    const scratch = new Workspaces({ ...project, folder: copy }, workspaces.pulumi, env);
    for (const reference of referencesOf(project, name)) {
      await scratch.create(reference);
      await fill(scratch, folder, reference, await workspaces.state(reference));
    }
    await scratch.create(name);
    return await work(scratch);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Leaves out the stack files of other stacks, whose passphrases would be needed too. */
async function copyProject(
  { folder, settings }: Project,
  name: string,
  copy: string,
): Promise<void> {
  const entries = (await readdir(folder)).filter((entry) => !STACK_FILE.test(entry));
  await Promise.all(entries.map((entry) => symlink(join(folder, entry), join(copy, entry))));
  const text = await readFile(stackFile(folder, name), "utf8");
  // The reference may be in Pulumi.yaml, among the settings that edges share.
  const fromStack = settings(name).edge?.hub?.fromStack;
  const reference = ["config", "heliograph:edge", "hub", "fromStack"];
  const whole = edited(text, (file) => {
    if (fromStack && file.get(reference) !== fromStack) file.set(reference, fromStack);
  });
  await writeFile(stackFile(copy, name), withLocalReferences(whole));
}

/** Renames references to other stacks: in a file backend every organization is `organization`. */
export function withLocalReferences(stackFile: string): string {
  return edited(stackFile, (file) => {
    const rename = (path: readonly string[]) => {
      const reference = file.get(path);
      if (typeof reference === "string")
        file.set(path, `organization/heliograph/${shortName(reference)}`);
    };
    rename(["config", "heliograph:edge", "hub", "fromStack"]);
    const edges = ["config", "heliograph:hub", "edges"];
    for (const name of Object.keys(file.get(edges) ?? {})) rename([...edges, name, "fromStack"]);
  });
}

/** A stack file without a salt holds nothing encrypted, so any passphrase will do. */
async function passphraseFor({ folder }: Project, name: string): Promise<Record<string, string>> {
  const file = stackFile(folder, name);
  return "encryptionsalt" in parseStackFile(await readFile(file, "utf8"), file)
    ? {}
    : { PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex") };
}

/** Names of the stacks whose outputs a stack reads. */
function referencesOf(project: Project, name: string): string[] {
  const { hub, edge } = project.settings(name);
  const references = [
    edge?.hub?.fromStack,
    ...Object.values(hub?.edges ?? {}).map(({ fromStack }) => fromStack),
  ];
  return [...new Set(references.flatMap((reference) => (reference ? [shortName(reference)] : [])))];
}

/** Copies to an empty stack the outputs that other stacks read of the real one. */
async function fill(
  scratch: Workspaces,
  folder: string,
  name: string,
  real: StackState | undefined,
): Promise<void> {
  if (!real || real.resources === 0) return;
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${name}::heliograph::${type}::heliograph-${name}`;
  const file = join(folder, `${name}.json`);
  const { hub, edge } = real.outputs;
  const resources = [{ urn, type, custom: false, outputs: { hub, edge } }];
  await writeFile(file, JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
  await scratch.run(name, ["stack", "import", "--file", file]);
}
