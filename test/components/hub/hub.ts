import type { HubObservabilityArgs } from "../../../components/hub/args";
import type { ObjectStoreConnection } from "../../../components/storage/connection";

export const connection: ObjectStoreConnection = {
  protocol: "s3",
  bucket: "heliograph-metrics",
  prefix: "",
  endpoint: "minio.example.com:9000",
  region: "us-east-1",
  insecure: false,
  pathStyle: true,
  storageAccount: "",
  credentialsSecret: "metrics-credentials",
  accessKeyIdKey: "accessKeyId",
  secretAccessKeyKey: "secretAccessKey",
  serviceAccountAnnotations: {},
  podLabels: {},
};

const edge = {
  environment: "dev",
  region: "uaenorth",
  keyGeneration: 1,
  outage: "6h",
  activeSeries: 200_000,
};

/** A hub with two tenants, one of them shared by two edges, and a revoked edge. */
export function hubArgs(overrides: Partial<HubObservabilityArgs> = {}): HubObservabilityArgs {
  return {
    gateway: {
      host: "ingest.ops.example.com",
      serverCertificate: "server certificate\n",
      serverPrivateKey: "server key\n",
      clientTrustBundle: ["first authority\n", "second authority"],
    },
    cells: { main: { metrics: { bucket: connection } } },
    tenants: { dev: { retentionDays: 30 }, shared: { displayName: "Shared", retentionDays: 365 } },
    edges: {
      dev: { ...edge, tenant: "dev" },
      one: { ...edge, tenant: "shared", outage: "12h", keyGeneration: 3 },
      two: { ...edge, tenant: "shared", activeSeries: 1_000_000 },
      gone: { ...edge, tenant: "dev", revoked: true },
    },
    ...overrides,
  };
}
