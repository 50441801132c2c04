import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  EdgeAgent,
  type EdgeLocalStoreArgs,
  type ImageArgs,
  type MtlsPki,
} from "@heliograph/heliograph";
import { type EdgeContract, encodeEdge } from "@heliograph/heliograph/model";
import { endpointOf, type EdgeMetricsSection, keepsMetrics } from "../config/edge-metrics-schema";
import type { EdgeSection } from "../config/edge-schema";
import type { Configuration } from "../config/load";
import { bucketArgs } from "./bucket";
import { edgeAlertingArgs, edgeTells } from "./edge-alerting";
import type { Connection } from "./connection-state";

/** The agent. Its labels come from the inventory, everything else from the edge's own section. */
export function deployEdge(
  edge: EdgeSection,
  connection: Connection,
  pki: MtlsPki,
  { objectStores, receivers }: Pick<Configuration, "objectStores" | "receivers">,
  images: ImageArgs,
  provider: k8s.Provider,
): EdgeAgent {
  const localStore = connection.queryTrust && localStoreArgs(edge.metrics, objectStores);
  const tells = localStore && edgeTells(edge, connection.alerting);
  return new EdgeAgent(
    "edge",
    {
      connection,
      privateKey: pki.privateKey,
      replicas: edge.replicas,
      localStore,
      alerting: tells && edgeAlertingArgs(pulumi.getStack(), tells, receivers),
      scrapeInterval: edge.scrapeInterval,
      sources: edge.sources,
      logs: edge.logs,
      traces: edge.traces,
      exporters: edge.exporters,
      storageClass: edge.storageClass,
      bufferDisk: edge.bufferDisk,
      verifyKubelets: edge.verifyKubelets,
      images,
    },
    { providers: [provider] },
  );
}

function localStoreArgs(
  metrics: EdgeMetricsSection,
  objectStores: Configuration["objectStores"],
): EdgeLocalStoreArgs | undefined {
  if (!keepsMetrics(metrics)) return undefined;
  const { query, bucket } = metrics;
  const { retentionDaysRaw, retentionDays5m, retentionDays1h, compactorDisk } = metrics;
  const { port, serviceType, nodePort, serviceAnnotations } = query;
  return {
    bucket: bucketArgs(bucket, objectStores),
    ...{ port, serviceType, nodePort, serviceAnnotations },
    ...{ retentionDaysRaw, retentionDays5m, retentionDays1h, compactorDisk },
  };
}

/** What the hub reads: the edge's request, and the certificate that a connected edge runs with. */
export function edgeContractOf(
  { name, keyGeneration, metrics }: EdgeSection,
  pki: MtlsPki,
  connection: Connection | undefined,
): pulumi.Output<EdgeContract> {
  const query = endpointOf(metrics);
  const edge = { name, keyGeneration, query };
  if (!connection) return pki.request.apply((request) => encodeEdge(edge, request));
  const { certificate, trustBundle } = connection;
  return pulumi
    .all([pki.request, certificate, trustBundle])
    .apply(([request, certificate, trustBundle]) =>
      encodeEdge(edge, request, { certificate, trustBundle }),
    );
}
