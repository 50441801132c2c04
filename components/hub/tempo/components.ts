/** What Tempo consists of; as microservices each runs in pods of its own. The names are upstream's, and the values of its flag `-target`. */
export const TEMPO_COMPONENTS = ["distributor", "ingester", "querier", "query-frontend", "compactor"] as const;
export type TempoComponent = (typeof TEMPO_COMPONENTS)[number];
