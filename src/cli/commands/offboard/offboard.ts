import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { withChangedEntry } from "../../../config/edit";
import { stackFile } from "../../../config/stack-file";
import { openProject, type Project } from "../../project";
import { inspectRotation } from "../up/ca-rotation";
import { askText } from "../../ui/ask";
import { Failure, throwFailures } from "../../ui/failure";
import { liveProgress, plainProgress, type Progress } from "../../ui/progress";
import { mark, style } from "../../ui/style";
import { duration } from "../../ui/text";
import { type Gate, runPasses, updateStack, waveGate } from "../up/passes";
import { openFleet } from "../verify/fleet";
import type { EdgeView } from "../verify/edge";
import { showBriefly } from "../verify/table";
import { countDone } from "../../engine/events";
import { Interruption } from "../../engine/interruption";
import { openWorkspaces, type Workspaces } from "../../engine/workspaces";
import type { OffboardOptions } from "./command";
import { certificateEnd, drain, newestSample, type Unsent, unsentOf } from "./unsent";
import { expiry, type Receipt, showReceipt, showUnsent } from "./receipt";
import { findLeavingEdge, type LeavingEdge } from "./leaving-edge";

/** An agent is always behind by one batch and one scrape. More than that is worth a warning. */
const NORMALLY_BEHIND_SECONDS = 30;

/** An edge that is being removed, and what that needs. */
export interface Offboarding {
  readonly project: Project;
  readonly subject: LeavingEdge;
  readonly view: EdgeView;
  readonly workspaces: Workspaces;
  readonly gate: Gate;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly options: OffboardOptions;
}

/** Removes an edge: drains its queue if asked to, revokes its access, then destroys its stack. */
export async function offboard(
  project: Project,
  edge: string,
  options: OffboardOptions,
): Promise<void> {
  const start = performance.now();
  const subject = findLeavingEdge(project, edge);
  const workspaces = await openWorkspaces(project);
  const fleet = await openFleet(
    project,
    [subject.hub, ...(subject.stack ? [subject.stack] : [])],
    workspaces,
  );
  const view = fleet.edges.find(({ name }) => name === edge);
  if (!view)
    throw new Failure(
      `Edge ${edge} is in Pulumi.${subject.hub}.yaml, but not deployed.`,
      `npm run up -- ${subject.hub}`,
    );

  if (options.drain === undefined) warnOfUnsent(await unsentOf(view));
  if (!options.yes) await confirm(subject);
  const progress = progressFor(options.json);
  const interruption = new Interruption(workspaces.pulumi, progress.note);
  const { signal } = interruption;
  const gate = waveGate(workspaces, signal);
  const work = { project, subject, view, workspaces, gate, progress, signal, options };
  const resumeCommand = `npm run offboard -- ${edge}${options.yes ? " --yes" : ""}`;
  const howToContinue = `What was done is kept. To continue: ${resumeCommand}`;
  // Updates of the hub apply its whole stack file, other changes included.
  const rotation = await inspectRotation(
    project,
    workspaces,
    subject.hub,
    await workspaces.state(subject.hub),
  );
  rotation.forEach(progress.note);
  const receipt = await interruption.during(() => takeOut(work), howToContinue);
  console.log(
    options.json
      ? JSON.stringify(receipt, null, 2)
      : `\n${showReceipt(receipt, duration(performance.now() - start))}`,
  );
}

/** Everything after the confirmation. Steps that an earlier run finished change nothing. */
export async function takeOut(work: Offboarding): Promise<Receipt> {
  const { subject, view, options } = work;
  const { edge, hub, entry, cell, retentionDays, mates, stack } = subject;
  if (options.drain !== undefined && !entry.revoked) await drainFirst(work, options.drain);
  const notSent = await unsentOf(view);
  const newest = await newestSample(view);
  const certificateValidUntil = certificateEnd(view)?.toISOString() ?? null;
  const revoked = await revoke(work);
  const destroyed = stack === undefined ? null : await destroy(work, stack);
  await changeEntry(work, (each) => ["request", "fromStack"].forEach((key) => each.delete(key)));
  return {
    edge,
    hub,
    tenant: entry.tenant,
    cell,
    revoked,
    certificateValidUntil,
    destroyed,
    notSent,
    newestSample: newest?.toISOString() ?? null,
    retentionDays,
    dataExpires: expiry(newest, retentionDays, new Date()).toISOString(),
    tenantSharedWith: mates,
    commit: [`Pulumi.${hub}.yaml (changed)`, ...(stack ? [`Pulumi.${stack}.yaml (removed)`] : [])],
  };
}

