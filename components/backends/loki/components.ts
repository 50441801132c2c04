import { INGESTER, type Architecture } from "../kit/architecture";
import { LOKI_GRPC_PORT, LOKI_HTTP_PORT } from "./config";

export const LOKI_COMPONENTS = [
  "distributor",
  INGESTER,
  "querier",
  "query-frontend",
  "query-scheduler",
  "index-gateway",
  "compactor",
  "ruler",
] as const;
export type LokiComponent = (typeof LOKI_COMPONENTS)[number];

export const LOKI: Architecture<LokiComponent> = {
  name: "loki",
  title: "Loki",
  httpPort: LOKI_HTTP_PORT,
  grpcPort: LOKI_GRPC_PORT,
  components: LOKI_COMPONENTS,
  answers: { writes: "distributor", reads: "query-frontend", rules: "ruler" },
  stateful: [INGESTER, "index-gateway", "compactor"],
  replicated: [INGESTER],
  calls: [
    ["distributor", INGESTER, "log lines"],
    ["querier", INGESTER, "what is not in the bucket yet"],
    ["querier", "index-gateway", "which chunks of the bucket may hold it"],
    ["querier", "query-scheduler", "queries to work on"],
    ["querier", "query-frontend", "results"],
    ["querier", "compactor", "what is to be deleted"],
    ["query-frontend", "query-scheduler", "queries that wait"],
    ["query-scheduler", "query-frontend", "queries whose querier went away"],
    ["query-frontend", "compactor", "what is to be deleted"],
    ["ruler", INGESTER, "what is not in the bucket yet"],
    ["ruler", "index-gateway", "which chunks of the bucket may hold it"],
    ["ruler", "compactor", "what is to be deleted"],
    ["ruler", "ruler", "who evaluates what"],
  ],
  // Queriers, and rulers like them, read chunks; rulers keep rules there, too.
  usesStore: [INGESTER, "querier", "index-gateway", "compactor", "ruler"],
  // Ingesters put there what they ship; index gateways only look whether it is there.
  usesCaches: [INGESTER, "querier", "query-frontend", "index-gateway", "ruler"],
};
