import { WRITE_PATHS } from "../../contract/hub";
import type { Signal } from "../../contract/names";
import { BY_REMOTE_WRITE } from "../../rules/metrics";
import { MAX_LOKI_PUSH_BYTES } from "../../backends/loki/config";
import { MAX_PUSH_BYTES } from "../../backends/kit/rings/config";
import type { MetricsProgram } from "../../backends/kit/rings/program";
import { MAX_OTLP_BYTES } from "../../backends/tempo/config";

export type Protocol = typeof BY_REMOTE_WRITE | "Loki push" | "OTLP/HTTP" | "OTLP/gRPC";

/** Who writes are passed on to; as names of NGINX, so without a hyphen. */
export const UPSTREAMS = ["metrics", "loki", "tempo", "tempo_grpc"] as const;
export type Upstream = (typeof UPSTREAMS)[number];

/** A way in for data of edges. */
export interface WritePath {
  readonly path: string;
  readonly signal: Signal;
  readonly protocol: Protocol;
  readonly upstream: Upstream;
  /** Which of the paths of the cell's backend it is, where they are not all the same. */
  readonly at?: keyof MetricsProgram["writePaths"];
  /** Largest body that the backend takes, so that the gateway refuses nothing that it would take. */
  readonly maxBodyBytes: number;
}

/** Every way in. NGINX's configuration, the gateway's answers and their documentation are made from this table. */
export const WAYS_IN: readonly WritePath[] = [
  {
    path: WRITE_PATHS.metrics,
    signal: "metrics",
    protocol: BY_REMOTE_WRITE,
    upstream: "metrics",
    at: "push",
    maxBodyBytes: MAX_PUSH_BYTES,
  },
  {
    path: WRITE_PATHS.otlpMetrics,
    signal: "metrics",
    protocol: "OTLP/HTTP",
    upstream: "metrics",
    at: "otlp",
    maxBodyBytes: MAX_PUSH_BYTES,
  },
  {
    path: WRITE_PATHS.logs,
    signal: "logs",
    protocol: "Loki push",
    upstream: "loki",
    maxBodyBytes: MAX_LOKI_PUSH_BYTES,
  },
  {
    path: WRITE_PATHS.otlpLogs,
    signal: "logs",
    protocol: "OTLP/HTTP",
    upstream: "loki",
    maxBodyBytes: MAX_LOKI_PUSH_BYTES,
  },
  {
    path: WRITE_PATHS.traces,
    signal: "traces",
    protocol: "OTLP/HTTP",
    upstream: "tempo",
    maxBodyBytes: MAX_OTLP_BYTES,
  },
  {
    path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    signal: "traces",
    protocol: "OTLP/gRPC",
    upstream: "tempo_grpc",
    maxBodyBytes: MAX_OTLP_BYTES,
  },
];

/** What people write to. gRPC has no path that anybody would type. */
export const POST_TO = WAYS_IN.filter(({ protocol }) => protocol !== "OTLP/gRPC")
  .map(({ path }) => path)
  .join(", ");
