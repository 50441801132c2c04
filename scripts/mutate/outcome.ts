/** Whether tests noticed a mutant. A busy machine alone must not count as a test that failed. */
import type { Tests } from "./copy";

/** `endless`: tests that end well in time without the mutant do not end with it. */
export type Outcome = "noticed" | "endless" | "undecided" | "SURVIVED";

/** The part of their time that tests without a mutant may need to prove that a mutant hangs. */
const WELL_IN_TIME = 0.5;

/**
 * What became of a mutant whose tests may take a number of seconds. Tests that were stopped say
 * nothing by themselves: they run once more without the mutant, under the same load.
 */
export async function outcomeOf(
  withMutant: Tests,
  seconds: number,
  withoutMutant: () => Promise<Tests>,
): Promise<Outcome> {
  if (!withMutant.late) return withMutant.failed ? "noticed" : "SURVIVED";
  const { failed, seconds: needed } = await withoutMutant();
  return !failed && needed < WELL_IN_TIME * seconds ? "endless" : "undecided";
}
