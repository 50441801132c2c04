import { INGESTER, type Architecture } from "../kit/architecture";
import { REPLICATED, type MetricsComponent } from "../kit/metrics/components";

/**
 * Queriers fetch their queries from the frontends themselves. A ruler of Cortex sees the series of
 * one tenant: rules are evaluated beside it.
 */
export const CORTEX: Architecture<MetricsComponent> = {
  name: "cortex",
  title: "Cortex",
  httpPort: 8080,
  grpcPort: 9095,
  components: ["distributor", INGESTER, "querier", "query-frontend", "store-gateway", "compactor"],
  answers: { writes: "distributor", reads: "query-frontend" },
  stateful: [INGESTER, "store-gateway", "compactor"],
  replicated: REPLICATED,
  calls: [
    ["distributor", INGESTER, "samples"],
    ["querier", INGESTER, "what is not in the bucket yet"],
    ["querier", "store-gateway", "what is in the bucket"],
    ["querier", "query-frontend", "queries to work on, and their results"],
  ],
  // Queriers read the index of the bucket.
  usesStore: [INGESTER, "store-gateway", "compactor", "querier"],
  usesCaches: ["query-frontend", "querier", "store-gateway"],
};
