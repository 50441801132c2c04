import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { Failure } from "../ui/failure";
import { PulumiFailure } from "./pulumi";

/** A lock that some update holds on a stack, as the engine prints it. */
interface Lock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/** The stack is locked. `abandoned`: by processes of this machine that are gone, so nobody will ever take the lock away. */
export class Locked extends Failure {
  constructor(
    stack: string,
    locks: readonly Lock[],
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
        ? `To take the lock away and go on: npm run up -- ${stack} --resume`
        : `Wait until it has ended. If you know that it is gone: pulumi cancel --stack ${stack}`,
    );
  }
}

/** What usually goes wrong before the engine starts, and the way out. */
const ADVICE: readonly { readonly when: RegExp; readonly next: (stack: string) => string }[] = [
  {
    when: /PULUMI_ACCESS_TOKEN must be set/,
    next: () =>
      "Say where the state is kept: pulumi login <url>, or PULUMI_BACKEND_URL, e.g. azblob://state or file://~",
  },
  {
    when: /passphrase must be set|incorrect passphrase/,
    next: (stack) =>
      `Set PULUMI_CONFIG_PASSPHRASE_FILE, or HELIOGRAPH_PASSPHRASES to a folder with one passphrase file per stack (here: ${stack}).`,
  },
  {
    when: /no stack named .* found/,
    next: (stack) => `It is made by: npm run up -- ${stack}`,
  },
];

/** Turns a failed command of the CLI into what a person can act on. Anything else is passed on as it is. */
export function explained(error: unknown, stack: string): unknown {
  if (!(error instanceof PulumiFailure)) return error;
  const { message } = error;
  if (/currently locked by|Another update is currently in progress/.test(message)) {
    const locks = locksIn(message);
    return new Locked(stack, locks, locks.length > 0 && locks.every(isAbandoned));
  }
  const advice = ADVICE.find(({ when }) => when.test(message));
  return new Failure(`Stack ${stack}: ${message.replace(/^error: /gm, "")}`, advice?.next(stack));
}

export function locksIn(message: string): Lock[] {
  return [...message.matchAll(/created by (.+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(([, user, host, pid, since]) => ({
    user: user ?? "",
    host: host ?? "",
    pid: Number(pid),
    since: since ?? "",
  }));
}

function isAbandoned({ host, pid }: Lock): boolean {
  return host === hostname() && !isPulumi(pid);
}

/** Whether the process lives and is a Pulumi: numbers of processes are used again, in containers soon. */
function isPulumi(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("pulumi");
  } catch (error) {
    // Somebody else's process lives too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
