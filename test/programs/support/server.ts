import type { RunningProgram } from "../../../lab/host/program";

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

/**
 * Asks until a program answers, and fails at once if it ends before. An error shows the end of what
 * it has printed. `seconds`: less than a test has, or nobody learns what was missing.
 */
export async function untilReady<T>(
  what: string,
  program: RunningProgram,
  ask: () => Promise<T | undefined>,
  seconds = 100,
): Promise<T> {
  const ended = program.ended.then(() => Promise.reject(new Error(`${what}: it has ended`)));
  return Promise.race([until(`${what} answers`, ask, seconds), ended]).catch((error) => {
    throw new Error(`${String(error)}\n${program.output().slice(-3000)}`);
  });
}
