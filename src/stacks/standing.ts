import * as pulumi from "@pulumi/pulumi";
import type { EdgeConnection, MtlsPki } from "@heliograph/heliograph";
import {
  connectionOf,
  decodeHub,
  edgeConnection,
  type EdgeFacts,
  type HubContract,
} from "@heliograph/heliograph/model";
import { endpointOf } from "../config/edge-metrics-schema";
import type { EdgeSection } from "../config/edge-schema";
import type { HubSection } from "../config/hub-schema";
import { explainFailure } from "./contract-failure";
import { backendsOf, factsOf, gatewayOf } from "./inventory";
import type { StackReader } from "./reading";

/**
 * What an edge needs to know of its hub before it can send anything. It has `queryTrust` once its
 * hub queries it: until then its metrics do not stay with it, whatever its file says.
 */
export interface Connection extends EdgeConnection {
  /** What the inventory says of it beside that. */
  readonly facts: EdgeFacts;
}

/** Where an edge stands with its hub: connected, or what has to happen first. Or both: what runs goes on until the hub has followed. */
export interface Standing {
  readonly connection?: Connection;
  readonly next?: string;
}

/** The hub's own edge connects in the update that makes the hub: everything it needs is at hand. */
export function ownStanding(hub: HubSection, name: string, pki: MtlsPki): Standing {
  const entry = hub.edges[name];
  if (!entry)
    throw new Error(
      `the configuration check lets no hub through whose own edge, ${name}, is not in its inventory`,
    );
  const facts = factsOf(hub, entry);
  const connection = connectionOf(name, facts, {
    gateway: gatewayOf(hub),
    trustBundle: pki.trustBundle,
    certificate: pki.certificates.apply((certificates) => certificates[name] ?? ""),
    deduplicates: true,
    backends: backendsOf(hub, entry),
  });
  return { connection: { ...connection, facts } };
}

/** Reads the hub's side of the contract. A hub that cannot be understood stops the update: guessing would take a running agent away. */
export async function readStanding(edge: EdgeSection, read: StackReader): Promise<Standing> {
  const { name, hub, replicas } = edge;
  if (!hub) {
    const lines = "heliograph:edge:\n  hub:\n    fromStack: organization/heliograph/ops";
    return {
      next: `Edge ${name} has no hub. Paste into its stack file, then bring it up again:\n${lines}`,
    };
  }
  const value = await read(hub.fromStack, "hub");
  const decoded = decodeHub(value, hub.fromStack);
  if (decoded.ok && replicas > 1 && !decoded.value.deduplicates)
    throw new pulumi.RunError(storedTwice(name, hub.fromStack));
  if (decoded.ok) return standingIn(edge, decoded.value);
  if (value === undefined) return { next: explainFailure(decoded, hub.fromStack) };
  throw new pulumi.RunError(explainFailure(decoded, hub.fromStack));
}

function storedTwice(name: string, stack: string): string {
  const next = `Bring the hub up with this program first: npm run up ${stack.split("/").at(-1)}`;
  return `Edge ${name} is to have a pair of agents, and its hub (${stack}) would store every sample twice. ${next}`;
}

function standingIn({ name, metrics }: EdgeSection, hub: HubContract): Standing {
  const entry = hub.edges[name];
  if (!entry) {
    return {
      next: `Edge ${name} is not in the hub's inventory. Add heliograph:hub.edges.${name} to the hub's stack file, then: npm run up`,
    };
  }
  const connection = edgeConnection(hub, name);
  if (!connection) {
    return {
      next: `Edge ${name} waits for its certificate. To hand its request to the hub and to connect it: npm run up`,
    };
  }
  const endpoint = endpointOf(metrics);
  return {
    connection: { ...connection, facts: entry },
    ...(endpoint !== entry.query && { next: queriedElsewhere(name, endpoint) }),
  };
}

/** Nobody asks it where it is, or somebody asks in vain. */
function queriedElsewhere(name: string, endpoint: string | undefined): string {
  const entry = `heliograph:hub.edges.${name}.query`;
  if (endpoint === undefined)
    return `Edge ${name} sends its metrics, and its hub queries it. Remove ${entry}, then: npm run up`;
  return `Edge ${name} is to keep its metrics, and its hub does not query it at ${endpoint} yet. With heliograph:hub.globalQuery in the hub's stack file: npm run up`;
}
