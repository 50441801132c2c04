import { INGESTER, type Architecture } from "../kit/architecture";
import { REPLICATED, type MetricsComponent } from "../kit/metrics/components";

export const MIMIR: Architecture<MetricsComponent> = {
  name: "mimir",
  title: "Mimir",
  httpPort: 8080,
  grpcPort: 9095,
  components: [
    "distributor",
    INGESTER,
    "querier",
    "query-frontend",
    "query-scheduler",
    "store-gateway",
    "compactor",
    "ruler",
  ],
  answers: { writes: "distributor", reads: "query-frontend", rules: "ruler" },
  stateful: [INGESTER, "store-gateway", "compactor"],
  replicated: REPLICATED,
  calls: [
    ["distributor", INGESTER, "samples"],
    ["querier", INGESTER, "what is not in the bucket yet"],
    ["querier", "store-gateway", "what is in the bucket"],
    ["querier", "query-scheduler", "queries to work on"],
    ["querier", "query-frontend", "results"],
    ["query-frontend", "query-scheduler", "queries that wait"],
    ["query-scheduler", "query-frontend", "queries whose querier went away"],
    ["ruler", INGESTER, "what rules record, and what is not in the bucket yet"],
    ["ruler", "store-gateway", "what is in the bucket"],
    ["ruler", "ruler", "who evaluates what"],
  ],
  // Queriers, and rulers like them, read the index of the bucket.
  usesStore: [INGESTER, "store-gateway", "compactor", "querier", "ruler"],
  usesCaches: ["query-frontend", "querier", "store-gateway", "ruler"],
};
