import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Which process is meant, for good: its number may be given to another after its end, but not with
 * the same start time in the same boot of the machine.
 */
export interface ProcessIdentity {
  bootId: string;
  pid: number;
  /** In clock ticks since the boot, as in /proc/<pid>/stat. */
  startTime: string;
}

/**
 * A record that a process wrote about itself: what it was started for, the boot, and its line of
 * /proc/<pid>/stat.
 */
export interface ProcessRecord extends ProcessIdentity {
  /**
   * Hash of everything the process was started with: a change means that it has to be started anew.
   */
  fingerprint: string;
}

export function parseRecord(text: string): ProcessRecord | undefined {
  const [fingerprint, bootId, stat] = text.split("\n");
  const parsed = stat === undefined ? undefined : parseStat(stat);
  return (
    parsed && {
      fingerprint: fingerprint!,
      bootId: bootId!,
      pid: parsed.pid,
      startTime: parsed.startTime,
    }
  );
}

/**
 * The program's name, in parentheses, may hold spaces and parentheses itself: what follows the last
 * one is regular.
 */
export function parseStat(
  line: string,
): { pid: number; state: string; startTime: string } | undefined {
  const end = line.lastIndexOf(")");
  const pid = Number.parseInt(line, 10);
  const fields = line.slice(end + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  return end > 0 && pid > 0 && state && startTime ? { pid, state, startTime } : undefined;
}

export async function bootId(proc = "/proc"): Promise<string> {
  return (await readFile(join(proc, "sys/kernel/random/boot_id"), "utf8")).trim();
}

export async function isAlive(identity: ProcessIdentity, proc = "/proc"): Promise<boolean> {
  const line = await readFile(join(proc, String(identity.pid), "stat"), "utf8").catch(() => "");
  const found = parseStat(line);
  if (!found || found.startTime !== identity.startTime || "ZX".includes(found.state)) return false;
  return identity.bootId === (await bootId(proc));
}
