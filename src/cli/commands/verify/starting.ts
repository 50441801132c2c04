import { Failure } from "../../ui/failure";
import type { EdgeView } from "./fleet";

/** A started agent discovers its targets, scrapes them once per interval, and sends after a few seconds more. */
const STARTING_SECONDS = 120;

/** Whether an agent runs, but not for long enough to be held to anything. */
export async function isStarting({ agents }: EdgeView): Promise<boolean> {
  try {
    return (await agents()).some(
      ({ runningSince }) =>
        runningSince !== undefined && Date.now() - runningSince.getTime() < STARTING_SECONDS * 1000,
    );
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
