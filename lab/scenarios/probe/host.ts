import { rm } from "node:fs/promises";
import { join } from "node:path";
import { killGroup, removeGroup } from "../../host/cgroups.js";
import { ensureNamespace, namespaces } from "../../host/network.js";
import { run } from "../../host/run.js";
import type { Host } from "../../clusters/topology.js";
import { statePaths } from "../../state.js";

/**
 * Where programs of a scenario run as if on an edge of their own: a network namespace on the lab's
 * bridge.
 */
export const probeHost: Host = { name: "probe", namespace: "hg-probe", address: "10.200.0.20" };

export const probeFolder = () => join(statePaths().root, "probe");

/** Command line that runs a program in the namespace. */
export function onProbeHost(command: readonly string[]): string[] {
  return ["nsenter", `--net=/run/netns/${probeHost.namespace}`, "--", ...command];
}

/** Makes the namespace anew: what an interrupted scenario left is removed before. */
export async function openProbeHost(): Promise<void> {
  await closeProbeHost();
  await ensureNamespace(probeHost);
}

export async function closeProbeHost(): Promise<void> {
  const { name, namespace } = probeHost;
  await killGroup(name);
  await removeGroup(name);
  // The device on the bridge goes with its other end.
  if ((await namespaces()).includes(namespace)) await run("ip", ["netns", "delete", namespace]);
  await rm(join(statePaths().processes, name), { recursive: true, force: true });
  await rm(probeFolder(), { recursive: true, force: true });
}

/**
 * Cuts the namespace from an address, open connections too, as when what is there goes away: at
 * once and without a word.
 */
export async function cut(address: string, port: number): Promise<void> {
  await rule("--insert", address, port);
}

export async function restore(address: string, port: number): Promise<void> {
  await rule("--delete", address, port);
}

async function rule(action: "--insert" | "--delete", address: string, port: number): Promise<void> {
  const matching = ["--protocol", "tcp", "--destination", address, "--dport", String(port)];
  const refuse = ["--jump", "REJECT", "--reject-with", "tcp-reset"];
  const [command = "", ...args] = onProbeHost([
    "iptables",
    "--wait",
    action,
    "OUTPUT",
    ...matching,
    ...refuse,
  ]);
  await run(command, args);
}
