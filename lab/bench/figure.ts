import type { ScenarioContext } from "../scenarios/context.js";

/**
 * One figure of the benchmark: a ratio, or a cost per unit, so that it says something on any
 * machine.
 */
export interface Figure {
  /** What people type to measure it alone. */
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  /** The figure should be below it. */
  readonly aim: number;
  measure(lab: ScenarioContext): Promise<Measured>;
}

export interface Measured {
  readonly value: number;
  /** What was seen, from which the value comes. */
  readonly from: string;
}

/**
 * Runs things in turn, so that a machine that slows down slows all of them, and returns the seconds
 * that each took.
 */
export async function timeInTurn<Name extends string>(
  lab: ScenarioContext,
  rounds: number,
  work: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries(work) as [Name, () => Promise<unknown>][];
  const seconds = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  // The first round only fills caches.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of entries) {
      lab.signal.throwIfAborted();
      const start = performance.now();
      await run();
      if (round > 0) seconds[name].push((performance.now() - start) / 1000);
    }
  }
  return seconds;
}
