import * as pulumi from "@pulumi/pulumi";
import type { MtlsPki, PkiAuthorityArgs } from "../../components/index";
import { decodeEdge } from "../../components/contract/edge";
import {
  gatewayUrl,
  HUB_CONTRACT_VERSION,
  type EdgeFacts,
  type HubContract,
} from "../../components/contract/hub";
import { MetricsBackend } from "../../components/contract/names";
import { toSeconds } from "../../components/kit/duration";
import { cellOf } from "../../components/topology";
import type { HubSection } from "../config/hub-schema";
import { signalsOf } from "../config/stores";
import type { StackReader } from "./reading";

type Entry = HubSection["edges"][string];

/** What the hub's authority signs: requests pasted into the inventory, and those of the stacks that entries name. */
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
  const requests = Object.entries(edges).map(
    async ([name, { request, fromStack, keyGeneration, query }]) => {
      const requestPem = request ?? (fromStack && (await requestFromStack(fromStack, read)));
      return requestPem
        ? [[name, { keyGeneration, requestPem, queried: query !== undefined }] as const]
        : [];
    },
  );
  return Object.fromEntries((await Promise.all(requests)).flat());
}

async function requestFromStack(stack: string, read: StackReader): Promise<string> {
  const edge = decodeEdge(await read(stack, "edge"), stack);
  if (!edge.ok) throw new pulumi.RunError(edge.message);
  return edge.value.request;
}

/** What edges read: facts of the inventory, and the certificates signed for them. */
export function hubContractOf(hub: HubSection, pki: MtlsPki): pulumi.Output<HubContract> {
  const known = pulumi.all([pki.trustBundle, pki.certificates, pki.queryTrust]);
  return known.apply(([trustBundle, certificates, queryTrust]): HubContract => ({
    contractVersion: HUB_CONTRACT_VERSION,
    gateway: gatewayOf(hub),
    trustBundle,
    deduplicates: true,
    authority: authorityOf(hub),
    ...metricsBackends(hub),
    ...(queryTrust.length > 0 && { queryTrust }),
    edges: Object.fromEntries(
      Object.entries(hub.edges).map(([name, entry]) => [
        name,
        contractEdge(hub, entry, certificates[name]),
      ]),
    ),
  }));
}

/** Hubs of before there was a choice say nothing, and so does this one where there is nothing else to say. */
function metricsBackends({ cells }: HubSection): Pick<HubContract, "metricsBackends"> {
  const backends = Object.entries(cells).map(
    ([cell, { metrics }]) => [cell, metrics.backend] as const,
  );
  const others = backends.filter(([, backend]) => backend !== MetricsBackend.mimir);
  return others.length > 0 ? { metricsBackends: Object.fromEntries(others) } : {};
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

export function gatewayOf({ gateway: { host, port } }: HubSection): HubContract["gateway"] {
  return { url: gatewayUrl(host, port), serverName: host };
}

function contractEdge(
  hub: Pick<HubSection, "cells" | "tenants">,
  entry: Entry,
  certificate: string | undefined,
): HubContract["edges"][string] {
  const facts = factsOf(hub, entry);
  if (entry.revoked) return { state: "revoked", ...facts, ...(certificate && { certificate }) };
  return certificate ? { state: "signed", ...facts, certificate } : { state: "waiting", ...facts };
}

export function factsOf(
  { cells, tenants }: Pick<HubSection, "cells" | "tenants">,
  entry: Entry,
): EdgeFacts {
  const { tenant, environment, region, clusterType, keyGeneration } = entry;
  const {
    activeSeries,
    nodes,
    pods,
    applicationSeries,
    logBytesPerSecond,
    spansPerSecond,
    outage,
    query,
  } = entry;
  const cell = cellOf({ tenants }, tenant);
  return {
    ...{ tenant, cell, environment, region, clusterType, keyGeneration, activeSeries },
    ...(nodes !== undefined && { nodes, pods, applicationSeries }),
    signals: signalsOf(cells[cell]),
    ...{ logBytesPerSecond, spansPerSecond },
    ...(query !== undefined && { query }),
    outageSeconds: toSeconds(outage),
  };
}
