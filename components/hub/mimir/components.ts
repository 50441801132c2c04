import { type Backend, INGESTER } from "../backend/backend";
import { MIMIR_GRPC_PORT, MIMIR_HTTP_PORT } from "./config";

export const MIMIR_COMPONENTS = [
  "distributor",
  INGESTER,
  "querier",
  "query-frontend",
  "query-scheduler",
  "store-gateway",
  "compactor",
  "ruler",
] as const;
export type MimirComponent = (typeof MIMIR_COMPONENTS)[number];

/** Those of which every sample or block is kept by several. */
export const REPLICATED = [INGESTER, "store-gateway"] as const satisfies readonly MimirComponent[];
export type ReplicatedComponent = (typeof REPLICATED)[number];

export const MIMIR: Backend<MimirComponent> = {
  name: "mimir",
  title: "Mimir",
  httpPort: MIMIR_HTTP_PORT,
  grpcPort: MIMIR_GRPC_PORT,
  components: MIMIR_COMPONENTS,
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
