import * as pulumi from "@pulumi/pulumi";
import type { EdgeConnectionBackends, MtlsPki, PkiAuthorityArgs } from "@heliograph/heliograph";
import {
  backendsOfCell,
  contractEdges,
  contractHub,
  decodeEdge,
  type EdgeFacts,
  type EdgeIdentity,
  encodeAlerting,
  encodeFacts,
  encodeHub,
  gatewayAddress,
  type HubContract,
  refuse,
  requestIssues,
  resolveHub,
} from "@heliograph/heliograph/model";
import type { HubSection } from "../config/hub-schema";
import { STACK_FILE } from "../config/notation";
import { explainFailure } from "./contract-failure";
import type { StackReader } from "./reading";

type Entry = HubSection["edges"][string];

/**
 * What the hub's authority signs: requests pasted into the inventory, and those of the stacks that
 * entries name.
 */
export async function authorityArgs(hub: HubSection, read: StackReader): Promise<PkiAuthorityArgs> {
  return {
    serverNames: [hub.gateway.host],
    serverAddresses: [...hub.gateway.addresses],
    requests: await readRequests(hub, read),
    trustedGenerations: [...hub.authority.trusted],
    signingGeneration: hub.authority.signing,
    leafDays: hub.certificates.days,
    renewBeforeDays: hub.certificates.renewBeforeDays,
    additionalTrust: [...hub.additionalTrust],
    ...(hub.globalQuery && { queries: true }),
  };
}

async function readRequests(
  { edges }: HubSection,
  read: StackReader,
): Promise<PkiAuthorityArgs["requests"]> {
  const reading = Object.entries(edges).map(
    async ([name, { request, fromStack, keyGeneration, query }]) => {
      const requestPem = request ?? (fromStack && (await requestFromStack(fromStack, read)));
      return requestPem ? [{ name, keyGeneration, requestPem, queried: query !== undefined }] : [];
    },
  );
  const requests = (await Promise.all(reading)).flat();
  refuseRequests(requests);
  return Object.fromEntries(requests.map(({ name, ...request }) => [name, request]));
}

/** The authority would reject them, too, in words for those who write programs. */
function refuseRequests(
  requests: readonly (EdgeIdentity & { readonly requestPem: string })[],
): void {
  const issues = requests.flatMap(({ requestPem, ...identity }) =>
    requestIssues(identity, requestPem).map(({ got, expected }) => ({
      path: ["hub", "edges", identity.name, "request"],
      got,
      expected,
      lines: `# take the request from the edge's own stack:\nnpm run up ${identity.name}`,
    })),
  );
  refuse("Inventory", issues, STACK_FILE);
}

async function requestFromStack(stack: string, read: StackReader): Promise<string> {
  const edge = decodeEdge(await read(stack, "edge"), stack);
  if (!edge.ok) throw new pulumi.RunError(explainFailure(edge, stack));
  return edge.value.request;
}

/** What edges read: facts of the inventory, and the certificates signed for them. */
export function hubContractOf(hub: HubSection, pki: MtlsPki): pulumi.Output<HubContract> {
  const known = pulumi.all([pki.trustBundle, pki.certificates, pki.queryTrust]);
  const model = resolveHub(hub);
  return known.apply(([trustBundle, certificates, queryTrust]) =>
    encodeHub(contractHub(model, hub.gateway), {
      trustBundle,
      certificates,
      queryTrust,
      authority: authorityOf(hub),
      alerting: encodeAlerting(hub.alerting, model.workloads),
    }),
  );
}

function authorityOf({
  authority: { trusted, signing },
  certificates,
}: HubSection): HubContract["authority"] {
  // In the order of the trust bundle.
  return {
    trusted: [...trusted].sort((a, b) => a - b),
    signing,
    renewBeforeDays: certificates.renewBeforeDays,
  };
}

export function gatewayOf({ gateway }: HubSection): HubContract["gateway"] {
  return gatewayAddress(gateway);
}

/** What the inventory says of an edge. */
export function factsOf(hub: Pick<HubSection, "cells" | "tenants">, entry: Entry): EdgeFacts {
  const model = resolveHub({ ...hub, edges: { edge: entry } });
  const [edge] = contractEdges(model);
  if (!edge) throw new Error("an inventory of one edge has one edge");
  const cell = model.cells.find(({ name }) => name === edge.cell);
  return encodeFacts(edge, cell && backendsOfCell(cell));
}

/** Names of the backends that store an edge's signals. */
export function backendsOf(
  hub: Pick<HubSection, "cells" | "tenants">,
  { tenant }: Entry,
): EdgeConnectionBackends | undefined {
  const { cells, tenants } = resolveHub({ ...hub, edges: {} });
  const { cell } = tenants.find(({ id }) => id === tenant) ?? {};
  const found = cells.find(({ name }) => name === cell);
  return found && backendsOfCell(found);
}
