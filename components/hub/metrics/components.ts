import { INGESTER } from "../backend/backend";

/** What Mimir consists of, and, but for the query-scheduler and the ruler, Cortex as we run it. */
export const METRICS_COMPONENTS = [
  "distributor",
  INGESTER,
  "querier",
  "query-frontend",
  "query-scheduler",
  "store-gateway",
  "compactor",
  "ruler",
] as const;
export type MetricsComponent = (typeof METRICS_COMPONENTS)[number];

/** Those of which every sample or block is kept by several. */
export const REPLICATED = [INGESTER, "store-gateway"] as const satisfies readonly MetricsComponent[];
export type ReplicatedComponent = (typeof REPLICATED)[number];
