import { setTimeout as pause } from "node:timers/promises";
import { LabError } from "./errors.js";

export interface WaitOptions {
  /** What is awaited, as it reads in "... did not come within 60 s". */
  what: string;
  seconds: number;
  signal?: AbortSignal;
}

/**
 * Asks again and again until `ready` says true. `ready` throws to end the wait early, when what is
 * awaited can no longer come (the process that should answer is dead).
 */
export async function until(options: WaitOptions, ready: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + options.seconds * 1000;
  while (!(await ready())) {
    if (Date.now() > deadline)
      throw new LabError(`${options.what} did not come within ${options.seconds} s`);
    await pause(200, undefined, { signal: options.signal });
  }
}
