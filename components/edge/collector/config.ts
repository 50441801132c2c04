import type { EdgeLabels } from "../../contract/names";
import type { EdgeExporterArgs, EdgeExporterSignal } from "./args";
import type { EdgeRedactArgs } from "../logs/args";
import type { LogPipeline } from "../logs/pipeline";
import {
  extraExporters,
  HUB,
  HUB_IN_ORDER,
  hubExporters,
  fileStorage,
  queue,
  RETRY_FOR_EVER,
  STORAGE,
} from "./exporters";
import type { HubTarget } from "../hub-target";
import {
  BY_COLLECTOR,
  dropConditions,
  groupByLabels,
  k8sAttributes,
  logStatements,
  pointStatements,
  resourceStatements,
  spanStatements,
} from "./labels";
import { podLogReceivers } from "./pod-logs";
import {
  COLLECTOR_HEALTH_PORT,
  COLLECTOR_METRICS_PORT,
  OTLP_GRPC_PORT,
  OTLP_HTTP_PORT,
  STATE_FOLDER,
} from "./program";
import { sampler, type Sampling } from "../traces/sampling";
import { serviceGraph, SPAN_METRICS } from "../traces/span-metrics";

type Components = Readonly<Record<string, object>>;

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/**
 * What we write of a collector's configuration:
 * https://opentelemetry.io/docs/collector/configuration/
 */
export interface CollectorConfig {
  readonly extensions: Components;
  readonly receivers: Components;
  readonly processors: Components;
  readonly connectors: Components;
  readonly exporters: Components;
  readonly service: {
    readonly extensions: readonly string[];
    readonly telemetry: object;
    readonly pipelines: Readonly<Record<string, Pipeline>>;
  };
}

/** What both tiers are told. */
interface CollectorArgs {
  readonly labels: EdgeLabels;
  readonly hub: HubTarget;
  readonly memoryBytes: number;
  /** Disk for what the hub has not taken, by signal. */
  readonly queueBytes: number;
  readonly exporters: readonly EdgeExporterArgs[];
}

/** How traces leave for the hub. */
interface TraceArgs {
  readonly sampling: Sampling;
  readonly spanMetrics: boolean;
  readonly spansPerSecond: number;
}

interface OtelAgentConfigArgs extends CollectorArgs {
  /** What it reads of pods; left out where another program does. */
  readonly logs?: LogPipeline;
  /** What it does with traces; left out, it takes none. */
  readonly traces?: { readonly redact: readonly EdgeRedactArgs[] } & (
    { readonly gateways: readonly string[]; readonly queueBytes: number } | TraceArgs
  );
}

interface OtelGatewayConfigArgs extends CollectorArgs, TraceArgs {}

const LIMITER = "memory_limiter";
const IDENTIFIED = [LIMITER, "k8s_attributes"];

/** On every node: what applications send, and what pods log. */
export function otelAgentConfig(args: OtelAgentConfigArgs): CollectorConfig {
  const { labels, logs, traces, exporters, queueBytes } = args;
  const labelled = [...IDENTIFIED, "transform/resource"];
  const extras = (signal: EdgeExporterSignal) => extraExporters(exporters, signal);
  const passedOn = traces && "gateways" in traces;
  return collector(args, {
    receivers: logs ? podLogReceivers(logs) : {},
    processors: {
      k8s_attributes: k8sAttributes,
      "transform/resource": transform({
        trace: [resourceStatements(labels), ...spanStatements(traces?.redact ?? [])],
        metric: [resourceStatements(labels), pointStatements(labels)],
      }),
      ...(logs && logProcessors(logs)),
    },
    exporters: {
      ...hubExporters(args.hub, queueBytes),
      ...(logs && extras("logs")),
      ...(traces && !passedOn && extras("traces")),
      ...(passedOn && { load_balancing: toGateways(traces) }),
    },
    ways: [
      {
        pipelines: {
          metrics: { receivers: ["otlp"], processors: labelled, exporters: [HUB_IN_ORDER] },
          ...(logs && {
            logs: {
              receivers: ["otlp", ...Object.keys(podLogReceivers(logs))],
              processors: [...IDENTIFIED, ...Object.keys(logProcessors(logs))],
              exporters: [HUB, ...Object.keys(extras("logs"))],
            },
          }),
          ...(passedOn && {
            traces: { receivers: ["otlp"], processors: labelled, exporters: ["load_balancing"] },
          }),
        },
      },
      ...(traces && !passedOn
        ? [
            traceWay({ ...traces, labels, wholeTraces: false }, labelled, [
              HUB,
              ...Object.keys(extras("traces")),
            ]),
          ]
        : []),
    ],
  });
}

/** Behind the agents: every span of a trace comes to the same one. */
export function otelGatewayConfig(args: OtelGatewayConfigArgs): CollectorConfig {
  const extras = extraExporters(args.exporters, "traces");
  return collector(args, {
    receivers: {},
    processors: {},
    exporters: { ...hubExporters(args.hub, args.queueBytes), ...extras },
    ways: [traceWay({ ...args, wholeTraces: true }, [LIMITER], [HUB, ...Object.keys(extras)])],
  });
}

