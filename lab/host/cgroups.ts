import { mkdir, readFile, readdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LabError } from "./errors.js";
import { exists } from "./files.js";
import { hosts, machine } from "../clusters/topology.js";
import { until } from "./wait.js";

/**
 * Every process of the lab lives in a control group below `/heliograph-lab`, and so do its
 * children, whatever they do: this is how the lab finds all it started, also when its records are
 * lost.
 *
 *   /heliograph-lab/<host>/node        the host's own processes (etcd, kubelet, containerd and its shims, ...)
 *   /heliograph-lab/<host>/pods/<id>   containers, put there by runc (kubelet's cgroupRoot)
 *   /heliograph-lab/command            `lab up` itself, with the builds and Pulumi it runs
 */
export interface CgroupTree {
  /** Mount points of the hierarchies that lab processes join. */
  joined: string[];
  /** Mount points of all hierarchies: runc makes groups in each. */
  all: string[];
}

/**
 * Version 1 mounts one hierarchy per controller, version 2 a single one; some machines have both
 * (hybrid).
 */
export function parseCgroupMounts(mounts: string): CgroupTree {
  const lines = mounts.split("\n").map((line) => line.split(" "));
  const version1 = lines.filter(([, , type]) => type === "cgroup");
  const version2 = lines.filter(([, , type]) => type === "cgroup2").map(([, path]) => path!);
  const tracked = ["memory", "cpu", "cpuacct", "pids"];
  const controllers = version1.filter(([, , , options]) =>
    options!.split(",").some((name) => tracked.includes(name)),
  );
  const joined = controllers.length > 0 ? controllers.map(([, path]) => path!) : version2;
  return { joined, all: [...new Set([...version1.map(([, path]) => path!), ...version2])] };
}

export async function cgroupTree(): Promise<CgroupTree> {
  const tree = parseCgroupMounts(await readFile("/proc/mounts", "utf8"));
  if (tree.joined.length === 0)
    throw new LabError("no control groups are mounted below /sys/fs/cgroup: the lab needs them");
  return tree;
}

export const podGroup = (host: string): string => `/${machine.tag}/${host}/pods`;

/**
 * Makes the group below which kubelet puts pods. Unlike a group for processes alone it must hand on
 * every controller: in version 1 a set of CPUs begins empty, in version 2 each level enables
 * controllers for the one below.
 */
export async function makePodGroup(host: string): Promise<void> {
  for (const mount of (await cgroupTree()).all) {
    let parent = mount;
    for (const name of podGroup(host).split("/").filter(Boolean)) {
      const group = join(parent, name);
      await enableControllers(parent);
      await mkdir(group, { recursive: true });
      await inheritCpuSet(parent, group);
      parent = group;
    }
  }
}

async function enableControllers(group: string): Promise<void> {
  const available = (
    await readFile(join(group, "cgroup.controllers"), "utf8").catch(() => "")
  ).split(/\s/);
  for (const name of ["cpu", "cpuset", "memory", "pids", "io", "hugetlb"].filter((name) =>
    available.includes(name),
  )) {
    await writeFile(join(group, "cgroup.subtree_control"), `+${name}`).catch((error: Error) => {
      throw new LabError(
        `The control group ${group} does not hand on its controller ${name}, which pods need: ${error.message}\n` +
          "In a container this is usual; use a virtual machine.",
      );
    });
  }
}

async function inheritCpuSet(parent: string, group: string): Promise<void> {
  const version1 = await exists(join(parent, "tasks"));
  for (const name of version1 ? ["cpuset.cpus", "cpuset.mems"] : []) {
    const inherited = await readFile(join(parent, name), "utf8").catch(() => undefined);
    if (inherited !== undefined) await writeFile(join(group, name), inherited);
  }
}

/**
 * To the kernel the whole lab is one group, with the share of one process beside it: a compiler
 * with four threads takes four fifths of the machine, and probes of pods fail. Each host of the
 * lab, and the command, counts as one process.
 */
const WEIGHT = hosts.length + 1;
/** The share of one process, by the file of its version of control groups. */
const SHARES = { "cpu.shares": 1024, "cpu.weight": 100 } as const;

async function weigh(group: string): Promise<void> {
  for (const [name, share] of Object.entries(SHARES)) {
    const file = join(group, name);
    if (await exists(file)) await writeFile(file, String(WEIGHT * share));
  }
}

/** Makes the group in each hierarchy; returns the files a process writes itself to. */
export async function makeGroup(path: string): Promise<string[]> {
  const { joined } = await cgroupTree();
  await Promise.all(
    joined.map(async (mount) => {
      await mkdir(join(mount, machine.tag, path), { recursive: true });
      await weigh(join(mount, machine.tag));
    }),
  );
  return joined.map((mount) => join(mount, machine.tag, path, "cgroup.procs"));
}

/** Moves this very process, and with it all children it will have. */
export async function joinGroup(path: string): Promise<void> {
  for (const file of await makeGroup(path)) await writeFile(file, String(process.pid));
}

async function groupsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries.filter((e) => e.isDirectory()).map((e) => groupsBelow(join(folder, e.name))),
  );
  return entries.length === 0 ? [] : [...below.flat(), folder];
}

/** Numbers of all processes in the group and below it. */
export async function groupMembers(path = ""): Promise<number[]> {
  const { all } = await cgroupTree();
  const groups = (
    await Promise.all(all.map((mount) => groupsBelow(join(mount, machine.tag, path))))
  ).flat();
  const lists = await Promise.all(
    groups.map((group) => readFile(join(group, "cgroup.procs"), "utf8").catch(() => "")),
  );
  const pids = lists.flatMap((list) => list.split("\n").filter(Boolean).map(Number));
  return [...new Set(pids)].filter((pid) => pid > 0 && pid !== process.pid);
}

/**
 * Ends every process in the group and below it; children born meanwhile are met in the next round.
 */
export async function killGroup(path = ""): Promise<void> {
  await until(
    { what: `the end of all processes in /${machine.tag}/${path}`, seconds: 30 },
    async () => {
      const pids = await groupMembers(path);
      for (const pid of pids) signalProcess(pid, "SIGKILL");
      return pids.length === 0;
    },
  );
}

export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself meanwhile
  }
}

/** Removes the emptied groups. The kernel refuses one that still has a process. */
export async function removeGroup(path = ""): Promise<void> {
  const { all } = await cgroupTree();
  for (const mount of all) {
    for (const group of await groupsBelow(join(mount, machine.tag, path))) {
      await rmdir(group).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    }
  }
}

/** Bytes of memory that the group's processes hold themselves, without the kernel's caches. */
export async function groupMemory(path: string): Promise<number> {
  for (const mount of (await cgroupTree()).joined) {
    const statistics = await readFile(join(mount, machine.tag, path, "memory.stat"), "utf8").catch(
      () => "",
    );
    const bytes = parseMemory(statistics);
    if (bytes !== undefined) return bytes;
  }
  return 0;
}

/** Version 1 counts the whole group as `total_rss`, version 2 as `anon`. */
export function parseMemory(statistics: string): number | undefined {
  const match = /^(?:total_rss|anon) (\d+)$/m.exec(statistics);
  return match ? Number(match[1]) : undefined;
}
