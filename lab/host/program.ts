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

/** Below the range from which the system takes ports of outgoing connections: they stay free. */
const FIRST_PORT = 15_000;
const PORTS_END = 32_000;
/** Its first port is the lock: who listens there has the others. */
const BLOCK = 50;

/** Of the block that this process has, those that it has not given out yet. */
let left: number[] = [];

/**
 * Ports of loopback that nobody listens on, and that no other process on this machine is given
 * while this one lives: a program may open them long after they were asked for.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    if (left.length === 0) left = await lockBlock();
    const port = left.shift();
    if (port !== undefined && (await listen(port, "closed"))) ports.push(port);
  }
  return ports;
}

async function lockBlock(): Promise<number[]> {
  const blocks = (PORTS_END - FIRST_PORT) / BLOCK;
  const start = Math.floor(blocks * Math.random());
  for (let index = 0; index < blocks; index += 1) {
    const lock = FIRST_PORT + BLOCK * ((start + index) % blocks);
    if (await listen(lock, "open"))
      return Array.from({ length: BLOCK - 1 }, (_, port) => lock + 1 + port);
  }
  throw new Error(`No block of ports between ${FIRST_PORT} and ${PORTS_END} of loopback is free.`);
}

/** Whether it could; one that is left open keeps no process running. */
function listen(port: number, then: "open" | "closed"): Promise<boolean> {
  const server = createServer().unref();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => {
      if (then === "open") resolve(true);
      else server.close(() => resolve(true));
    });
  });
}
