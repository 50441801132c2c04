/** What Loki consists of; as microservices each runs in pods of its own. The names are upstream's, and the values of its flag `-target`. */
export const LOKI_COMPONENTS = [
  "distributor",
  "ingester",
  "querier",
  "query-frontend",
  "query-scheduler",
  "index-gateway",
  "compactor",
  "ruler",
] as const;
export type LokiComponent = (typeof LOKI_COMPONENTS)[number];
