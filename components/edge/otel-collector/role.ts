import type { Role } from "../../kit/labels";

/** One on every node: takes what applications send, reads the logs of pods. */
export const OTEL_AGENT: Role = { name: "otel-agent" };
/** Sees whole traces: counts, samples, sends. */
export const OTEL_GATEWAY: Role = { name: "otel-gateway" };

export const OTLP_GRPC_PORT = 4317;
export const OTLP_HTTP_PORT = 4318;
export const COLLECTOR_METRICS_PORT = 8888;
export const COLLECTOR_HEALTH_PORT = 13133;

/** Addresses of the gateway's collectors, which they keep: each trace is for one of them. */
export function gatewayHosts(namespace: string, replicas: number): string[] {
  const { name } = OTEL_GATEWAY;
  return Array.from(
    { length: replicas },
    (_, index) => `${name}-${index}.${name}.${namespace}.svc:${OTLP_GRPC_PORT}`,
  );
}
