import { openProject, type Project } from "../../project";
import { Failure, throwFailures } from "../../ui/failure";
import type { Progress, Teller } from "../../ui/progress";
import type { Workspaces } from "../../engine/workspaces";
import { stackFile } from "../../../config/stack-file";
import type { Verification } from "../verify/report";
import { show, showBriefly } from "../verify/table";
import { concerned, observe } from "./observe";
import type { Gate, VerifyPass } from "./gate";
import { finishedAfter, nextPass, NOTHING_FINISHED, type UpdatePass } from "./plan";
import { handOverRequests } from "./requests";
import { titleOf } from "./titles";
import { type Update, updateStack } from "./update";

export interface Done extends Update {
  readonly stack: string;
  readonly pass: UpdatePass;
  readonly milliseconds: number;
}

/** Told of what the passes did, also where that failed. */
export interface Journal {
  updated(done: Done): void;
  verified(verification: Verification): void;
}

export interface PassOptions {
  readonly parallel: number;
  /** Take away locks of updates that were killed. */
  readonly resume: boolean;
  /** Resources a stack will have, as soon and as far as known: for "31 of 64". */
  readonly expected: ReadonlyMap<string, number>;
  /** Says what is to be brought up, of the chosen stacks; left out, all of them. */
  readonly look?: typeof observe;
  /** Verifies each wave before the next one begins; left out, nobody does. */
  readonly gate?: Gate | undefined;
}

/** Brings the chosen stacks up, pass by pass, until there is nothing left to do. What fails stops everything after its own pass. */
export async function runPasses(
  folder: string,
  chosen: readonly string[],
  workspaces: Workspaces,
  progress: Progress,
  options: PassOptions,
  journal: Journal,
): Promise<void> {
  const { look = observe } = options;
  let finished = NOTHING_FINISHED;
  let former = "";
  for (;;) {
    // Read anew each time: passes change stack files and outputs, and what comes next follows from these alone.
    const project = openProject(folder);
    const states = await workspaces.states(concerned(project, chosen));
    const world = { ...look(project, chosen, states), verifies: options.gate !== undefined };
    const pass = nextPass(world, finished);
    if (!pass) return;
    if (JSON.stringify(pass) === former)
      throw new Failure(`It has been tried and still has to be done: ${titleOf(pass)}`);
    former = JSON.stringify(pass);

    progress.note(titleOf(pass));
    if (pass.kind === "hand over")
      await handOverRequests(stackFile(folder, pass.hub), pass.requests, pass.endpoints);
    else if (pass.kind === "verify")
      await verifyWave(pass, project, progress, options.gate, journal);
    else await updateStacks(pass, workspaces, progress, options, journal);
    finished = finishedAfter(pass, finished);
  }
}

async function updateStacks(
  pass: UpdatePass,
  workspaces: Workspaces,
  progress: Progress,
  options: PassOptions,
  journal: Journal,
): Promise<void> {
  const tasks = pass.stacks.map((stack) => ({
    name: stack,
    work: async (tell: Teller) => {
      const start = performance.now();
      // An edge that asks deploys a small part of what is expected in the end.
      const expected = () => (pass.kind === "ask" ? undefined : options.expected.get(stack));
      const update = await updateStack(stack, workspaces, tell, {
        resume: options.resume,
        expected,
      });
      journal.updated({ stack, pass, ...update, milliseconds: performance.now() - start });
      if (update.failure) throw update.failure;
    },
  }));
  throwFailures(await progress.run(tasks, options.parallel));
}

/** What is under way is waited for by the gate itself; what is not well after that stops those who come next. */
async function verifyWave(
  pass: VerifyPass,
  project: Project,
  progress: Progress,
  gate: Gate | undefined,
  journal: Journal,
): Promise<void> {
  const start = performance.now();
  const verification = await gate?.(pass, project, progress);
  if (!verification) return;
  journal.verified(verification);
  const took = performance.now() - start;
  if (!verification.ok)
    throw new Failure(`Wave ${pass.environment} is not well.\n\n${show(verification, took)}`);
  progress.note(showBriefly(verification, took));
}
