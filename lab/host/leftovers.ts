import { readFile, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { statePaths } from "../state.js";
import { machine } from "../clusters/topology.js";
import { cgroupTree, groupMembers } from "./cgroups.js";
import { exists } from "./files.js";
import { devices, firewallRules, namespaces } from "./network.js";
import { run } from "./run.js";

/**
 * Everything on this machine that belongs to the lab, by the kind of thing, found without the lab's
 * own records.
 */
export async function findLeftovers(): Promise<Record<string, string[]>> {
  const { all } = await cgroupTree();
  const groups = await Promise.all(
    all.map(async (mount) => ((await exists(join(mount, machine.tag))) ? [mount] : [])),
  );
  const state = (await exists(statePaths().root)) ? [statePaths().root] : [];
  return {
    processes: (await groupMembers()).map(String),
    "network namespaces": await namespaces(),
    "network devices": await devices(),
    "firewall rules": await firewallRules(),
    "control groups": groups.flat().map((mount) => join(mount, machine.tag)),
    mounts: await labMounts(),
    folders: state,
  };
}

/** One line for each thing that is left. */
export function describeLeftovers(found: Record<string, string[]>): string[] {
  return Object.entries(found).flatMap(([kind, names]) => names.map((name) => `${kind}: ${name}`));
}

/** Mount points of the lab outside of its sandboxes, innermost first. */
export async function labMounts(): Promise<string[]> {
  return parseLabMounts(await readFile("/proc/mounts", "utf8"), statePaths().root);
}

export function parseLabMounts(mounts: string, state: string): string[] {
  const points = mounts.split("\n").flatMap((line) => line.split(" ")[1] ?? []);
  const ours = points.filter(
    (point) => point.startsWith(`${state}/`) || point.startsWith(`/run/netns/${machine.prefix}`),
  );
  return ours.reverse();
}

const namespaceFolder = "/run/netns";

/**
 * `ip netns` makes this folder, mounted on itself, with the first namespace; with the last one it
 * may go.
 */
export async function removeEmptyNamespaceFolder(): Promise<void> {
  const entries = await readdir(namespaceFolder).catch(() => undefined);
  if (entries === undefined || entries.length > 0) return;
  const mounts = (await readFile("/proc/mounts", "utf8")).split("\n");
  const count = mounts.filter((line) => line.split(" ")[1] === namespaceFolder).length;
  for (let left = count; left > 0; left--) await run("umount", [namespaceFolder]);
  await rmdir(namespaceFolder);
}
