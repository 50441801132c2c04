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
      "DNS name (lower case) or IPv4 address at which the hub reaches the edge's query",
      "query.dev.example.com",
    ),
    port: port("Port at which the hub reaches the edge's query", grpcPort).default(grpcPort),
    ...exposureFields(30_901),
  }),
  "How the hub reaches the edge's query",
  { host: "query.dev.example.com" },
);

/** The value of `metrics.mode` with which an edge keeps its metrics, in a local store. */
export const KEEPS_METRICS = "thanos";

const MODE = "Where metrics are stored, which decides the other keys";

/** Sent to the hub, or kept by the edge in a bucket of its own, where the hub queries them. */
export const edgeMetrics = described(
  z
    .discriminatedUnion("mode", [
      z.strictObject({ mode: z.literal("agent").meta({ description: MODE }) }),
      withRenamed(
        z.strictObject({
          mode: z.literal(KEEPS_METRICS).meta({ description: MODE }),
          bucket,
          query,
          ...localStoreFields,
        }),
        LOCAL_STORE_RENAMED,
      ),
    ])
    .default({ mode: "agent" }),
  "Where the edge's metrics are stored, by mode: agent (they are sent to the hub) or " +
    `${KEEPS_METRICS} (the edge keeps them, and the hub queries them there)`,
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
