import { openProject } from "../project";
import { Failure, throwFailures } from "../ui/failure";
import type { Progress, Teller } from "../ui/progress";
import { NO_EVENTS, type Operation } from "../workspace/events";
import { operate } from "../workspace/operate";
import { Locked } from "../workspace/troubles";
import type { Workspaces } from "../workspace/workspaces";
import { stackFile } from "../../config/stack-file";
import { concerned, observe } from "./observe";
import { finishedAfter, nextPass, type Pass } from "./plan";
import { newsBetween, statusOf } from "./progress-text";
import { handOverRequests } from "./requests";
import { titleOf } from "./titles";

export interface Done {
  readonly stack: string;
  readonly pass: Pass;
  /** What has been done, also where it failed in the end. */
  readonly operation: Operation;
  readonly failed: boolean;
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
      let operation = NO_EVENTS;
      const follow = (next: Operation) => (operation = next);
      const [outcome] = await Promise.allSettled([
        update(stack, workspaces, tell, { resume: options.resume, expected, follow }),
      ]);
      const failed = outcome.status === "rejected";
      onDone({ stack, pass, operation, failed, milliseconds: performance.now() - start });
      if (failed) throw outcome.reason;
    },
  }));
  throwFailures(await progress.run(tasks, options.parallel));
}

interface UpdateOptions {
  readonly resume: boolean;
  readonly expected: number | undefined;
  readonly follow: (operation: Operation) => void;
}

async function update(
  stack: string,
  workspaces: Workspaces,
  { status, event }: Teller,
  { resume, expected, follow }: UpdateOptions,
): Promise<void> {
  let operation = NO_EVENTS;
  const show = () => status(statusOf(operation, expected, Date.now()));
  const ticking = setInterval(show, 1000);
  const onProgress = (next: Operation) => {
    for (const news of newsBetween(operation, next)) event(news);
    operation = next;
    follow(next);
    show();
  };
  const run = async () => operate("update", await workspaces.stack(stack), onProgress);
  try {
    await run().catch(async (error: unknown) => {
      if (!resume || !(error instanceof Locked) || !error.abandoned) throw error;
      event(`takes away the lock of an update that was killed`);
      await workspaces.unlock(stack);
      return run();
    });
  } finally {
    clearInterval(ticking);
  }
}
