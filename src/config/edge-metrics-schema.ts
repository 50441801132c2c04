import { z } from "zod";
import {
  described,
  exposureFields,
  LOCAL_STORE_RENAMED,
  localStoreFields,
  port,
  THANOS_GRPC_PORT,
  withRenamed,
} from "@heliograph/heliograph/model";
import { bucket } from "./bucket-schema";

const query = described(
  z.strictObject({
    host: described(
      z.string().regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/),
      "Name (lower case) or IPv4 address under which the hub reaches the edge's query",
      "query.dev.example.com",
    ),
    port: port("Port under which the hub reaches it", THANOS_GRPC_PORT).default(THANOS_GRPC_PORT),
    ...exposureFields(30_901),
  }),
  "Where the hub queries this edge",
  { host: "query.dev.example.com" },
);

/** Sent to the hub, or kept by the edge in a bucket of its own, where the hub queries them. */
export const edgeMetrics = described(
  z
    .discriminatedUnion("mode", [
      z.strictObject({ mode: z.literal("agent") }),
      withRenamed(
        z.strictObject({
          mode: z.literal("thanos"),
          bucket,
          query,
          ...localStoreFields,
        }),
        LOCAL_STORE_RENAMED,
      ),
    ])
    .default({ mode: "agent" }),
  "Where the edge's metrics are stored, by mode: agent (sent to the hub) or thanos (kept at the edge, where the hub queries them)",
  { mode: "agent" },
);

export type EdgeMetricsSection = z.output<typeof edgeMetrics>;
export type ThanosSection = Extract<EdgeMetricsSection, { mode: "thanos" }>;

/** Host and port, as the inventory has it. */
export function endpointOf(metrics: EdgeMetricsSection): string | undefined {
  return metrics.mode === "thanos" ? `${metrics.query.host}:${metrics.query.port}` : undefined;
}
