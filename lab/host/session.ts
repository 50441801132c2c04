import { joinGroup, killGroup } from "./cgroups.js";
import { takeLock } from "./lock.js";
import { refuseOtherLab } from "./ownership.js";
import { checkMachine } from "./preflight.js";

const group = "command";

let session: AbortController | undefined;

/**
 * Begins a command that changes the lab: alone, and in a control group of its own, so that whatever
 * it starts can be ended with it. What an earlier command left at work (it was killed) is ended
 * first. The signal aborts on Ctrl-C.
 */
export async function beginSession(command: string): Promise<AbortSignal> {
  await checkMachine();
  await refuseOtherLab();
  await takeLock(command);
  await killGroup(group);
  await joinGroup(group);
  session = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => session!.abort());
  return session.signal;
}

/**
 * Whether somebody pressed Ctrl-C, or asked this process to end: then errors are its consequence.
 */
export function wasInterrupted(): boolean {
  return session?.signal.aborted ?? false;
}

/**
 * Ends what the command started and is still at work: builds, imports, Pulumi. Clusters are not
 * among that.
 */
export async function endSession(): Promise<void> {
  if (session) await killGroup(group);
}
