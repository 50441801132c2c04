export { freePorts, run, type RunOptions, type RunningProgram } from "../../../lab/host/program";

/**
 * Asks until the answer is there, and says what was missing when it never comes. `seconds`: for a
 * busy machine, and for what Thanos' ruler stores: it reads its log every 15 s.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown = "nothing yet";
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within ${seconds} s, last: ${String(last)}`);
}
