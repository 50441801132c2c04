import * as pulumi from "@pulumi/pulumi";
import { EdgeAgent, type ImageArgs, type MtlsPki } from "../../components/index";
import { EDGE_CONTRACT_VERSION, type EdgeContract } from "../../components/contract/edge";
import { decodeHub, type EdgeFacts, type HubContract } from "../../components/contract/hub";
import { fromSeconds } from "../../components/kit/duration";
import type { EdgeSection } from "../config/edge-schema";

/** What an edge needs to know of its hub before it can send anything. */
export interface Connection {
  readonly facts: EdgeFacts;
  readonly gateway: HubContract["gateway"];
  readonly trustBundle: pulumi.Input<string[]>;
  readonly certificate: pulumi.Input<string>;
}

/** Either the connection, or what has to happen first. */
export type Standing = { readonly connection: Connection } | { readonly next: string };

/** Reads the hub's side of the contract. A hub that cannot be understood stops the update: guessing would take a running agent away. */
export async function readStanding({ name, hub }: EdgeSection): Promise<Standing> {
  if (!hub) {
    return {
      next: `Edge ${name} has no hub. Paste into its stack file:\nheliograph:edge:\n  hub:\n    fromStack: organization/heliograph/ops`,
    };
  }
  const { value } = await new pulumi.StackReference(hub.fromStack).getOutputDetails("hub");
  if (value === undefined)
    return {
      next: `Stack ${hub.fromStack} has not been brought up as a hub yet: npm run up ${hub.fromStack.split("/").at(-1)}`,
    };
  const decoded = decodeHub(value, hub.fromStack);
  if (!decoded.ok) throw new pulumi.RunError(decoded.message);
  return standingIn(name, decoded.value);
}

function standingIn(name: string, { gateway, trustBundle, edges }: HubContract): Standing {
  const edge = edges[name];
  if (!edge) {
    return {
      next: `Edge ${name} is not in the hub's inventory. Add heliograph:hub.edges.${name} to the hub's stack file, then: npm run up`,
    };
  }
  if (edge.state === "waiting" || !edge.certificate) {
    return {
      next: `Edge ${name} waits for its certificate. To hand its request to the hub and connect it: npm run up`,
    };
  }
  return { connection: { facts: edge, gateway, trustBundle, certificate: edge.certificate } };
}

export function deployEdge(
  edge: EdgeSection,
  { facts, gateway, trustBundle, certificate }: Connection,
  pki: MtlsPki,
  images: ImageArgs,
  opts: pulumi.ComponentResourceOptions,
): EdgeAgent {
  return new EdgeAgent(
    "edge",
    {
      cluster: edge.name,
      environment: facts.environment,
      region: facts.region,
      clusterType: facts.clusterType,
      tenantId: facts.tenant,
      hub: { ...gateway, trustBundle, certificate, privateKey: pki.privateKey },
      outage: fromSeconds(facts.outageSeconds),
      activeSeries: facts.activeSeries,
      scrapeInterval: edge.scrapeInterval,
      storageClass: edge.storageClass,
      images,
    },
    opts,
  );
}

export function edgeContractOf(edge: EdgeSection, pki: MtlsPki, connected: boolean): pulumi.Output<EdgeContract> {
  return pki.request.apply((request) => ({
    contractVersion: EDGE_CONTRACT_VERSION,
    name: edge.name,
    keyGeneration: edge.keyGeneration,
    request,
    state: connected ? "connected" : "asking",
  }));
}
