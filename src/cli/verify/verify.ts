import type { Project } from "../project";
import { Failure } from "../ui/failure";
import { runChecks, type Check, type CheckResult } from "./check";
import { federation } from "./checks/federation";
import { freshness } from "./checks/freshness";
import { gateway } from "./checks/gateway";
import { identity } from "./checks/identity";
import { inForce } from "./checks/in-force";
import { labels } from "./checks/labels";
import { queue } from "./checks/queue";
import { roundTrip } from "./checks/round-trip";
import type { EdgeView } from "./fleet";
import { openFleet } from "./open";

export const CHECKS: readonly Check[] = [identity, gateway, roundTrip, labels, freshness, queue, inForce, federation];

/** Edges verified side by side: each holds a handful of port-forwards open. */
const SIDE_BY_SIDE = 8;

export interface EdgeReport {
  readonly edge: string;
  readonly state: string;
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

/** Verifies the named edges, or all that the hubs of the project list or the project has a stack for. */
export async function verify(project: Project, named: readonly string[]): Promise<EdgeReport[]> {
  const fleet = await openFleet(project);
  try {
    const known = [...fleet.edges.map(({ name }) => name), ...fleet.unlisted.map(({ edge }) => edge)];
    const unknown = named.filter((name) => !known.includes(name));
    if (unknown.length > 0) throw new Failure(`No edge ${unknown.join(", ")}. Edges: ${known.join(", ")}`);
    const chosen = (name: string) => named.length === 0 || named.includes(name);
    const listed = await limited(
      fleet.edges.filter(({ name }) => chosen(name)),
      verifyEdge,
    );
    const unlisted = fleet.unlisted
      .filter(({ edge }) => chosen(edge))
      .map(({ edge, hubStack }) => notListed(edge, hubStack));
    return [...listed, ...unlisted];
  } finally {
    fleet.close();
  }
}

async function verifyEdge(edge: EdgeView): Promise<EdgeReport> {
  const { name, entry } = edge;
  if (entry.state === "revoked") return { edge: name, state: "revoked", ok: true, checks: [] };
  if (entry.state === "waiting") {
    const check = { name: "identity", ok: false, detail: "waits for its certificate", next: "npm run up" };
    return { edge: name, state: "waiting", ok: false, checks: [check] };
  }
  const checks = await runChecks(CHECKS, edge);
  return { edge: name, state: "signed", ok: checks.every(({ ok }) => ok), checks };
}

function notListed(edge: string, hubStack: string): EdgeReport {
  const detail = `has a stack, but no entry in the inventory of ${hubStack}`;
  const next = `Add heliograph:hub.edges.${edge} to Pulumi.${hubStack}.yaml, then: npm run up. Or destroy its stack.`;
  return { edge, state: "not listed", ok: false, checks: [{ name: "inventory", ok: false, detail, next }] };
}

async function limited<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, worker));
  return results;
}
