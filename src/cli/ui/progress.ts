import { Listr, ListrLogger, ListrTaskState, ProcessOutput } from "listr2";
import { style } from "./style";

/** What a task reports while it runs. */
export interface Teller {
  /** Says what the task does now; replaces the status before. */
  status(text: string): void;
  /** Says what has happened. */
  event(text: string): void;
  /** Shows the task as failed in the end, although it resolves with a value. */
  fail(): void;
}

export interface Task<T> {
  readonly name: string;
  work(tell: Teller): Promise<T>;
}

type Outcome<T> = PromiseSettledResult<T>;

/**
 * Runs tasks, at most `parallel` at a time, and shows how they get on. A task that fails does not
 * stop the others.
 */
export interface Progress {
  run<T>(tasks: readonly Task<T>[], parallel: number): Promise<Outcome<T>[]>;
  /** A line that stays. */
  note(text: string): void;
}

const shownTasks = new Set<{ output: string }>();

/**
 * One line per task, rewritten in place, on standard error: standard output can still be piped.
 */
export const liveProgress: Progress = {
  async run<T>(tasks: readonly Task<T>[], parallel: number): Promise<Outcome<T>[]> {
    const outcomes: Outcome<T>[] = [];
    const width = Math.max(...tasks.map(({ name }) => name.length));
    const list = new Listr(
      tasks.map(({ name, work }, index) => ({
        title: name,
        task: async (_, shown) => {
          const status = (text: string) => void (shown.title = `${name.padEnd(width)}  ${text}`);
          let failed = false;
          const fail = () => void (failed = true);
          shownTasks.add(shown);
          const outcome = await settled(work({ status, event: () => {}, fail }));
          shownTasks.delete(shown);
          outcomes[index] = outcome;
          // Listr takes a state that its task has set itself, as its own `skip` does.
          if (failed || outcome.status === "rejected") shown.task.state$ = ListrTaskState.FAILED;
        },
      })),
      {
        concurrent: parallel,
        exitOnError: false,
        // Ctrl-C is for the engines first.
        registerSignalListeners: false,
        fallbackRendererCondition: false,
        rendererOptions: {
          showErrorMessage: false,
          logger: new ListrLogger({
            processOutput: new ProcessOutput(process.stderr, process.stderr),
          }),
        },
      },
    );
    await list.run();
    return outcomes;
  },
  note(text) {
    // While lines are rewritten in place, Listr holds everything else back.
    for (const shown of shownTasks) shown.output = text;
    if (shownTasks.size === 0) console.error(text);
  },
};

/** In pipes and files, a status says no more than that the task is alive: a line now and then. */
const STATUS_EVERY_MILLISECONDS = 30_000;

/** Whole lines, for pipes and files. */
export function plainProgress(print: (line: string) => void = console.log): Progress {
  return {
    run: (tasks, parallel) =>
      eachLimited(tasks, parallel, ({ name, work }) => {
        let last = performance.now();
        const event = (text: string) => {
          last = performance.now();
          print(`${style.faint(`${name}:`)} ${text}`);
        };
        const status = (text: string) => {
          if (performance.now() - last >= STATUS_EVERY_MILLISECONDS) event(text);
        };
        return work({ status, event, fail: () => {} });
      }),
    note: print,
  };
}

/** For machines and for commands whose report says it all. */
export const noProgress: Progress = {
  run: (tasks, parallel) =>
    eachLimited(tasks, parallel, ({ work }) =>
      work({ status: () => {}, event: () => {}, fail: () => {} }),
    ),
  note: () => {},
};

async function eachLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<Outcome<R>[]> {
  const outcomes: Outcome<R>[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++)
      outcomes[index] = await settled(work(items[index] as T));
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return outcomes;
}

async function settled<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (value) => ({ status: "fulfilled", value }),
    (reason: unknown) => ({ status: "rejected", reason }),
  );
}
