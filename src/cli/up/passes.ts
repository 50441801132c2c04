import { openProject } from "../project";
import { Failure, throwFailures } from "../ui/failure";
import type { Progress, Teller } from "../ui/progress";
import type { Workspaces } from "../workspace/workspaces";
import { stackFile } from "../../config/stack-file";
import { concerned, observe } from "./observe";
import { finishedAfter, nextPass, type Pass } from "./plan";
import { handOverRequests } from "./requests";
import { titleOf } from "./titles";
import { updateStack, type Update } from "./update";

export interface Done extends Update {
  readonly stack: string;
  readonly pass: Pass;
  readonly milliseconds: number;
}

export interface PassOptions {
  readonly parallel: number;
  /** Take away locks of updates that were killed. */
  readonly resume: boolean;
  /** Resources a stack will have, where known: for "31 of 64". */
  readonly expected: ReadonlyMap<string, number>;
}

/** Brings the chosen stacks up, pass by pass, until there is nothing left to do. Tells `onDone` of every stack that has been updated. */
export async function runPasses(
  folder: string,
  chosen: readonly string[],
  workspaces: Workspaces,
  progress: Progress,
  options: PassOptions,
  onDone: (done: Done) => void,
): Promise<void> {
  let finished: ReadonlySet<string> = new Set();
  let former = "";
  for (;;) {
    // Read anew each time: passes change stack files and outputs, and what comes next follows from these alone.
    const project = openProject(folder);
    const states = await workspaces.states(concerned(project, chosen));
    const pass = nextPass(observe(project, chosen, states), finished);
    if (!pass) return;
    if (JSON.stringify(pass) === former)
      throw new Failure(`It has been tried and still has to be done: ${titleOf(pass)}`);
    former = JSON.stringify(pass);

    progress.note(titleOf(pass));
    if (pass.kind === "hand over") await handOverRequests(stackFile(folder, pass.hub), pass.requests);
    else await updateStacks(pass, workspaces, progress, options, onDone);
    finished = finishedAfter(pass, finished);
  }
}

type UpdatePass = Exclude<Pass, { kind: "hand over" }>;

async function updateStacks(
  pass: UpdatePass,
  workspaces: Workspaces,
  progress: Progress,
  options: PassOptions,
  onDone: (done: Done) => void,
): Promise<void> {
  const tasks = pass.stacks.map((stack) => ({
    name: stack,
    work: async (tell: Teller) => {
      const start = performance.now();
      // An edge that asks deploys a small part of what is expected in the end.
      const expected = pass.kind === "ask" ? undefined : options.expected.get(stack);
      const update = await updateStack(stack, workspaces, tell, { resume: options.resume, expected });
      onDone({ stack, pass, ...update, milliseconds: performance.now() - start });
      if (update.failure) throw update.failure;
    },
  }));
  throwFailures(await progress.run(tasks, options.parallel));
}