/** On standard error: standard output has only the receipt. */
function warnOfUnsent(unsent: Unsent): void {
  if ("seconds" in unsent && unsent.seconds <= NORMALLY_BEHIND_SECONDS) return;
  console.error(
    `${mark.warning} Not sent yet, and lost: ${showUnsent(unsent)}. With --drain it is sent first.`,
  );
}

async function confirm({ edge, hub, entry, stack }: LeavingEdge): Promise<void> {
  const fate = stack ? `stack ${stack} is destroyed` : "it has no stack here";
  console.error(
    `Edge ${style.strong(edge)} of hub ${hub}, tenant ${entry.tenant}: it is revoked; ${fate}.`,
  );
  const typed = await askText(`Type ${edge} to continue`, undefined);
  if (typed !== edge) throw new Failure(`That was not ${edge}. Nothing was changed.`);
}

async function drainFirst(
  { view, subject, progress, signal }: Offboarding,
  seconds: number,
): Promise<void> {
  progress.note("drain: waits until everything is sent");
  const task = {
    name: subject.edge,
    work: ({ status }: { status(text: string): void }) =>
      drain(view, seconds, { tell: status, signal }),
  };
  throwFailures(await progress.run([task], 1));
}

/**
 * Revokes the edge, and returns the gateway's answer to its certificate. Its request stays in the
 * hub's stack file, so that its own stack stays valid until it is destroyed.
 */
async function revoke(work: Offboarding): Promise<string> {
  const { project, subject, gate, progress } = work;
  await changeEntry(work, (entry) => entry.set("revoked", true));
  const { edge, stack, entry } = subject;
  const pass = {
    kind: "verify",
    environment: entry.environment,
    stacks: [stack ?? subject.hub],
    edges: [edge],
  } as const;
  progress.note(`the gateway refuses ${edge}`);
  const start = performance.now();
  const verification = await gate(pass, openProject(project.folder), progress);
  const report = verification.edges.find((each) => each.edge === edge);
  if (report?.ok) return report.checks.map(({ detail }) => detail).join("; ");
  throw new Failure(
    showBriefly(verification, performance.now() - start),
    "Nothing has been destroyed yet.",
  );
}

/**
 * Changes the entry in the hub's stack file and updates the hub, even if the file did not change.
 */
async function changeEntry(
  { project, subject: { hub, edge }, workspaces, progress, options }: Offboarding,
  change: Parameters<typeof withChangedEntry>[3],
): Promise<void> {
  const file = stackFile(project.folder, hub);
  writeFileSync(file, withChangedEntry(readFileSync(file, "utf8"), "edges", edge, change));
  const journal = { updated: () => {}, verified: () => {} };
  const passOptions = { parallel: 1, resume: options.resume, expected: new Map<string, number>() };
  await runPasses(project.folder, [hub], workspaces, progress, passOptions, journal);
}

async function destroy(
  { project, workspaces, progress, options: { resume, clusterGone } }: Offboarding,
  stack: string,
): Promise<Receipt["destroyed"]> {
  const state = await workspaces.state(stack);
  let resources = clusterGone ? (state?.resources ?? 0) : 0;
  if (state && state.resources > 0 && !clusterGone) {
    progress.note(`destroy: ${stack}`);
    const task = {
      name: stack,
      work: async (tell: Parameters<typeof updateStack>[2]) => {
        const { operation, failure } = await updateStack(
          stack,
          workspaces,
          tell,
          { resume },
          "destroy",
        );
        resources = countDone(operation, "deleted");
        if (failure) throw failure;
      },
    };
    throwFailures(await progress.run([task], 1));
  }
  if (state) await workspaces.remove(stack, clusterGone);
  rmSync(stackFile(project.folder, stack), { force: true });
  return { stack, resources, how: clusterGone ? "forgotten" : "destroyed" };
}

function progressFor(json: boolean): Progress {
  if (json) return plainProgress(console.error);
  return process.stderr.isTTY ? liveProgress : plainProgress();
}
