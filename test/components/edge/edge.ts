import type { EdgeAgentArgs } from "../../../components/edge/args";
import { resolveSources } from "../../../components/edge/metrics/sources/args";
import type { AgentConfigArgs } from "../../../components/edge/metrics/config";

/** An edge as tests have it. */
export const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
export const privateKey = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n";

export const edgeArgs: EdgeAgentArgs = {
  cluster: "dev",
  environment: "dev",
  region: "uaenorth",
  clusterType: "workload",
  tenantId: "customer-a",
  hub: {
    url: "https://ingest.ops.example.com",
    serverName: "ingest.ops.example.com",
    trustBundle: [certificate],
    certificate,
    privateKey,
  },
};

export const configArgs: AgentConfigArgs = {
  labels: {
    cluster: "dev",
    environment: "dev",
    region: "uaenorth",
    cluster_type: "workload",
    tenant_id: "customer-a",
  },
  replica: "prometheus-agent-0",
  url: "https://ingest.ops.example.com",
  serverName: "ingest.ops.example.com",
  scrapeInterval: "15s",
  sources: resolveSources(),
  namespace: "heliograph",
  nodeNamespace: "heliograph-node",
  verifyKubelets: true,
};
