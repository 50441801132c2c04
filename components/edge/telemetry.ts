import type { EdgeLabels, Signal } from "../contract/names";
import { toSeconds } from "../kit/duration";
import { bytesQuantity, parseQuantity } from "../kit/quantity";
import type { EdgeExporterArgs } from "./collector/args";
import type { LogPipeline } from "./logs/pipeline";
import type { EdgeLogAgent, EdgeLogsArgs } from "./logs/args";
import { agentBudget, gatewayBudget, queueOn } from "./collector/budget";
import { otelAgentConfig, otelGatewayConfig, type CollectorConfig } from "./collector/config";
import { gatewayHosts } from "./collector/program";
import { defaultPercentage, type Sampling } from "./traces/sampling";
import type { EdgeTracesArgs } from "./traces/args";

export interface TelemetryArgs {
  readonly labels: EdgeLabels;
  readonly hub: {
    readonly url: string;
    readonly serverName: string;
    readonly signals?: readonly Signal[];
  };
  readonly namespace: string;
  readonly nodeNamespace: string;
  readonly outage: string;
  readonly logs?: EdgeLogsArgs;
  readonly traces?: EdgeTracesArgs;
  readonly exporters?: readonly EdgeExporterArgs[];
  readonly logBytesPerSecond?: number;
  readonly spansPerSecond?: number;
  readonly nodes?: number;
}

interface Collector {
  readonly config: CollectorConfig;
  readonly memoryBytes: number;
}

/** What an edge runs for its logs and traces; nothing of it where it sends neither. */
export interface Telemetry {
  /** The collector on every node. */
  readonly agent?: Collector & { readonly readsLogs: boolean };
  readonly gateway?: Collector & { readonly replicas: number; readonly disk: string };
  /** What another program than the collector is to do with logs. */
  readonly logs?: { readonly agent: Exclude<EdgeLogAgent, "otel">; readonly pipeline: LogPipeline };
  readonly exporters: readonly EdgeExporterArgs[];
  /** What queues may take of each node's disk, as a Kubernetes quantity. */
  readonly nodeDisk?: string;
}

export function resolveTelemetry(args: TelemetryArgs): Telemetry {
  const {
    labels,
    hub,
    namespace,
    nodeNamespace,
    outage,
    logs = {},
    traces = {},
    exporters = [],
  } = args;
  const on = (signal: Signal, enabled = true) => enabled && (hub.signals ?? []).includes(signal);
  const [logsOn, tracesOn] = [on("logs", logs.enabled), on("traces", traces.enabled)];
  if (!logsOn && !tracesOn) return { exporters };

  const { agent: logAgent = "otel" } = logs;
  const { logBytesPerSecond = 100_000, spansPerSecond = 200, nodes = 1 } = args;
  const {
    tier = "gateway",
    gatewayReplicas: replicas = 1,
    redact = [],
    spanMetrics = true,
  } = traces;
  const sampling = samplingOf(traces, tier, labels.environment);
  const readsLogs = logsOn && logAgent === "otel";
  const rates = {
    outageSeconds: toSeconds(outage),
    logBytesPerSecond,
    spansPerSecond,
    nodes,
    exporters: exporters.length,
  };
  const derived = agentBudget({
    ...rates,
    logs: logsOn,
    ...(tracesOn && tier === "agent" && { ownSampling: sampling }),
  });
  const queueBytes = logs.disk ? queueOn(parseQuantity(logs.disk)) : derived.queueBytes;
  const pipeline: LogPipeline = {
    labels,
    url: hub.url,
    serverName: hub.serverName,
    nodeNamespace,
    multiline: logs.multiline ?? [],
    drop: logs.drop ?? [],
    redact: logs.redact ?? [],
    queueBytes,
    outageSeconds: rates.outageSeconds,
  };
  const common = { labels, hub, exporters };
  const passOn = {
    gateways: gatewayHosts(namespace, replicas),
    queueBytes: derived.gatewayQueueBytes,
  };
  const ofGateway = gatewayBudget({ ...rates, sampling, replicas });
  const gatewayQueue = traces.disk ? queueOn(parseQuantity(traces.disk)) : ofGateway.queueBytes;
  return {
    exporters,
    nodeDisk: logs.disk ?? bytesQuantity(derived.diskBytes),
    ...((readsLogs || tracesOn) && {
      agent: {
        readsLogs,
        memoryBytes: derived.memoryBytes,
        config: otelAgentConfig({
          ...common,
          memoryBytes: derived.memoryBytes,
          queueBytes,
          ...(readsLogs && { logs: pipeline }),
          ...(tracesOn && {
            traces:
              tier === "gateway"
                ? { redact, ...passOn }
                : { redact, sampling, spanMetrics, spansPerSecond },
          }),
        }),
      },
    }),
    ...(tracesOn &&
      tier === "gateway" && {
        gateway: {
          replicas,
          disk: traces.disk ?? bytesQuantity(ofGateway.diskBytes),
          memoryBytes: ofGateway.memoryBytes,
          config: otelGatewayConfig({
            ...common,
            memoryBytes: ofGateway.memoryBytes,
            queueBytes: gatewayQueue,
            sampling,
            spanMetrics,
            spansPerSecond: spansPerSecond / replicas,
          }),
        },
      }),
    ...(logsOn && logAgent !== "otel" && { logs: { agent: logAgent, pipeline } }),
  };
}

function samplingOf(
  traces: EdgeTracesArgs,
  tier: "gateway" | "agent",
  environment: string,
): Sampling {
  const { sampling, samplingPercentage, decisionWait = "10s", slowerThan = "2s" } = traces;
  return {
    kind: sampling ?? (tier === "gateway" ? "tail" : "probabilistic"),
    percentage: samplingPercentage ?? defaultPercentage(environment),
    decisionWait,
    slowerThan,
  };
}
