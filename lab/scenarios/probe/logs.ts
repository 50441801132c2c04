import { readFile } from "node:fs/promises";
import { expectRunning, logPath } from "../../host/processes.js";
import { until } from "../../host/wait.js";
import { probeHost } from "./host.js";

export interface Truncation {
  readonly milliseconds: number;
  /** Segments that it dropped; 0 where there were too few to drop any. */
  readonly dropped: number;
}

/**
 * Waits until an agent has opened its buffer, from where it counts the time to its truncations;
 * returns when that was.
 */
export async function bufferOpened(agent: string, signal: AbortSignal): Promise<number> {
  let opened: number | undefined;
  await until({ what: `the start of ${agent}`, seconds: 60, signal }, async () => {
    await expectRunning(probeHost.name, [agent]);
    opened = parseOpened(await logOf(agent));
    return opened !== undefined;
  });
  return opened ?? Number.NaN;
}

/** When an agent truncated its buffer. */
export async function truncationsOf(agent: string): Promise<Truncation[]> {
  return parseTruncations(await logOf(agent));
}

function parseOpened(log: string): number | undefined {
  const line = log.split("\n").find((text) => text.includes('msg="Agent WAL storage started"'));
  return line === undefined ? undefined : timeOf(line);
}

function parseTruncations(log: string): Truncation[] {
  const truncations: Truncation[] = [];
  for (const line of log.split("\n")) {
    if (line.includes('msg="series GC started"'))
      truncations.push({ milliseconds: timeOf(line), dropped: 0 });
    const [, first, last] = /msg="WAL checkpoint complete" first=(\d+) last=(\d+)/.exec(line) ?? [];
    const begun = last === undefined ? undefined : truncations.pop();
    if (begun) truncations.push({ ...begun, dropped: Number(last) - Number(first) + 1 });
  }
  return truncations;
}

function logOf(agent: string): Promise<string> {
  return readFile(logPath(probeHost.name, agent), "utf8");
}

function timeOf(line: string): number {
  return Date.parse(/^time=(\S+)/.exec(line)?.[1] ?? "");
}
