import * as pulumi from "@pulumi/pulumi";
import type { EdgeConnection, MtlsPki } from "@heliograph/heliograph";
import {
  connectionOf,
  decodeHub,
  edgeAlerting,
  type EdgeAlertingFacts,
  edgeConnection,
  type EdgeFacts,
  type HubContract,
} from "@heliograph/heliograph/model";
import { endpointOf, keepsMetrics } from "../config/edge-metrics-schema";
import type { EdgeSection } from "../config/edge-schema";
import type { HubSection } from "../config/hub-schema";
import { explainFailure } from "./contract-failure";
import { backendsOf, factsOf, gatewayOf } from "./inventory";
import type { StackReader } from "./reading";

/**
 * What an edge needs to know about its hub before it can send anything. `queryTrust` is missing
 * until the hub queries the edge. Until then the edge sends its metrics, whatever its file says.
 */
export interface Connection extends EdgeConnection {
  /** The edge's entry in the inventory. */
  readonly facts: EdgeFacts;
  /** Whom the hub's routes tell of the edge's alerts. Missing until the hub queries an edge. */
  readonly alerting?: EdgeAlertingFacts;
}

/**
 * How far an edge has come with its hub. An edge can be connected and still have a next step: it
 * then keeps running as it is until the hub has followed.
 */
export interface ConnectionState {
  /** Missing until the hub has signed the edge's certificate. */
  readonly connection?: Connection;
  /** What has to happen next, with the lines to paste or the command to run. */
  readonly next?: string;
}

/** The hub's own edge connects in the update that creates the hub, which has all that it needs. */
export function ownConnectionState(hub: HubSection, name: string, pki: MtlsPki): ConnectionState {
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

/**
 * Reads the hub's side of the contract. A hub that cannot be understood stops the update, because
 * guessing could delete a running agent.
 */
export async function readConnectionState(
  edge: EdgeSection,
  read: StackReader,
): Promise<ConnectionState> {
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
  if (decoded.ok) return connectionStateOf(edge, decoded.value);
  if (value === undefined) return { next: explainFailure(decoded, hub.fromStack) };
  throw new pulumi.RunError(explainFailure(decoded, hub.fromStack));
}

function storedTwice(name: string, stack: string): string {
  const next = `Bring the hub up with this program first: npm run up ${stack.split("/").at(-1)}`;
  return `Edge ${name} is to have a pair of agents, and its hub (${stack}) would store every sample twice. ${next}`;
}

function connectionStateOf(edge: EdgeSection, hub: HubContract): ConnectionState {
  const { name, metrics } = edge;
  const entry = hub.edges[name];
  if (!entry) {
    return {
      next: `Edge ${name} is not in the hub's inventory. Add heliograph:hub.edges.${name} to the hub's stack file, then: npm run up`,
    };
  }
  const connection = edgeConnection(hub, name);
  if (!connection) {
    return {
      next: `Edge ${name} waits for its certificate. To send its request to the hub and connect it: npm run up`,
    };
  }
  const endpoint = endpointOf(metrics);
  const alerting = keepsMetrics(metrics) ? alertingOf(edge, hub) : undefined;
  return {
    connection: { ...connection, facts: entry, ...(alerting && { alerting }) },
    ...(endpoint !== entry.query && { next: queriedElsewhere(name, endpoint) }),
  };
}

function alertingOf(
  { name, hub }: EdgeSection,
  contract: HubContract,
): EdgeAlertingFacts | undefined {
  try {
    return edgeAlerting(contract, name);
  } catch (error) {
    const next = "Update this program to the version that deployed that stack";
    throw new pulumi.RunError(`Stack ${hub?.fromStack}: ${(error as Error).message}. ${next}`);
  }
}

/** The hub queries an edge that sends its metrics, or queries another address than the edge's. */
function queriedElsewhere(name: string, endpoint: string | undefined): string {
  const entry = `heliograph:hub.edges.${name}.query`;
  if (endpoint === undefined)
    return `Edge ${name} sends its metrics, and its hub queries it. Remove ${entry}, then: npm run up`;
  return `Edge ${name} is to keep its metrics, and its hub does not query it at ${endpoint} yet. With heliograph:hub.globalQuery in the hub's stack file: npm run up`;
}
