import { once } from "node:events";
import { Listr } from "listr2";

/** Says what a step is doing right now. */
export type Report = (text: string) => void;

export interface Step {
  title: string;
  run(report: Report): Promise<unknown>;
}

/**
 * Runs steps with a live list on a terminal, and plain lines elsewhere. The first failure ends the
 * wait for all, and so does an interruption: what becomes of the others then is a consequence, and
 * not told.
 */
export async function runSteps(
  steps: Step[],
  options: { concurrent: boolean; signal: AbortSignal },
): Promise<void> {
  const { concurrent, signal } = options;
  let first: Error | undefined;
  const onlyFirst = async (error: Error) => {
    if (first || signal.aborted) await new Promise(() => undefined);
    first = error;
    throw new Error("see below");
  };
  const tasks = new Listr(
    steps.map(({ title, run }) => ({
      title,
      task: async (_: unknown, task: { output: string }) => {
        await run((text) => (task.output = text)).catch(onlyFirst);
      },
    })),
    {
      concurrent,
      registerSignalListeners: false, // Ctrl-C is the session's business
    },
  );
  const done = tasks.run().catch((error: unknown) => {
    throw first ?? error;
  });
  await unlessAborted(signal, done);
}

/** Waits for what does not listen to the signal itself, and no longer than until the signal. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const aborted = async (): Promise<never> => {
    if (!signal.aborted) await once(signal, "abort", { signal: over.signal });
    throw signal.reason as Error;
  };
  try {
    return await Promise.race([work, aborted()]);
  } finally {
    over.abort();
  }
}
