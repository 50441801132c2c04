import type { Signal } from "./names";

/** What an edge is expected to send in a second, where the inventory does not say it. */
export const DEFAULT_RATES = { logBytesPerSecond: 100_000, spansPerSecond: 200 } as const;

/** Days for which a tenant's data is kept, where the inventory does not say it. */
export const DEFAULT_RETENTION_DAYS = { logs: 30, traces: 7 } as const;

/** Cell that stores a tenant's data, where the inventory does not name one. */
export const DEFAULT_CELL = "main";

/** What a cluster is for, where the inventory does not say it. */
export const DEFAULT_CLUSTER_TYPE = "workload";

/**
 * Backends that store a signal, where nobody names one: hubs from before there was a choice have
 * them. Each is the first of its signal in the registry.
 */
export const DEFAULT_BACKENDS = {
  metrics: "mimir",
  logs: "loki",
  traces: "tempo",
} as const satisfies Record<Signal, string>;
