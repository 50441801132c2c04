import type { EdgeLabels, Signal } from "../contract/names";
import { bytesQuantity, parseQuantity } from "../kit/quantity";
import type { EdgeExtraConfigArgs } from "./args";
import type { EdgeExporters } from "./collector/args";
import { agentBudget, gatewayBudget, queueOn } from "./collector/budget";
import { otelAgentConfig, otelGatewayConfig, type CollectorConfig } from "./collector/config";
import { gatewayHosts } from "./collector/program";
import { merged } from "../kit/extra-config";
import type { HubTarget } from "./hub-target";
import type { EdgeLogs } from "./logs/args";
import type { LogAgent } from "./logs/log-agent";
import type { LogPipeline } from "./logs/pipeline";
import { LOG_AGENTS, logOutput } from "./logs/registry";
import type { EdgeTraces } from "./traces/args";
import { defaultPercentage, type Sampling } from "./traces/sampling";

export interface TelemetryArgs {
  readonly labels: EdgeLabels;
  readonly hub: HubTarget;
  /** Signals that the hub stores of this edge. */
  readonly signals: readonly Signal[];
  readonly namespace: string;
  readonly nodeNamespace: string;
  readonly outageSeconds: number;
  readonly logs: EdgeLogs;
  readonly traces: EdgeTraces;
  readonly exporters: EdgeExporters;
  readonly logBytesPerSecond: number;
  readonly spansPerSecond: number;
  readonly nodes: number;
  readonly extraConfig?: EdgeExtraConfigArgs | undefined;
}

interface Collector {
  readonly config: CollectorConfig;
  readonly memoryBytes: number;
}

/** The programs of an edge for its logs and traces. None where it sends neither. */
export interface Telemetry {
  /** The collector on every node. */
  readonly agent?: Collector & { readonly readsLogs: boolean };
  readonly gateway?: Collector & { readonly replicas: number; readonly disk: string };
  /** A log agent beside the collector. */
  readonly logs?: { readonly agent: LogAgent; readonly pipeline: LogPipeline };
  readonly exporters: EdgeExporters;
  /** The most that queues take of the disk of each node, as a Kubernetes quantity. */
  readonly nodeDisk?: string;
}

export function resolveTelemetry(args: TelemetryArgs): Telemetry {
  const { labels, hub, signals, namespace, nodeNamespace, logs, traces, exporters } = args;
  const { outageSeconds, logBytesPerSecond, spansPerSecond, nodes, extraConfig = {} } = args;
  const logsOn = logs.enabled && signals.includes("logs");
  const tracesOn = traces.enabled && signals.includes("traces");
  if (!logsOn && !tracesOn) return { exporters };

  const { tier, gatewayReplicas: replicas, redact, spanMetrics } = traces;
  const sampling = samplingOf(traces, labels.environment);
  const logAgent = LOG_AGENTS[logs.agent];
  const readsLogs = logsOn && !logAgent.program;
  const rates = {
    outageSeconds,
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
  const pipeline = (): LogPipeline => ({
    labels,
    nodeNamespace,
    multiline: logs.multiline,
    drop: logs.drop,
    redact: logs.redact,
    output: logOutput(logAgent, hub, { labels, queueBytes }),
  });
  const common = { labels, hub, exporters };
  const passOn = {
    gateways: gatewayHosts(namespace, replicas),
    queueBytes: derived.gatewayQueueBytes,
  };
  const ofGateway = gatewayBudget({ ...rates, sampling, replicas });
  const gatewayQueue = traces.disk ? queueOn(parseQuantity(traces.disk)) : ofGateway.queueBytes;
  const agentConfig = () =>
    otelAgentConfig({
      ...common,
      memoryBytes: derived.memoryBytes,
      queueBytes,
      ...(readsLogs && { logs: pipeline() }),
      ...(tracesOn && {
        traces:
          tier === "gateway"
            ? { redact, ...passOn }
            : { redact, sampling, spanMetrics, spansPerSecond },
      }),
    });
  const gatewayConfig = () =>
    otelGatewayConfig({
      ...common,
      memoryBytes: ofGateway.memoryBytes,
      queueBytes: gatewayQueue,
      sampling,
      spanMetrics,
      spansPerSecond: spansPerSecond / replicas,
    });
  return {
    exporters,
    nodeDisk: logs.disk ?? bytesQuantity(derived.diskBytes),
    ...((readsLogs || tracesOn) && {
      agent: {
        readsLogs,
        memoryBytes: derived.memoryBytes,
        config: merged(agentConfig(), extraConfig.collector),
      },
    }),
    ...(tracesOn &&
      tier === "gateway" && {
        gateway: {
          replicas,
          disk: traces.disk ?? bytesQuantity(ofGateway.diskBytes),
          memoryBytes: ofGateway.memoryBytes,
          config: merged(gatewayConfig(), extraConfig.collectorGateway),
        },
      }),
    ...(logsOn &&
      logAgent.program && {
        logs: { agent: logAgent, pipeline: pipeline() },
      }),
  };
}

function samplingOf(traces: EdgeTraces, environment: string): Sampling {
  const { tier, sampling, samplingPercentage, decisionWait, slowerThan } = traces;
  return {
    kind: sampling ?? (tier === "gateway" ? "tail" : "probabilistic"),
    percentage: samplingPercentage ?? defaultPercentage(environment),
    decisionWait,
    slowerThan,
  };
}
