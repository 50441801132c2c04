import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { hubOf, type Project, unknownHub } from "../../project";
import { inspectRotation } from "../up/ca-rotation";
import { throwFailures } from "../../ui/failure";
import { liveProgress, noProgress, type Progress, type Teller } from "../../ui/progress";
import { plural } from "../../ui/text";
import type { Operation } from "../../engine/events";
import { Interruption } from "../../engine/interruption";
import { operate } from "../../engine/operate";
import { withScratchStack } from "../../engine/scratch";
import { type Certificate, edgeOutput, type StackState } from "../../engine/state";
import { openWorkspaces, type Workspaces } from "../../engine/workspaces";
import { previewMarkdown } from "./markdown";
import { type Preview, previewAsData, showPreview } from "./report";

/**
 * Previews one stack. Nothing is written: neither to the backend nor to the stack file, also where
 * the stack does not exist yet.
 */
async function previewStack(
  project: Project,
  workspaces: Workspaces,
  name: string,
  onProgress?: (operation: Operation) => void,
): Promise<Preview> {
  const state = await workspaces.state(name);
  const rotation = await inspectRotation(project, workspaces, name, state);
  const run = async (where: Workspaces) => operate("preview", await where.stack(name), onProgress);
  const operation = state
    ? await run(workspaces)
    : await withScratchStack(project, workspaces, name, (scratch) => run(scratch));
  const policy = project.settings(hubOf(project, name) ?? name).hub?.certificates;
  const certificates = [...(state?.certificates ?? []), ...runningCertificate(name, state)];
  const warning = unknownHub(project, name);
  return {
    stack: name,
    exists: state !== undefined,
    operation,
    certificates,
    rotation,
    ...(warning && { warning }),
    ...(policy && { policy }),
  };
}

/** The certificate that an edge runs with. Its state has none, because the hub signed it. */
function runningCertificate(stack: string, state: StackState | undefined): Certificate[] {
  const { name, runsWith } = edgeOutput(stack, state) ?? {};
  if (!runsWith || state?.outputs["hub"] !== undefined) return [];
  return [
    {
      name: `pki-edge-${name}`,
      validUntil: new Date(new X509Certificate(runsWith.certificate).validTo),
    },
  ];
}

interface SideBySide {
  readonly progress: Progress;
  readonly interruption: Interruption;
  readonly parallel: number;
}

/** Previews stacks side by side. One that fails does not hide the others. */
export function previewAll(
  project: Project,
  workspaces: Workspaces,
  stacks: readonly string[],
  { progress, interruption, parallel }: SideBySide,
) {
  const tasks = stacks.map((name) => ({
    name,
    work: ({ status }: Teller) =>
      previewStack(project, workspaces, name, ({ done }) =>
        status(`previewing, ${plural(done.size, "resource")} so far`),
      ),
  }));
  return interruption.during(() => progress.run(tasks, parallel), "Nothing was changed.");
}

interface PreviewOptions {
  readonly diff: boolean;
  readonly json: boolean;
  readonly parallel: number;
  /** File for a comment on a pull request. */
  readonly markdown?: string;
}

/**
 * Previews stacks and prints a report of each. One that fails does not hide the others; then the
 * whole fails, with every error.
 */
export async function previewStacks(
  project: Project,
  stacks: readonly string[],
  { diff, json, parallel, markdown }: PreviewOptions,
): Promise<{ changed: boolean }> {
  const workspaces = await openWorkspaces(project);
  const progress = process.stderr.isTTY && !json ? liveProgress : noProgress;
  const interruption = new Interruption(workspaces.pulumi, progress.note);
  const run = { progress, interruption, parallel };
  const outcomes = await previewAll(project, workspaces, stacks, run);

  const previews = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  if (markdown) {
    const failed = outcomes.flatMap((outcome, index) =>
      outcome.status === "rejected"
        ? [{ stack: stacks[index] ?? "", error: outcome.reason as unknown }]
        : [],
    );
    await writeFile(markdown, previewMarkdown(previews, failed));
  }
  if (json)
    console.log(
      JSON.stringify({ stacks: previews.map((preview) => previewAsData(preview)) }, null, 2),
    );
  else for (const preview of previews) console.log(`${showPreview(preview, diff)}\n`);
  throwFailures(outcomes);
  return { changed: previews.some(({ operation }) => operation.changes.size > 0) };
}
