import type { Backend } from "./backend";
import { CORTEX } from "./cortex";
import { LOKI } from "./loki";
import { MIMIR } from "./mimir";
import { TEMPO } from "./tempo";
import { THANOS } from "./thanos";

/** Every backend, one line each. The first of a signal is its default. */
export const BACKENDS: readonly Backend[] = [MIMIR, CORTEX, THANOS, LOKI, TEMPO];

/** Backends that can store the metrics of a cell. */
export const MetricsBackend = {
  /** Grafana Mimir. */
  mimir: "mimir",
  /** Cortex. */
  cortex: "cortex",
  /** Thanos, with downsampling. */
  thanos: "thanos",
} as const;
export type MetricsBackend = (typeof MetricsBackend)[keyof typeof MetricsBackend];

/** Backends that can store the logs of a cell. */
export const LogsBackend = {
  /** Grafana Loki. */
  loki: "loki",
} as const;
export type LogsBackend = (typeof LogsBackend)[keyof typeof LogsBackend];

/** Backends that can store the traces of a cell. */
export const TracesBackend = {
  /** Grafana Tempo. */
  tempo: "tempo",
} as const;
export type TracesBackend = (typeof TracesBackend)[keyof typeof TracesBackend];
