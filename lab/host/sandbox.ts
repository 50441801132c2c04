import { join } from "node:path";
import { cacheFolder, statePaths } from "../state.js";
import type { Host } from "../clusters/topology.js";
import { killGroup } from "./cgroups.js";
import {
  ensureProcess,
  expectRunning,
  type ProcessSpec,
  readRecord,
  runsAsWanted,
} from "./processes.js";
import { exists } from "./files.js";
import { until } from "./wait.js";

/**
 * A sandbox is a mount namespace inside a host's network namespace, held open by a process that
 * sleeps. What the host's programs write to /run and /var is theirs alone, and vanishes with the
 * sandbox; `folders` are the exceptions, kept in the lab's state.
 */
export interface SandboxSpec {
  host: Host;
  /** Paths inside the sandbox, and the folders of the machine that stand for them. */
  folders: Record<string, string>;
}

/**
 * Kernel settings of the whole machine that kubelet wants to write: it finds them as it likes and
 * leaves them alone.
 */
const tunables: Record<string, number> = {
  "vm/overcommit_memory": 1,
  "vm/panic_on_oom": 0,
  "kernel/panic": 10,
  "kernel/panic_on_oops": 1,
  "kernel/keys/root_maxkeys": 1000000,
  "kernel/keys/root_maxbytes": 25000000,
};

const ready = "/run/heliograph-lab-ready";

export function sandboxScript(spec: SandboxSpec, kept: string[]): string {
  const bind = (source: string, target: string) =>
    `mkdir -p '${target}' && mount --bind '${source}' '${target}'`;
  return [
    "set -eu",
    "mount -t tmpfs -o mode=0755 tmpfs /run",
    // The lab's own folders may be below /var: held aside, and put back over the overlay.
    ...kept.map((folder, index) => bind(folder, `/run/kept/${index}`)),
    "mkdir -p /run/var/upper /run/var/work",
    "mount -t overlay overlay -o lowerdir=/var,upperdir=/run/var/upper,workdir=/run/var/work /var",
    ...kept.map((folder, index) => `mount --bind /run/kept/${index} '${folder}'`),
    ...Object.entries(spec.folders).map(([target, source]) => bind(source, target)),
    "mkdir /run/tunables",
    ...Object.entries(tunables).flatMap(([name, value]) => {
      const file = `/run/tunables/${name.replaceAll("/", ".")}`;
      return [`echo ${value} >${file}`, `mount --bind ${file} /proc/sys/${name}`];
    }),
    // Shared within the sandbox: pods may ask for mounts that propagate from the host.
    "mount --make-rshared /",
    `touch ${ready}`,
    "exec sleep infinity",
  ].join("\n");
}

/**
 * Makes the sandbox, or finds it as it was. Processes of a host whose sandbox is gone cannot be
 * joined by others: they are ended, and what they kept on disk is taken up by those started in
 * their place.
 */
export async function ensureSandbox(spec: SandboxSpec): Promise<void> {
  const { name, namespace } = spec.host;
  const script = sandboxScript(spec, [statePaths().root, cacheFolder()]);
  const enter = [
    "nsenter",
    `--net=/run/netns/${namespace}`,
    "unshare",
    "--mount",
    "--propagation",
    "private",
  ];
  const holder: ProcessSpec = {
    owner: name,
    name: "sandbox",
    command: [...enter, "/bin/sh", "-c", script],
  };
  if (!(await runsAsWanted(holder))) await killGroup(name);
  await ensureProcess(holder);
  const record = await readRecord(name, "sandbox");
  await until({ what: `the sandbox of ${name}`, seconds: 20 }, async () => {
    await expectRunning(name, ["sandbox"]);
    return exists(join("/proc", String(record!.pid), "root", ready));
  });
}

/**
 * Command line that runs a program inside a host's sandbox. `ip netns exec` would remount /sys,
 * which hides the control groups from kubelet.
 */
export async function insideSandbox(host: Host, command: string[]): Promise<string[]> {
  const record = await readRecord(host.name, "sandbox");
  if (!record) throw new Error(`the sandbox of ${host.name} was never started`);
  return [
    "nsenter",
    `--net=/run/netns/${host.namespace}`,
    `--mount=/proc/${record.pid}/ns/mnt`,
    "--",
    ...command,
  ];
}
