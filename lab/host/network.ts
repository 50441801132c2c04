import { machine, type Host } from "../clusters/topology.js";
import { LabError } from "./errors.js";
import { run, tryRun } from "./run.js";

/**
 * The lab's network: one bridge on the machine, and for each host a namespace whose `eth0` is
 * joined to it. Every step looks first, so that an interrupted run can be gone through again.
 */
export async function ensureBridge(): Promise<void> {
  refuseForeignAddress(
    JSON.parse(await run("ip", ["-json", "-4", "address", "show"])) as Interface[],
  );
  if (!(await deviceExists(machine.bridge)))
    await run("ip", ["link", "add", machine.bridge, "type", "bridge"]);
  const address = `${machine.bridgeAddress}/${machine.prefixLength}`;
  await run("ip", ["address", "replace", address, "dev", machine.bridge]);
  await run("ip", ["link", "set", machine.bridge, "up"]);
  await acceptForwarding();
}

/** The parts read of what `ip -json address` prints. */
interface Interface {
  ifname: string;
  addr_info: { local: string }[];
}

export function refuseForeignAddress(interfaces: Interface[]): void {
  const network = machine.bridgeAddress.replace(/\d+$/, "");
  for (const { ifname, addr_info } of interfaces.filter(
    ({ ifname }) => ifname !== machine.bridge,
  )) {
    const taken = addr_info.find(({ local }) => local.startsWith(network));
    if (!taken) continue;
    throw new LabError(
      `${ifname} has the address ${taken.local}: the lab needs ${network}0/${machine.prefixLength} for itself.`,
    );
  }
}

export async function ensureNamespace(host: Host): Promise<void> {
  if (!(await namespaces()).includes(host.namespace))
    await run("ip", ["netns", "add", host.namespace]);
  if (!(await deviceExists(host.namespace))) {
    const pair = ["type", "veth", "peer", "name", "eth0", "netns", host.namespace];
    await run("ip", ["link", "add", host.namespace, ...pair]);
  }
  await run("ip", ["link", "set", host.namespace, "master", machine.bridge, "up"]);
  const inside = (...args: string[]) => run("ip", ["-n", host.namespace, ...args]);
  await inside("address", "replace", `${host.address}/${machine.prefixLength}`, "dev", "eth0");
  await inside("link", "set", "eth0", "up");
  await inside("link", "set", "lo", "up");
  // Nothing is forwarded beyond the machine: without a default route a node cannot even address its
  // own services.
  await inside("route", "replace", "default", "via", machine.bridgeAddress);
}

/** The devices of the lab that exist now, by their names. */
export async function devices(): Promise<string[]> {
  const links = (await list("link", "show")) as { ifname: string }[];
  return links
    .map((link) => link.ifname)
    .filter((name) => name === machine.bridge || name.startsWith(machine.prefix));
}

export async function namespaces(): Promise<string[]> {
  const listed = (await list("netns", "list")) as { name: string }[];
  return listed.map(({ name }) => name).filter((name) => name.startsWith(machine.prefix));
}

async function list(...args: string[]): Promise<unknown[]> {
  const printed = await run("ip", ["-json", ...args]).catch(orNothing);
  return JSON.parse(printed || "[]") as unknown[];
}

/** A machine that does not even have the tools has nothing of ours. */
function orNothing(error: NodeJS.ErrnoException): string {
  if (error.code !== "ENOENT") throw error;
  return "";
}

export async function removeNetwork(): Promise<void> {
  for (const namespace of await namespaces()) await run("ip", ["netns", "delete", namespace]);
  // A device may outlive its namespace for a moment, or have been left by an interrupted start.
  for (const device of await devices()) await tryRun("ip", ["link", "delete", device]);
  await removeFirewallRules();
}

/** One host's part of it. */
export async function removeNamespace({ namespace }: Host): Promise<void> {
  if ((await namespaces()).includes(namespace)) await run("ip", ["netns", "delete", namespace]);
  if (await deviceExists(namespace)) await tryRun("ip", ["link", "delete", namespace]);
}

async function deviceExists(name: string): Promise<boolean> {
  return (await devices()).includes(name);
}

/**
 * Where bridged packets pass the machine's firewall (bridge-nf-call-iptables) a policy of DROP, as
 * Docker sets it, would cut the clusters from each other: one rule, marked as ours, lets the
 * bridge's own traffic through. A machine without such rules is left alone.
 */
const rule = ["FORWARD", "-i", machine.bridge, "-o", machine.bridge];
const mark = ["-m", "comment", "--comment", machine.tag, "-j", "ACCEPT"];

export function needsForwardRule(saved: string): boolean {
  const forwards = saved
    .split("\n")
    .filter((line) => line.startsWith(":FORWARD DROP") || line.startsWith("-A FORWARD"));
  return forwards.length > 0 && !forwards.some((line) => line.includes(machine.tag));
}

async function acceptForwarding(): Promise<void> {
  if (needsForwardRule(await run("iptables-save", [])))
    await run("iptables", ["-w", "-I", ...rule, ...mark]);
}

/** Rules on the machine that carry the lab's mark. */
export async function firewallRules(): Promise<string[]> {
  const saved = await run("iptables-save", []).catch(orNothing);
  return saved.split("\n").filter((line) => line.includes(machine.tag));
}

async function removeFirewallRules(): Promise<void> {
  for (let left = (await firewallRules()).length; left > 0; left--)
    await run("iptables", ["-w", "-D", ...rule, ...mark]);
}
