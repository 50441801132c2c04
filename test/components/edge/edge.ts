import type { EdgeAgentArgs, EdgeHubArgs } from "../../../components/edge/args";
import { edgeExporters } from "../../../components/edge/collector/args";
import { hubTarget } from "../../../components/edge/hub-target";
import type { EdgeLocalStoreArgs } from "../../../components/edge/local-store/args";
import { edgeLogs } from "../../../components/edge/logs/args";
import type { AgentConfigArgs } from "../../../components/edge/metrics/config";
import { resolveSources } from "../../../components/edge/metrics/sources/registry";
import {
  resolveTelemetry,
  type Telemetry,
  type TelemetryArgs,
} from "../../../components/edge/telemetry";
import { edgeTraces } from "../../../components/edge/traces/args";
import { toSeconds } from "../../../components/kit/duration";

/** An edge as tests have it. */
export const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
export const privateKey = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n";

export const edgeArgs = {
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
  } as EdgeHubArgs,
} satisfies EdgeAgentArgs;

/** Metrics that stay at an edge. */
export const localStore: EdgeLocalStoreArgs = {
  bucket: {
    s3Compatible: {
      existing: {
        bucket: "edges",
        endpoint: "10.0.0.1:9000",
        accessKeyId: "id",
        secretAccessKey: "key",
      },
    },
  },
  queryTrust: [certificate],
};

export const hubAddress = {
  url: "https://ingest.ops.example.com",
  serverName: "ingest.ops.example.com",
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
  hub: hubTarget(hubAddress),
  scrapeInterval: "15s",
  sources: resolveSources(),
  namespace: "heliograph",
  nodeNamespace: "heliograph-node",
  verifyKubelets: true,
};

export type TelemetryOf = Partial<Pick<TelemetryArgs, "labels" | "namespace" | "nodeNamespace">> &
  Pick<
    EdgeAgentArgs,
    "logs" | "traces" | "exporters" | "logBytesPerSecond" | "spansPerSecond" | "nodes"
  > & {
    readonly hub?: Pick<EdgeHubArgs, "signals"> & { url: string; serverName: string };
    readonly outage?: string;
  };

/** Telemetry of an edge that these arguments describe; its hub takes everything by default. */
export function telemetryOf({
  hub = hubAddress,
  outage = "6h",
  logs,
  traces,
  exporters,
  ...args
}: TelemetryOf = {}): Telemetry {
  return resolveTelemetry({
    labels: configArgs.labels,
    namespace: "heliograph",
    nodeNamespace: "heliograph-node",
    hub: hubTarget(hub),
    signals: hub.signals ?? ["metrics", "logs", "traces"],
    outageSeconds: toSeconds(outage),
    logBytesPerSecond: 100_000,
    spansPerSecond: 200,
    nodes: 1,
    ...(args as object),
    logs: edgeLogs.parse(logs),
    traces: edgeTraces.parse(traces),
    exporters: edgeExporters.parse(exporters),
  });
}
