import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../ui/failure";

/** A lock that an update holds on a stack. */
export interface Lock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/**
 * An environment variable of every engine that we start: the process that started it. If that
 * process is gone, nobody waits for the engine.
 */
export const STARTED_BY = "HELIOGRAPH_STARTED_BY";

/** How long an engine that nobody waits for may take to finish its running steps. */
const GRACE_MILLISECONDS = 60_000;

/**
 * The stack is locked. `abandoned`: by updates of this machine that are gone, or that still run
 * although the command that started them was killed.
 */
export class Locked extends Failure {
  constructor(
    stack: string,
    readonly locks: readonly Lock[],
    readonly abandoned: boolean,
  ) {
    const holders = locks
      .map(({ user, host, pid, since }) => `${user}@${host}, process ${pid}, since ${since}`)
      .join("; ");
    super(
      abandoned
        ? `Stack ${stack} is still locked by an update that was killed (${holders}).`
        : `Stack ${stack} is being updated (${holders || "by somebody else"}).`,
      abandoned
        ? `To remove the lock and continue: npm run up -- ${stack} --resume`
        : `Wait until it has ended. If you know that it is gone: pulumi cancel --stack ${stack}`,
    );
  }
}

/** Parses the engine's message that a stack is locked. */
export function lockedBy(stack: string, message: string): Locked {
  const locks = [...message.matchAll(/created by (.+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", host = "", pid, since = ""]) => ({ user, host, pid: Number(pid), since }),
  );
  return new Locked(stack, locks, locks.length > 0 && locks.every(isAbandoned));
}

/** Ends the updates that hold the locks, if they still run. */
export async function endAbandoned(locks: readonly Lock[]): Promise<void> {
  const running = locks.map(({ pid }) => pid).filter(isPulumi);
  for (const pid of running) process.kill(pid, "SIGINT");
  const deadline = Date.now() + GRACE_MILLISECONDS;
  while (running.some(isPulumi) && Date.now() < deadline) await sleep(200);
  for (const pid of running.filter(isPulumi)) process.kill(pid, "SIGKILL");
}

function isAbandoned({ host, pid }: Lock): boolean {
  if (host !== hostname()) return false;
  if (!isPulumi(pid)) return true;
  const parent = startedBy(pid);
  return parent !== undefined && !isAlive(parent);
}

/** Whether the process is a running Pulumi. Process IDs are reused, in containers soon. */
function isPulumi(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const name = procFile(pid, "comm");
  return name === undefined || name.startsWith("pulumi");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startedBy(pid: number): number | undefined {
  const variable = procFile(pid, "environ")
    ?.split("\0")
    .find((each) => each.startsWith(`${STARTED_BY}=`));
  return variable === undefined ? undefined : Number(variable.slice(STARTED_BY.length + 1));
}

/** Undefined where there is no /proc, or where it may not be read. */
function procFile(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
