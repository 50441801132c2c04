import { expect } from "vitest";
import { until, type RunningProgram } from "./server";

/** What a backend has accepted: all of it has to be read back. */
interface Accepted {
  readonly count: number;
  /** How much of it is found. */
  readBack(url: string): Promise<number>;
}

/**
 * Writes one after the other while a process stops, until it has ended. `write` says whether it was
 * accepted.
 */
export async function writeUntilStopped(
  { stop }: RunningProgram,
  write: (value: number) => Promise<boolean>,
): Promise<void> {
  let writing = true;
  let refused = 0;
  const writer = (async () => {
    for (let value = 0; writing; value += 1) {
      if (!(await write(value))) refused += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await stop();
  writing = false;
  await writer;
  expect(refused).toBeGreaterThan(0);
}

/** Waits until all of it is read; gives the seconds that this took. */
export async function untilAllIsRead(
  accepted: Accepted,
  url: string,
  seconds?: number,
): Promise<number> {
  const began = Date.now();
  const all = async () => ((await accepted.readBack(url)) === accepted.count ? true : undefined);
  await until("everything is read", all, seconds);
  return Math.round((Date.now() - began) / 1000);
}
