import { z } from "zod";
import {
  described,
  exposureFields,
  FEDERATION,
  LOCAL_STORE_RENAMED,
  localStoreFields,
  port,
  withRenamed,
} from "@heliograph/heliograph/model";
import { bucket } from "./bucket-schema";

const { grpcPort } = FEDERATION;

const query = described(
  z.strictObject({
    host: described(
      z.string().regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/),
      "Name (lower case) or IPv4 address under which the hub reaches the edge's query",
      "query.dev.example.com",
    ),
    port: port("Port under which the hub reaches it", grpcPort).default(grpcPort),
    ...exposureFields(30_901),
  }),
  "Where the hub queries this edge",
  { host: "query.dev.example.com" },
);

/** The value of `metrics.mode` with which an edge keeps its metrics, in a local store. */
export const KEEPS_METRICS = "thanos";

/** Sent to the hub, or kept by the edge in a bucket of its own, where the hub queries them. */
export const edgeMetrics = described(
  z
    .discriminatedUnion("mode", [
      z.strictObject({ mode: z.literal("agent") }),
      withRenamed(
        z.strictObject({
          mode: z.literal(KEEPS_METRICS),
          bucket,
          query,
          ...localStoreFields,
        }),
        LOCAL_STORE_RENAMED,
      ),
    ])
    .default({ mode: "agent" }),
  `Where the edge's metrics are stored, by mode: agent (sent to the hub) or ${KEEPS_METRICS} (kept at the edge, where the hub queries them)`,
  { mode: "agent" },
);

export type EdgeMetricsSection = z.output<typeof edgeMetrics>;
/** The section of an edge that keeps its metrics. */
type LocalStoreSection = Extract<EdgeMetricsSection, { mode: typeof KEEPS_METRICS }>;

/** Whether an edge keeps its metrics, in a local store. */
export function keepsMetrics(metrics: EdgeMetricsSection): metrics is LocalStoreSection {
  return metrics.mode === KEEPS_METRICS;
}

/** Host and port, as the inventory has it. */
export function endpointOf(metrics: EdgeMetricsSection): string | undefined {
  return keepsMetrics(metrics) ? `${metrics.query.host}:${metrics.query.port}` : undefined;
}
