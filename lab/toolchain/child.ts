import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface ChildOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Receives the command line and what it says. */
  log: (text: string) => void;
  onErrorLine?: (line: string) => void;
}

/** What a command that failed says of itself; the whole output is in the log. */
export class ChildError extends Error {
  constructor(
    readonly command: string,
    how: string,
  ) {
    super(`\`${command}\` ${how}`);
  }
}

/**
 * Runs a command and returns what it printed. It is a process group of its own, so that an abort
 * ends its children too, and it ends with this process even where that is killed (`--pdeathsig`).
 */
export async function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<string> {
  const line = [command, ...args]
    .map((word) => (/[\s"]/.test(word) ? `'${word}'` : word))
    .join(" ");
  const { log, cwd, env, signal } = options;
  log(`$ ${line}\n`);
  signal?.throwIfAborted();
  const child = spawn("setpriv", ["--pdeathsig", "KILL", command, ...args], {
    cwd,
    env,
    detached: true,
  });
  const abort = () => killGroup(child.pid);
  signal?.addEventListener("abort", abort);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  createInterface({ input: child.stderr }).on("line", (text) => {
    log(`${text}\n`);
    options.onErrorLine?.(text);
  });
  try {
    const [code, killedBy] = (await once(child, "close")) as [number | null, string | null];
    signal?.throwIfAborted();
    if (code !== 0) {
      log(output);
      throw new ChildError(
        line,
        killedBy ? `was ended by ${killedBy}` : `ended with exit code ${code}`,
      );
    }
    return output;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Compilers have nothing to save: what is finished is in the build cache already. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself meanwhile
  }
}
