import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { statePaths } from "../state.js";
import { makeGroup, signalProcess } from "./cgroups.js";
import { LabError } from "./errors.js";
import { isAlive, parseRecord, type ProcessRecord } from "./identity.js";
import { until } from "./wait.js";

export interface ProcessSpec {
  /** The cluster or store that the process belongs to. */
  owner: string;
  name: string;
  command: string[];
  env?: Record<string, string>;
  /** Configuration written before the start; a change starts the process anew. */
  files?: Record<string, string>;
}

/**
 * What every process of the lab begins as. It joins its control groups and records itself before it
 * becomes the program: there is no moment at which it runs and cannot be found, even if the lab is
 * killed right after the start.
 */
const launcher = `
for group in $HELIOGRAPH_LAB_GROUPS; do echo 0 >"$group" || exit 1; done
{ echo "$HELIOGRAPH_LAB_FINGERPRINT"; cat /proc/sys/kernel/random/boot_id "/proc/$$/stat"; } >"$HELIOGRAPH_LAB_RECORD.new"
mv "$HELIOGRAPH_LAB_RECORD.new" "$HELIOGRAPH_LAB_RECORD"
exec "$@"`;

/**
 * The same from whatever shell the lab is started: a process with another environment would be
 * started anew.
 */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function fingerprint(spec: ProcessSpec): string {
  return createHash("sha256")
    .update(JSON.stringify([spec.command, spec.env ?? {}, spec.files ?? {}]))
    .digest("hex");
}

const recordPath = (owner: string, name: string) => join(statePaths().processes, owner, name);
export const logPath = (owner: string, name: string) =>
  join(statePaths().logs, owner, `${name}.log`);

export async function readRecord(owner: string, name: string): Promise<ProcessRecord | undefined> {
  return parseRecord(await readFile(recordPath(owner, name), "utf8").catch(() => ""));
}

export async function isRunning(owner: string, name: string): Promise<boolean> {
  const record = await readRecord(owner, name);
  return record !== undefined && (await isAlive(record));
}

export async function runsAsWanted(spec: ProcessSpec): Promise<boolean> {
  const record = await readRecord(spec.owner, spec.name);
  return record?.fingerprint === fingerprint(spec) && (await isAlive(record));
}

/** Starts the process unless it runs already, as it should. It outlives the lab's own command. */
export async function ensureProcess(spec: ProcessSpec): Promise<void> {
  if (await runsAsWanted(spec)) return;
  await stopProcess(spec.owner, spec.name);
  for (const [path, content] of Object.entries(spec.files ?? {})) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: 0o600 });
  }
  await start(spec);
}

async function start(spec: ProcessSpec): Promise<void> {
  const record = recordPath(spec.owner, spec.name);
  const log = logPath(spec.owner, spec.name);
  await mkdir(dirname(record), { recursive: true });
  await mkdir(dirname(log), { recursive: true });
  await rename(log, `${log}.previous`).catch(() => undefined);
  const groups = await makeGroup(`${spec.owner}/node`);
  const output = await open(log, "w", 0o600);
  const child = spawn("/bin/sh", ["-c", launcher, "heliograph-lab", ...spec.command], {
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    env: {
      PATH: systemPath,
      HOME: process.env.HOME,
      ...spec.env,
      HELIOGRAPH_LAB_GROUPS: groups.join(" "),
      HELIOGRAPH_LAB_RECORD: record,
      HELIOGRAPH_LAB_FINGERPRINT: fingerprint(spec),
    },
  });
  await once(child, "spawn");
  child.unref();
  await output.close();
  await until({ what: `the record of ${spec.owner}/${spec.name}`, seconds: 20 }, async () => {
    if (await readRecord(spec.owner, spec.name)) return true;
    if (child.exitCode !== null) throw await failure(spec.owner, spec.name);
    return false;
  });
}

export async function stopProcess(owner: string, name: string): Promise<void> {
  const record = await readRecord(owner, name);
  if (record && (await isAlive(record))) {
    signalProcess(record.pid, "SIGTERM");
    const gone = async () => !(await isAlive(record));
    await until({ what: "end", seconds: 10 }, gone).catch(() =>
      signalProcess(record.pid, "SIGKILL"),
    );
    await until({ what: `the end of ${owner}/${name}`, seconds: 10 }, gone);
  }
  await rm(recordPath(owner, name), { force: true });
}

/** Throws when one of the processes is dead: what somebody waits for will then never come. */
export async function expectRunning(owner: string, names: string[]): Promise<void> {
  for (const name of names) if (!(await isRunning(owner, name))) throw await failure(owner, name);
}

async function failure(owner: string, name: string): Promise<LabError> {
  const log = await readFile(logPath(owner, name), "utf8").catch(() => "");
  const tail = log.trimEnd().split("\n").slice(-10).join("\n");
  return new LabError(
    `${name} of ${owner} ended right after its start. End of ${logPath(owner, name)}:\n${tail}`,
  );
}
