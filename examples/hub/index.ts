/** A hub in a program of your own: certificates, a bucket, and a backend behind the gateway. */
import * as pulumi from "@pulumi/pulumi";
import { HubObservability, MtlsPki, ObjectStoreBucket } from "@heliograph/heliograph";

const host = "ingest.ops.contoso.com";
/** Certificate requests of edges: output `request` of their stacks. */
const requests = new pulumi.Config().getObject<Record<string, string>>("requests") ?? {};

const pki = new MtlsPki("pki", {
  authority: {
    serverNames: [host],
    requests: Object.fromEntries(
      Object.entries(requests).map(([edge, requestPem]) => [
        edge,
        { requestPem, keyGeneration: 1 },
      ]),
    ),
  },
});
const bucket = new ObjectStoreBucket("metrics", {
  s3: { existing: { bucket: "contoso-metrics", region: "eu-central-1", podIdentity: true } },
});
const hub = new HubObservability("hub", {
  gateway: {
    host,
    serverCertificate: pki.serverCertificate,
    serverPrivateKey: pki.serverPrivateKey,
    clientTrustBundle: pki.trustBundle,
  },
  cells: { main: { metrics: { bucket: bucket.connection, diskSize: "100Gi" } } },
  tenants: { dev: { retentionDays: 30 } },
  edges: {
    dev: {
      tenant: "dev",
      keyGeneration: 1,
      outage: "6h",
      activeSeries: 200_000,
      environment: "dev",
      region: "eu-central-1",
    },
  },
  certificates: pki.certificates,
});

/** What the stacks of edges read, by the name of the edge. */
export const edges = hub.edges;
