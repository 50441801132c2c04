import { previewStack } from "../preview/preview";
import { showPreview } from "../preview/report";
import type { Project } from "../../project";
import { lookAtRotation } from "./rotation/look";
import { agreed } from "../../ui/ask";
import { EXIT, exitCodeOf, Failure, throwFailures } from "../../ui/failure";
import { liveProgress, plainProgress, type Progress, type Teller } from "../../ui/progress";
import { style } from "../../ui/style";
import { plural } from "../../ui/text";
import { resourceName } from "../../engine/events";
import { Interruption } from "../../engine/interruption";
import { Locked } from "../../engine/locks";
import { openWorkspaces, type Workspaces } from "../../engine/workspaces";
import type { Verification } from "../verify/report";
import type { UpOptions } from "./command";
import { countResources } from "./expected";
import { checkGenerations, concerned, observe, type States } from "./observe";
import { waveGate } from "./gate";
import { runPasses, type Done, type Journal } from "./passes";
import { renewalOf } from "./renewal";
import { foresee, type Pass } from "./plan";
import { showStandings } from "./standings";
import { showNotes, showSummary } from "./summary";
import { titleOf } from "./titles";

/**
 * Brings stacks up: looks, asks, makes what is missing, goes through the passes, and says what was done. `again`: the command that
 * goes on. Resolves with the stack files that requests were written to.
 */
export async function bringUp(
  project: Project,
  chosen: readonly string[],
  options: UpOptions,
  again: string,
): Promise<string[]> {
  checkGenerations(project, chosen);
  const workspaces = await openWorkspaces(project);
  const states = await workspaces.states(concerned(project, chosen));
  warnOfPending(states);

  const progress = process.stderr.isTTY ? liveProgress : plainProgress();
  const interruption = new Interruption(workspaces.pulumi, progress.note);
  const look = options.renew ? renewalOf(new Date()) : observe;
  const passes = foresee({ ...look(project, chosen, states), verifies: options.verify });
  const rotations = await lookAtHubs(project, passes, workspaces, states);
  if (options.yes) rotations.forEach(progress.note);
  if (!options.yes)
    await confirm(project, passes, workspaces, progress, interruption, options.parallel);

  const updates: Done[] = [];
  const verifications: Verification[] = [];
  const journal: Journal = {
    updated: (done) => void updates.push(done),
    verified: (verification) => void verifications.push(verification),
  };
  const gate = options.verify ? waveGate(workspaces, interruption.signal) : undefined;
  const goOn = `What was done is kept. To go on: ${again}`;
  const work = async () => {
    for (const [stack, state] of states) if (!state) await workspaces.create(stack);
    // Counted while the engine starts.
    const expected = new Map<string, number>();
    void countResources(project, chosen, expected);
    await runPasses(
      project.folder,
      chosen,
      workspaces,
      progress,
      { ...options, look, expected, gate },
      journal,
    );
  };
  try {
    await interruption.during(work, goOn);
  } catch (error) {
    if (exitCodeOf(error) === EXIT.interrupted || error instanceof Locked) throw error;
    const standings = showStandings(passes, { updates, verifications });
    const brave = verifications.every(({ ok }) => ok)
      ? ""
      : `\nTo go on without verifying: ${again} --no-verify`;
    throw new AggregateError([error], `${standings}\n\nMend that first. ${goOn}${brave}`);
  } finally {
    if (updates.length > 0)
      console.log(`\n${showSummary(updates)}\n${showNotes(updates)}`.trimEnd());
  }
  return passes.flatMap((pass) => (pass.kind === "hand over" ? [`Pulumi.${pass.hub}.yaml`] : []));
}

/** `written`: the stack files that requests were written to. */
export function remindOfCommit(written: readonly string[]): void {
  if (written.length > 0)
    console.log(`\nRequests of edges were written to ${written.join(", ")}: commit that.`);
}

/** What the passes mean for CAs; throws before anything is changed where that is out of its turn. */
async function lookAtHubs(
  project: Project,
  passes: readonly Pass[],
  workspaces: Workspaces,
  states: States,
) {
  const hubs = passes.flatMap((pass) => (pass.kind === "hub" ? pass.stacks : []));
  const said = await Promise.all(
    hubs.map((hub) => lookAtRotation(project, workspaces, hub, states.get(hub))),
  );
  return said.flat();
}

/** What a killed update had begun to create; the engine does not know how that ended. */
function warnOfPending(states: States): void {
  for (const [stack, state] of states) {
    if (!state || state.creating.length === 0) continue;
    console.error(`${style.warning("!")} Stack ${stack}: an update was killed while it created ${state.creating.map(resourceName).join(", ")}.
  If this one finds that it exists already:  PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true npm run up -- ${stack}
  To forget about it once all is well:       pulumi refresh --stack ${stack} --clear-pending-creates
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
    ...new Set(passes.flatMap((pass) => (pass.kind === "hand over" ? [] : pass.stacks))),
  ];
  const tasks = stacks.map((name) => ({
    name,
    work: ({ status }: Teller) =>
      previewStack(project, workspaces, name, ({ done }) =>
        status(`previewing, ${plural(done.size, "resource")} so far`),
      ),
  }));
  const outcomes = await interruption.during(
    () => progress.run(tasks, parallel),
    "Nothing was changed.",
  );
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
