import { openProject, type Project } from "../../project";
import { Failure, throwFailures } from "../../ui/failure";
import type { Progress, Teller } from "../../ui/progress";
import type { Workspaces } from "../../engine/workspaces";
import { stackFile } from "../../../config/stack-file";
import type { Verification } from "../verify/report";
import { show, showBriefly } from "../verify/table";
import { observe as observeAll, withHubs } from "./connections";
import { finishedAfter, nextPass, NOTHING_FINISHED, type Pass, type UpdatePass } from "./plan";
import { copyRequests } from "./requests";
import { newsBetween, outcomeOf, statusOf, titleOf } from "./report";
import { NO_EVENTS, type Operation } from "../../engine/events";
import { operate } from "../../engine/operate";
import { Locked } from "../../engine/locks";
import { PATIENCE } from "../verify/check";

/** An update that has ended, well or not. */
export interface EndedUpdate extends StackUpdate {
  readonly stack: string;
  readonly pass: UpdatePass;
  readonly milliseconds: number;
}

/** Receives what the passes did, failures included. */
export interface Journal {
  updated(update: EndedUpdate): void;
  verified(verification: Verification): void;
}

interface PassOptions {
  readonly parallel: number;
  /** Remove the locks of updates that were killed. */
  readonly resume: boolean;
  /** The number of resources that a stack will have, once it is known: for "31 of 64". */
  readonly expected: ReadonlyMap<string, number>;
  /** Which of the chosen stacks to bring up. Defaults to all of them. */
  readonly observe?: typeof observeAll;
  /** Verifies each wave before the next one starts. Defaults to no verification. */
  readonly gate?: Gate | undefined;
}

/**
 * Brings the chosen stacks up, pass by pass, until nothing is left to do. A failure lets its own
 * pass end, and stops the passes after it.
 */
export async function runPasses(
  folder: string,
  chosen: readonly string[],
  workspaces: Workspaces,
  progress: Progress,
  options: PassOptions,
  journal: Journal,
): Promise<void> {
  const { observe = observeAll } = options;
  let finished = NOTHING_FINISHED;
  let former = "";
  for (;;) {
    // Read again each time: passes change stack files and outputs, which the next pass follows
    // from.
    const project = openProject(folder);
    const states = await workspaces.states(withHubs(project, chosen));
    const world = { ...observe(project, chosen, states), verifies: options.gate !== undefined };
    const pass = nextPass(world, finished);
    if (!pass) return;
    if (JSON.stringify(pass) === former)
      throw new Failure(`This pass was run and changed nothing: ${titleOf(pass)}`);
    former = JSON.stringify(pass);

    progress.note(titleOf(pass));
    if (pass.kind === "copy requests")
      await copyRequests(stackFile(folder, pass.hub), pass.requests, pass.endpoints);
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
      // An edge that asks for a certificate deploys only a small part of its resources.
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

/** The gate itself waits for what is still starting. What fails after that stops the next waves. */
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
    throw new Failure(`Wave ${pass.environment} failed.\n\n${show(verification, took)}`);
  progress.note(showBriefly(verification, took));
}

interface StackUpdate {
  /** What was done, also where the update failed in the end. */
  readonly operation: Operation;
  readonly failure?: unknown;
}

interface UpdateOptions {
  /** Remove the lock of an update that was killed. */
  readonly resume: boolean;
  /** The number of resources that there will be, once it is known. */
  readonly expected?: () => number | undefined;
}

/**
 * Updates or destroys one stack and reports its progress. Does not reject: callers also want to
 * know what was done before a failure.
 */
export async function updateStack(
  stack: string,
  workspaces: Workspaces,
  { status, event }: Teller,
  { resume, expected }: UpdateOptions,
  kind: "update" | "destroy" = "update",
): Promise<StackUpdate> {
  let operation = NO_EVENTS;
  const show = () => status(statusOf(operation, expected?.(), Date.now()));
  const follow = (next: Operation) => {
    for (const news of newsBetween(operation, next)) event(news);
    operation = next;
    show();
  };
  const run = async () => operate(kind, await workspaces.stack(stack), follow);
  const ticking = setInterval(show, 1000);
  try {
    await run().catch(async (error: unknown) => {
      if (!resume || !(error instanceof Locked) || !error.abandoned) throw error;
      event("removes the lock of an update that was killed");
      await workspaces.unlock(stack, error.locks);
      return run();
    });
    status(outcomeOf(operation));
    return { operation };
  } catch (failure) {
    return { operation, failure };
  } finally {
    clearInterval(ticking);
  }
}

type VerifyPass = Extract<Pass, { kind: "verify" }>;

/** Verifies a wave and its hubs. */
export type Gate = (
  pass: VerifyPass,
  project: Project,
  progress: Progress,
) => Promise<Verification>;

/** The gate of `up`: the checks of `npm run verify`, for the edges of the wave alone. */
export function waveGate(workspaces: Workspaces, signal: AbortSignal): Gate {
  return async ({ stacks, edges }, project, progress) => {
    // Loaded late: the SDK of Kubernetes takes its time.
    const [{ openFleet }, { verify }] = await Promise.all([
      import("../verify/fleet.js"),
      import("../verify/verify.js"),
    ]);
    const fleet = await openFleet(project, withHubs(project, stacks), workspaces);
    return verify(fleet, edges, { ...PATIENCE, signal }, progress);
  };
}
