/** What an edge is expected to send in a second, where nothing is said of it. */
export const USUAL_RATES = { logBytesPerSecond: 100_000, spansPerSecond: 200 } as const;

/** Days for which a tenant's data is kept, where nothing is said of it. */
export const USUAL_RETENTION_DAYS = { logs: 30, traces: 7 } as const;

/** Cell that stores a tenant's data, where nothing is said of it. */
export const USUAL_CELL = "main";
