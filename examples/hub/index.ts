/** A hub in a program of your own: certificates, a bucket, and a backend behind the gateway. */
import * as pulumi from "@pulumi/pulumi";
import { HubObservability, MtlsPki, ObjectStoreBucket } from "@heliograph/heliograph";
import type { PkiRequestArgs } from "@heliograph/heliograph";

const host = "ingest.ops.contoso.com";
// By edge: { keyGeneration: 1, requestPem: the output `request` of the edge's stack }
const requests = new pulumi.Config().getObject<Record<string, PkiRequestArgs>>("requests");
const pki = new MtlsPki("pki", { authority: { serverNames: [host], requests } });
const { serverCertificate, serverPrivateKey, trustBundle, certificates } = pki;
const bucket = new ObjectStoreBucket("metrics", {
  s3: { existing: { bucket: "contoso-metrics", region: "eu-central-1", podIdentity: true } },
});
const labels = { environment: "dev", region: "eu-central-1" };
const hub = new HubObservability("hub", {
  gateway: { host, serverCertificate, serverPrivateKey, clientTrustBundle: trustBundle },
  cells: { main: { metrics: { bucket: bucket.connection, diskSize: "100Gi" } } },
  tenants: { dev: { retentionDays: 30 } },
  edges: {
    dev: { ...labels, tenant: "dev", keyGeneration: 1, outage: "6h", activeSeries: 200_000 },
  },
  certificates,
});
// The stacks of edges read this: the connection of each edge, by its name.
export const edges = hub.edges;
