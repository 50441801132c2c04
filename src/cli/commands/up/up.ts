import { previewAll } from "../preview/preview";
import { showPreview } from "../preview/report";
import { type Project, unknownHub } from "../../project";
import { inspectRotation } from "./ca-rotation";
import { agreed } from "../../ui/ask";
import { EXIT, exitCodeOf, Failure, throwFailures } from "../../ui/failure";
import { liveProgress, plainProgress, type Progress } from "../../ui/progress";
import { style } from "../../ui/style";
import { isPlumbing, resourceName } from "../../engine/events";
import { Interruption } from "../../engine/interruption";
import { Locked } from "../../engine/locks";
import { openWorkspaces, type Workspaces } from "../../engine/workspaces";
import type { Verification } from "../verify/report";
import type { UpOptions } from "./command";
import { checkGenerations, withHubs, observe as observeAll, type States } from "./connections";
import { type EndedUpdate, type Journal, runPasses, waveGate } from "./passes";
import { foresee, type Pass } from "./plan";
import { showWarnings, showStackStates, showSummary, titleOf } from "./report";

interface BringUpOptions extends Omit<UpOptions, "renew"> {
  /** Which of the chosen stacks to bring up. Defaults to all of them. */
  readonly observe?: typeof observeAll;
  /** The command that continues an interrupted run. */
  readonly resumeCommand: string;
}

/**
 * Brings stacks up: previews them and asks, creates stacks that are missing, runs the passes, and
 * prints what was done. Resolves with the stack files that requests were written to.
 */
export async function bringUp(
  project: Project,
  chosen: readonly string[],
  options: BringUpOptions,
): Promise<string[]> {
  const { observe = observeAll, resumeCommand } = options;
  checkGenerations(project, chosen);
  const workspaces = await openWorkspaces(project);
  const states = await workspaces.states(withHubs(project, chosen));
  warnOfUnknownHubs(project, chosen);
  warnOfPending(states);

  const progress = process.stderr.isTTY ? liveProgress : plainProgress();
  const interruption = new Interruption(workspaces.pulumi, progress.note);
  const passes = foresee({ ...observe(project, chosen, states), verifies: options.verify });
  const rotations = await inspectRotations(project, passes, workspaces, states);
  if (options.yes) rotations.forEach(progress.note);
  if (!options.yes)
    await confirm(project, passes, workspaces, progress, interruption, options.parallel);

  const updates: EndedUpdate[] = [];
  const verifications: Verification[] = [];
  const journal: Journal = {
    updated: (update) => void updates.push(update),
    verified: (verification) => void verifications.push(verification),
  };
  const gate = options.verify ? waveGate(workspaces, interruption.signal) : undefined;
  const howToContinue = `What was done is kept. To continue: ${resumeCommand}`;
  const work = async () => {
    for (const [stack, state] of states) if (!state) await workspaces.create(stack);
    // The count comes while the engine starts.
    const expected = new Map<string, number>();
    void countResources(project, chosen, expected);
    await runPasses(
      project.folder,
      chosen,
      workspaces,
      progress,
      { ...options, observe, expected, gate },
      journal,
    );
  };
  try {
    await interruption.during(work, howToContinue);
  } catch (error) {
    if (exitCodeOf(error) === EXIT.interrupted || error instanceof Locked) throw error;
    const stackStates = showStackStates(passes, { updates, verifications });
    const unverified = verifications.every(({ ok }) => ok)
      ? ""
      : `\nTo continue without verifying: ${resumeCommand} --no-verify`;
    const next = `Fix that first. ${howToContinue}${unverified}`;
    throw new AggregateError([error], `${stackStates}\n\n${next}`);
  } finally {
    if (updates.length > 0)
      console.log(`\n${showSummary(updates)}\n${showWarnings(updates)}`.trimEnd());
  }
  return passes.flatMap((pass) =>
    pass.kind === "copy requests" ? [`Pulumi.${pass.hub}.yaml`] : [],
  );
}

/** `written`: the stack files that requests were written to. */
export function remindOfCommit(written: readonly string[]): void {
  if (written.length > 0)
    console.log(`\nRequests of edges were written to ${written.join(", ")}: commit it.`);
}

/**
 * What the passes change of CAs, in lines. Throws, before anything is changed, if it is too early.
 */
async function inspectRotations(
  project: Project,
  passes: readonly Pass[],
  workspaces: Workspaces,
  states: States,
) {
  const hubs = passes.flatMap((pass) => (pass.kind === "hub" ? pass.stacks : []));
  const lines = await Promise.all(
    hubs.map((hub) => inspectRotation(project, workspaces, hub, states.get(hub))),
  );
  return lines.flat();
}

function warnOfUnknownHubs(project: Project, chosen: readonly string[]): void {
  for (const warning of chosen.flatMap((stack) => unknownHub(project, stack) ?? []))
    console.error(`${style.warning("!")} ${warning}`);
}

/** Names what a killed update had started to create: the engine does not know whether it exists. */
function warnOfPending(states: States): void {
  for (const [stack, state] of states) {
    if (!state || state.creating.length === 0) continue;
    const created = state.creating.map(resourceName).join(", ");
    console.error(`${style.warning("!")} Stack ${stack}: an update was killed while it created ${created}.
  If this update finds that it exists already:
    PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true npm run up -- ${stack}
  To forget about it once all is well:
    pulumi refresh --stack ${stack} --clear-pending-creates
`);
  }
}

async function confirm(
  project: Project,
  passes: readonly Pass[],
  workspaces: Workspaces,
  progress: Progress,
  interruption: Interruption,
  parallel: number,
): Promise<void> {
  const stacks = [
    ...new Set(passes.flatMap((pass) => (pass.kind === "copy requests" ? [] : pass.stacks))),
  ];
  const run = { progress, interruption, parallel };
  const outcomes = await previewAll(project, workspaces, stacks, run);
  for (const outcome of outcomes)
    if (outcome.status === "fulfilled") console.log(`${showPreview(outcome.value, false)}\n`);
  throwFailures(outcomes);

  console.log(
    [
      style.strong("To do"),
      ...passes.map((pass, index) => `  ${index + 1}. ${titleOf(pass)}`),
      "",
    ].join("\n"),
  );
  if (!(await agreed("Go ahead?"))) throw new Failure("Nothing was changed.");
}

/**
 * Sets in `counts` how many resources each stack will have, so that progress can show how many are
 * left. Sets nothing where the program fails: the engine runs the same program, and reports why.
 */
async function countResources(
  project: Project,
  stacks: readonly string[],
  counts: Map<string, number>,
): Promise<void> {
  try {
    const { renderStacks } = await import("../render/render-stack.js");
    for (const { stack, resources } of await renderStacks(project, stacks))
      counts.set(stack, resources.filter(({ type }) => !isPlumbing(type)).length);
  } catch {
    return;
  }
}