/** Pipelines, and what they need that no other has. */
interface Way {
  readonly processors?: Components;
  readonly connectors?: Components;
  readonly pipelines: Readonly<Record<string, Pipeline>>;
}

interface Parts {
  readonly receivers: Components;
  readonly processors: Components;
  readonly exporters: Components;
  readonly ways: readonly Way[];
}

function collector(
  { memoryBytes }: CollectorArgs,
  { receivers, processors, exporters, ways }: Parts,
): CollectorConfig {
  const merged = <Key extends "processors" | "connectors" | "pipelines">(key: Key) =>
    Object.assign({}, ...ways.map((way) => way[key])) as NonNullable<Way[Key]>;
  const everywhere = (port: number) => `0.0.0.0:${port}`;
  return {
    extensions: {
      health_check: { endpoint: everywhere(COLLECTOR_HEALTH_PORT) },
      [STORAGE]: fileStorage(`${STATE_FOLDER}/queue`),
    },
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: everywhere(OTLP_GRPC_PORT) },
          http: { endpoint: everywhere(OTLP_HTTP_PORT) },
        },
      },
      ...receivers,
    },
    processors: { [LIMITER]: memoryLimiter(memoryBytes), ...processors, ...merged("processors") },
    connectors: merged("connectors"),
    exporters,
    service: {
      extensions: ["health_check", STORAGE],
      telemetry: {
        resource: { "service.instance.id": "${env:INSTANCE}" },
        metrics: {
          readers: [{ pull: { exporter: { prometheus: OWN_METRICS } } }],
        },
      },
      pipelines: merged("pipelines"),
    },
  };
}

/** By the names of upstream's documentation. */
const OWN_METRICS = {
  host: "0.0.0.0",
  port: COLLECTOR_METRICS_PORT,
  without_scope_info: true,
  without_units: true,
} as const;

function transform(signals: Record<string, object[]>) {
  return {
    error_mode: "ignore",
    ...Object.fromEntries(
      Object.entries(signals).map(([signal, statements]) => [`${signal}_statements`, statements]),
    ),
  };
}

/** Above the limit senders are refused and try again; the pod's own limit would end it. */
function memoryLimiter(bytes: number) {
  const mebibytes = (share: number) => Math.floor((share * bytes) / 2 ** 20);
  return { check_interval: "1s", limit_mib: mebibytes(0.85), spike_limit_mib: mebibytes(0.2) };
}

/** Its own processors of the pipeline of logs, in their order. */
function logProcessors(logs: LogPipeline): Components {
  const drop = dropConditions(logs);
  return {
    ...(drop.length > 0 && { "filter/logs": { error_mode: "ignore", log_conditions: drop } }),
    "transform/logs": transform({ log: logStatements(logs) }),
    groupbyattrs: groupByLabels,
  };
}

/**
 * One backend after the other would be left out while it is away, and traces torn: the list is
 * fixed, and spans wait for theirs in the queue.
 */
function toGateways({ gateways, queueBytes }: { gateways: readonly string[]; queueBytes: number }) {
  return {
    routing_key: "traceID",
    resolver: { static: { hostnames: gateways } },
    protocol: {
      otlp: {
        // Inside the cluster, between pods that policies allow.
        tls: { insecure: true },
        timeout: "10s",
        // While a gateway restarts, only what is for it waits; later on the whole batch is tried
        // again, also what is for others.
        retry_on_failure: {
          enabled: true,
          initial_interval: "500ms",
          max_interval: "5s",
          max_elapsed_time: "30s",
        },
        sending_queue: { enabled: false },
      },
    },
    retry_on_failure: RETRY_FOR_EVER,
    sending_queue: queue(queueBytes, "200ms"),
  };
}

interface TraceWayArgs extends TraceArgs {
  readonly labels: EdgeLabels;
  /** Whether every span of a trace comes here: only then is it seen which service calls which. */
  readonly wholeTraces: boolean;
}

/** Spans are counted before they are sampled: the rate of calls and errors is that of all. */
function traceWay(
  { sampling, spanMetrics, spansPerSecond, labels, wholeTraces }: TraceWayArgs,
  before: readonly string[],
  exporters: readonly string[],
): Way {
  const sampling_ = sampler(sampling, spansPerSecond);
  const samplers = Object.keys(sampling_);
  if (!spanMetrics) {
    return {
      processors: sampling_,
      pipelines: {
        traces: { receivers: ["otlp"], processors: [...before, ...samplers], exporters },
      },
    };
  }
  const counters = {
    span_metrics: SPAN_METRICS,
    ...(wholeTraces && { service_graph: serviceGraph(sampling, spansPerSecond) }),
  };
  return {
    processors: {
      ...sampling_,
      "transform/points": transform({ metric: [pointStatements(labels, BY_COLLECTOR)] }),
    },
    connectors: { forward: {}, ...counters },
    pipelines: {
      "traces/all": {
        receivers: ["otlp"],
        processors: before,
        exporters: [...Object.keys(counters), "forward"],
      },
      traces: { receivers: ["forward"], processors: samplers, exporters },
      "metrics/spans": {
        receivers: Object.keys(counters),
        processors: ["transform/points"],
        exporters: [HUB_IN_ORDER],
      },
    },
  };
}
