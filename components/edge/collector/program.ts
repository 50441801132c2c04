import type * as k8s from "@pulumi/kubernetes";
import { goMemoryLimit } from "../../kit/go-memory";
import type { EdgeExporterArgs } from "./args";
import type { NodeProgram } from "../node-agent";
import { IDENTITY_FOLDER, tokenVariable } from "./exporters";
import type { Role } from "../../kit/labels";

/** The collector on every node: receives from applications, and reads the logs of pods. */
export const OTEL_AGENT: Role = { name: "otel-agent" };
/** The collector gateway, which sees whole traces: it counts, samples and sends. */
export const OTEL_GATEWAY: Role = { name: "otel-gateway" };

export const OTLP_GRPC_PORT = 4317;
export const OTLP_HTTP_PORT = 4318;
export const COLLECTOR_METRICS_PORT = 8888;
export const COLLECTOR_HEALTH_PORT = 13133;

/** Stable addresses of the collector gateway's pods: each trace is for one of them. */
export function gatewayHosts(namespace: string, replicas: number): string[] {
  const { name } = OTEL_GATEWAY;
  return Array.from(
    { length: replicas },
    (_, index) => `${name}-${index}.${name}.${namespace}.svc:${OTLP_GRPC_PORT}`,
  );
}

export const CONFIG_FOLDER = "/etc/otelcol";
export const CONFIG_FILE = "config.yaml";
/** Queues and positions. */
export const STATE_FOLDER = "/var/lib/otelcol";

/**
 * Passes lines on while they are read. Without it the receiver of files collects them in memory for
 * 100 ms, with their position stored: a kill then loses them (seen).
 */
export const FEATURE_GATES = "stanza.synchronousLogEmitter";

interface Config {
  readonly exporters: object;
}

/** How a collector is started, on a node or behind them. */
export const COLLECTOR = {
  args: [`--config=${CONFIG_FOLDER}/${CONFIG_FILE}`, `--feature-gates=${FEATURE_GATES}`],
  ports: {
    "otlp-grpc": OTLP_GRPC_PORT,
    "otlp-http": OTLP_HTTP_PORT,
    metrics: COLLECTOR_METRICS_PORT,
  },
  health: { port: COLLECTOR_HEALTH_PORT, path: "/" },
} as const;

export function otelAgentProgram(
  image: string,
  { config, memoryBytes, readsLogs }: { config: Config; memoryBytes: number; readsLogs: boolean },
  exporters: readonly EdgeExporterArgs[],
): NodeProgram {
  return {
    ...COLLECTOR,
    role: OTEL_AGENT,
    image,
    env: collectorEnv("spec.nodeName", config, memoryBytes, exporters),
    metricsPort: COLLECTOR_METRICS_PORT,
    configFolder: CONFIG_FOLDER,
    identityFolder: IDENTITY_FOLDER,
    stateFolder: STATE_FOLDER,
    memoryBytes,
    readsLogs,
  };
}

/** `instance`: the field of the pod that tells it from the others, and that it keeps. */
export function collectorEnv(
  instance: "spec.nodeName" | "metadata.name",
  config: Config,
  memoryBytes: number,
  exporters: readonly EdgeExporterArgs[],
): k8s.types.input.core.v1.EnvVar[] {
  return [
    { name: "INSTANCE", valueFrom: { fieldRef: { fieldPath: instance } } },
    { name: "GOMEMLIMIT", value: goMemoryLimit(memoryBytes, 0.8) },
    ...exporters.flatMap((exporter) => {
      const { secretName: name, secretKey: key = "token" } = exporter;
      const variable = tokenVariable(exporter);
      // Only of destinations to which it sends: the Secrets of the others need not exist.
      const named = JSON.stringify(config.exporters).includes(variable);
      return name && named ? [{ name: variable, valueFrom: { secretKeyRef: { name, key } } }] : [];
    }),
  ];
}
