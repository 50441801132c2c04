import type { Backend } from "./backend";
import { CORTEX } from "./cortex";
import { LOKI } from "./loki";
import { MIMIR } from "./mimir";
import { TEMPO } from "./tempo";
import { THANOS } from "./thanos";

/** Every backend, one line each. The first of a signal is its default. */
export const BACKENDS: readonly Backend[] = [MIMIR, CORTEX, THANOS, LOKI, TEMPO];

/** Which backend stores the metrics of a cell. */
export const MetricsBackend = { mimir: "mimir", cortex: "cortex", thanos: "thanos" } as const;
export type MetricsBackend = (typeof MetricsBackend)[keyof typeof MetricsBackend];

/** Which backend stores the log lines of a cell. */
export const LogsBackend = { loki: "loki" } as const;
export type LogsBackend = (typeof LogsBackend)[keyof typeof LogsBackend];

/** Which backend stores the traces of a cell. */
export const TracesBackend = { tempo: "tempo" } as const;
export type TracesBackend = (typeof TracesBackend)[keyof typeof TracesBackend];
