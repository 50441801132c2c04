import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { EdgeAgent, type ImageArgs, type MtlsPki } from "../../components/index";
import { EDGE_CONTRACT_VERSION, type EdgeContract } from "../../components/contract/edge";
import { fromSeconds } from "../../components/kit/duration";
import type { EdgeSection } from "../config/edge-schema";
import type { Connection } from "./standing";

/** The agent: what it is called comes from the inventory, what only the edge knows from its own section. */
export function deployEdge(
  edge: EdgeSection,
  { facts, gateway, trustBundle, certificate, deduplicates }: Connection,
  pki: MtlsPki,
  images: ImageArgs,
  provider: k8s.Provider,
): EdgeAgent {
  return new EdgeAgent(
    "edge",
    {
      cluster: edge.name,
      environment: facts.environment,
      region: facts.region,
      clusterType: facts.clusterType,
      tenantId: facts.tenant,
      hub: { ...gateway, trustBundle, certificate, privateKey: pki.privateKey, deduplicates },
      replicas: edge.replicas,
      outage: fromSeconds(facts.outageSeconds),
      activeSeries: facts.activeSeries,
      scrapeInterval: edge.scrapeInterval,
      storageClass: edge.storageClass,
      bufferDisk: edge.bufferDisk,
      verifyKubelets: edge.verifyKubelets,
      images,
    },
    { providers: [provider] },
  );
}

/** What the hub reads: who asks, and with which request. */
export function edgeContractOf(edge: EdgeSection, pki: MtlsPki, connected: boolean): pulumi.Output<EdgeContract> {
  return pki.request.apply((request): EdgeContract => ({
    contractVersion: EDGE_CONTRACT_VERSION,
    name: edge.name,
    keyGeneration: edge.keyGeneration,
    request,
    state: connected ? "connected" : "asking",
  }));
}
