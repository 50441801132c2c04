import { INGESTER, type Architecture } from "../kit/architecture";
import type { MetricsComponent } from "../kit/metrics/components";
import { THANOS_GRPC_PORT, THANOS_HTTP_PORT } from "./program/ports";

const WRITE_PORT = 19_291;
/** Where remote write is written to. */
export const WRITE_PATH = "/api/v1/receive";
/** Path of the interface of Prometheus, of queriers and rulers. */
export const ROUTE_PREFIX = "/prometheus";

/**
 * By the names that parts with the same work have in other backends: see `thanosArguments` for what
 * each is in Thanos.
 */
export const THANOS: Architecture<MetricsComponent> = {
  name: "thanos",
  title: "Thanos",
  httpPort: THANOS_HTTP_PORT,
  grpcPort: THANOS_GRPC_PORT,
  writePorts: [{ name: "remote-write", port: WRITE_PORT, appProtocol: "http" }],
  readyPath: "/-/ready",
  components: [
    "distributor",
    INGESTER,
    "querier",
    "query-frontend",
    "all-querier",
    "store-gateway",
    "compactor",
    "ruler",
  ],
  // A querier that holds every query to the tenant of its header knows no `a|b`: another one, which
  // does not, answers for several.
  answers: {
    writes: "distributor",
    reads: "query-frontend",
    allReads: "all-querier",
    rules: "ruler",
  },
  stateful: [INGESTER, "store-gateway", "compactor"],
  replicated: [INGESTER],
  alone: ["compactor", "ruler"],
  foundByName: [INGESTER, "store-gateway"],
  calls: [
    ["distributor", INGESTER, "samples"],
    ["distributor", "all-querier", "how many series each tenant has", THANOS_HTTP_PORT],
    ["query-frontend", "querier", "queries of one tenant", THANOS_HTTP_PORT],
    ["querier", INGESTER, "what is not in the bucket yet"],
    ["querier", "store-gateway", "what is in the bucket"],
    ["all-querier", INGESTER, "what is not in the bucket yet"],
    ["all-querier", "store-gateway", "what is in the bucket"],
    ["ruler", "all-querier", "series that rules ask for", THANOS_HTTP_PORT],
    ["ruler", "distributor", "what rules record", WRITE_PORT],
  ],
  usesStore: [INGESTER, "store-gateway", "compactor"],
  usesCaches: ["query-frontend", "store-gateway"],
};
