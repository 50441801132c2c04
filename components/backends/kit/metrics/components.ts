import { INGESTER } from "../architecture";

/**
 * What one backend or another consists of. `all-querier` answers queries over several tenants,
 * where `querier` answers those of one alone.
 */
export const METRICS_COMPONENTS = [
  "distributor",
  INGESTER,
  "querier",
  "query-frontend",
  "query-scheduler",
  "store-gateway",
  "compactor",
  "ruler",
  "all-querier",
] as const;
export type MetricsComponent = (typeof METRICS_COMPONENTS)[number];

/** Those of which every sample or block is kept by several. */
export const REPLICATED = [
  INGESTER,
  "store-gateway",
] as const satisfies readonly MetricsComponent[];
export type ReplicatedComponent = (typeof REPLICATED)[number];
