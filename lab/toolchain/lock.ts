import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { LabError } from "../host/errors.js";

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock that ends with its owner, however that ends: `flock` holds it until its standard
 * input closes, which the kernel does for a killed process too. So there is no stale lock to
 * recognise.
 */
export async function takeLock(
  file: string,
  options: { signal?: AbortSignal; onWait?: () => void },
): Promise<Lock> {
  mkdirSync(dirname(file), { recursive: true });
  const attempt = await hold(file, ["--nonblock"], options.signal);
  if (attempt) return attempt;
  options.onWait?.();
  const lock = await hold(file, [], options.signal);
  if (!lock) throw new LabError(`the lock ${file} could not be taken`);
  return lock;
}

async function hold(
  file: string,
  flags: string[],
  signal?: AbortSignal,
): Promise<Lock | undefined> {
  signal?.throwIfAborted();
  const child = spawn("flock", [...flags, file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true, // Ctrl-C must not end it before the work that it guards
  });
  const abort = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", abort);
  const closed = once(child, "close");
  const held = await Promise.race([
    once(child.stdout, "data").then(() => true),
    closed.then(() => false),
  ]);
  signal?.removeEventListener("abort", abort);
  signal?.throwIfAborted();
  if (!held) return undefined;
  return {
    release: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
