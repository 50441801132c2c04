import type { Tls } from "../../../src/cli/cluster/http";
import { gatewayName } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { askForCertificate } from "./certificates.js";
import { HubFile } from "./hub-file.js";
import { hubContract, hubRunsNewConfig, cell as ownCell } from "./hub.js";

/** What the inventory says of an edge that is there for a scenario only, and has no cluster. */
export interface ExtraEdge {
  /**
   * Made where there is none of this name. One of its own, as a rule: for five minutes after its
   * last sample, `verify` would find series of an edge that is no more in the tenant of another.
   */
  tenant: string;
  /** That of the tenant, where it is made. Defaults to the lab's own. */
  cell?: string;
  /**
   * Another number of series may give Mimir another size: 10000 fit beside the lab's own edges.
   * Defaults to 1000.
   */
  activeSeries?: number;
  keyGeneration?: number;
  outage?: string;
}

/** Little: another size would restart what the hub stores in. */
const load = { activeSeries: 1000, logBytesPerSecond: 1000, spansPerSecond: 10 };

/**
 * Lets edges into the hub's inventory, each with a key of its own, and returns what they write
 * with, once gateway and Mimir know them. They are gone after the scenario.
 */
export async function withExtraEdges<Name extends string>(
  lab: ScenarioContext,
  edges: Readonly<Record<Name, ExtraEdge>>,
): Promise<Record<Name, Tls>> {
  return letIn(lab, await HubFile.open(lab), edges);
}

/** The same with a file that the scenario changes further. */
export async function letIn<Name extends string>(
  lab: ScenarioContext,
  file: HubFile,
  edges: Readonly<Record<Name, ExtraEdge>>,
): Promise<Record<Name, Tls>> {
  const known = Object.values((await hubContract(lab)).edges).map(({ tenant }) => tenant);
  const keys = new Map<string, string>();
  for (const [name, { cell, ...edge }] of Object.entries<ExtraEdge>(edges)) {
    const { request, key } = await askForCertificate({
      name,
      keyGeneration: edge.keyGeneration ?? 1,
    });
    keys.set(name, key);
    if (!known.includes(edge.tenant))
      await file.set(["tenants", edge.tenant], { retentionDays: 1, ...(cell && { cell }) });
    await file.set(["edges", name], {
      environment: "lab",
      region: "lab",
      ...load,
      ...edge,
      request,
    });
  }
  await file.deploy();
  const cells = Object.values<ExtraEdge>(edges).flatMap(({ cell }) => cell ?? []);
  for (const each of new Set([ownCell, ...cells])) await hubRunsNewConfig(lab, each);
  return (await identities(lab, keys)) as Record<Name, Tls>;
}

async function identities(
  lab: ScenarioContext,
  keys: ReadonlyMap<string, string>,
): Promise<Record<string, Tls>> {
  const { edges, trustBundle } = await hubContract(lab);
  const entries = [...keys].map(([name, key]) => {
    const entry = edges[name];
    if (entry?.state !== "signed")
      throw new Error(`The hub has not signed for ${name}: ${entry?.state}`);
    return [
      name,
      { serverName: gatewayName, trust: trustBundle, certificate: entry.certificate, key },
    ];
  });
  return Object.fromEntries(entries) as Record<string, Tls>;
}
