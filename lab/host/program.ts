import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** A program that runs as long as whoever started it. */
export interface RunningProgram {
  /** What it has printed so far, both streams. */
  readonly output: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Settles when it has ended by itself. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export function run(
  command: string,
  args: readonly string[],
  { env, cwd }: RunOptions = {},
): RunningProgram {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return {
    output: () => output,
    signal: (signal) => child.kill(signal),
    ended: new Promise((resolve) => child.once("exit", () => resolve())),
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  // Backends ship what they hold before they end, which takes longer on a busy machine.
  const hard = setTimeout(() => child.kill("SIGKILL"), 60_000);
  await ended;
  clearTimeout(hard);
}

/**
 * Ports of loopback that nobody listens on, from below the range from which the system takes those
 * of outgoing connections: they stay free.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 15_000 + Math.floor(17_000 * Math.random());
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
