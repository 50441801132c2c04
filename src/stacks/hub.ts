import * as pulumi from "@pulumi/pulumi";
import {
  HubObservability,
  ObjectStoreBucket,
  type MtlsPki,
  type ImageArgs,
  type PkiAuthorityArgs,
} from "../../components/index";
import { decodeEdge } from "../../components/contract/edge";
import { gatewayUrl, HUB_CONTRACT_VERSION, type EdgeFacts, type HubContract } from "../../components/contract/hub";
import { toSeconds } from "../../components/kit/duration";
import type { Configuration } from "../config/load";
import type { HubSection } from "../config/hub-schema";

type EdgeEntry = HubSection["edges"][string];
export type Requests = NonNullable<PkiAuthorityArgs["requests"]>;

/** The requests of the inventory: pasted ones as they stand, the others from the stacks that the entries name. */
export async function readRequests({ edges }: HubSection): Promise<Requests> {
  const read = Object.entries(edges).map(async ([name, edge]) => {
    const requestPem = edge.request ?? (edge.fromStack && (await requestFromStack(edge.fromStack)));
    return requestPem ? [[name, { keyGeneration: edge.keyGeneration, requestPem }] as const] : [];
  });
  return Object.fromEntries((await Promise.all(read)).flat());
}

async function requestFromStack(stack: string): Promise<string> {
  const { value } = await new pulumi.StackReference(stack).getOutputDetails("edge");
  const edge = decodeEdge(value, stack);
  if (!edge.ok) throw new pulumi.RunError(edge.message);
  return edge.value.request;
}

export function authorityArgs(hub: HubSection, requests: Requests): PkiAuthorityArgs {
  return {
    serverNames: [hub.gateway.host],
    serverAddresses: [...hub.gateway.addresses],
    requests,
    additionalTrust: [...hub.additionalTrust],
  };
}

/** Buckets first, then what stores in them. */
export function deployHub(
  hub: HubSection,
  pki: MtlsPki,
  objectStores: Configuration["objectStores"],
  images: ImageArgs,
  opts: pulumi.ComponentResourceOptions,
): HubObservability {
  void ObjectStoreBucket;
  void hub;
  void pki;
  void objectStores;
  void images;
  void opts;
  throw new Error("wired when the components are there");
}

/** What edges read: facts of the inventory, and the certificates signed for them. */
export function hubContractOf(hub: HubSection, pki: MtlsPki): pulumi.Output<HubContract> {
  return pulumi.all([pki.trustBundle, pki.certificates]).apply(([trustBundle, certificates]) => ({
    contractVersion: HUB_CONTRACT_VERSION,
    gateway: gatewayOf(hub),
    trustBundle,
    edges: Object.fromEntries(
      Object.entries(hub.edges).map(([name, edge]) => [name, contractEdge(edge, certificates[name])]),
    ),
  }));
}

export function gatewayOf({ gateway: { host, port } }: HubSection): HubContract["gateway"] {
  return { url: gatewayUrl(host, port), serverName: host };
}

function contractEdge(edge: EdgeEntry, certificate: string | undefined): HubContract["edges"][string] {
  const facts = factsOf(edge);
  if (edge.revoked) return { state: "revoked", ...facts, ...(certificate && { certificate }) };
  return certificate ? { state: "signed", ...facts, certificate } : { state: "waiting", ...facts };
}

export function factsOf({
  tenant,
  cell,
  environment,
  region,
  clusterType,
  keyGeneration,
  activeSeries,
  outage,
}: EdgeEntry): EdgeFacts {
  return {
    tenant,
    cell,
    environment,
    region,
    clusterType,
    keyGeneration,
    activeSeries,
    outageSeconds: toSeconds(outage),
  };
}
