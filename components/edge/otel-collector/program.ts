import type * as k8s from "@pulumi/kubernetes";
import { goMemoryLimit } from "../../kit/go-memory";
import type { EdgeExporterArgs } from "../exporters";
import type { NodeProgram } from "../logs/node-agent";
import {
  CONFIG_FILE,
  CONFIG_FOLDER,
  FEATURE_GATES,
  STATE_FOLDER,
  type CollectorConfig,
} from "./config";
import { IDENTITY_FOLDER, tokenVariable } from "./exporters";
import {
  COLLECTOR_HEALTH_PORT,
  COLLECTOR_METRICS_PORT,
  OTEL_AGENT,
  OTLP_GRPC_PORT,
  OTLP_HTTP_PORT,
} from "./role";

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
  {
    config,
    memoryBytes,
    readsLogs,
  }: { config: CollectorConfig; memoryBytes: number; readsLogs: boolean },
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

/** `instance`: the field of the pod by which it differs from the others, and which it keeps. */
export function collectorEnv(
  instance: "spec.nodeName" | "metadata.name",
  config: CollectorConfig,
  memoryBytes: number,
  exporters: readonly EdgeExporterArgs[],
): k8s.types.input.core.v1.EnvVar[] {
  return [
    { name: "INSTANCE", valueFrom: { fieldRef: { fieldPath: instance } } },
    { name: "GOMEMLIMIT", value: goMemoryLimit(memoryBytes, 0.8) },
    ...exporters.flatMap((exporter) => {
      const { secretName: name, secretKey: key = "token" } = exporter;
      const variable = tokenVariable(exporter);
      // Of those that it sends to: the Secrets of the others need not be there.
      const named = JSON.stringify(config.exporters).includes(variable);
      return name && named ? [{ name: variable, valueFrom: { secretKeyRef: { name, key } } }] : [];
    }),
  ];
}
