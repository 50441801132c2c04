import type { Teller } from "../../ui/progress";
import { NO_EVENTS, type Operation } from "../../engine/events";
import { operate } from "../../engine/operate";
import { Locked } from "../../engine/locks";
import type { Workspaces } from "../../engine/workspaces";
import { newsBetween, outcomeOf, statusOf } from "./progress-text";

export interface Update {
  /** What has been done, also where it failed in the end. */
  readonly operation: Operation;
  readonly failure?: unknown;
}

interface UpdateOptions {
  /** Take away the lock of an update that was killed. */
  readonly resume: boolean;
  /** Resources there will be, once known. */
  readonly expected?: () => number | undefined;
}

/** Updates or destroys one stack and tells how it gets on. Does not reject, because what was done before a failure is worth knowing too. */
export async function updateStack(
  stack: string,
  workspaces: Workspaces,
  { status, event }: Teller,
  { resume, expected }: UpdateOptions,
  kind: "update" | "destroy" = "update",
): Promise<Update> {
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
      event("takes away the lock of an update that was killed");
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
