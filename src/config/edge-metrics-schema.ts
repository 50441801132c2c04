import { z } from "zod";
import { THANOS_GRPC_PORT } from "../../components/contract/places";
import { LEAST_THANOS_DAYS } from "../../components/topology";
import { bucket } from "./bucket-schema";
import { exposureFields } from "./exposure-schema";
import { described, port, quantity, whole } from "../../components/kit/fields";

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

const days = (resolution: string, least: number, usual: number) =>
  whole(`Days for which ${resolution}`, [least, 3650], usual).default(usual);

/** Sent to the hub, or kept by the edge in a bucket of its own, where the hub queries them. */
export const edgeMetrics = described(
  z
    .discriminatedUnion("mode", [
      z.strictObject({ mode: z.literal("agent") }),
      z.strictObject({
        mode: z.literal("thanos"),
        bucket,
        query,
        retentionDays: days(
          "samples are kept as they were scraped",
          LEAST_THANOS_DAYS.retentionDays,
          30,
        ),
        retentionDaysOf5m: days(
          "a value for each 5 minutes is kept",
          LEAST_THANOS_DAYS.retentionDaysOf5m,
          90,
        ),
        retentionDaysOf1h: days(
          "a value for each hour is kept",
          LEAST_THANOS_DAYS.retentionDaysOf1h,
          365,
        ),
        compactorDisk: quantity(
          "Room to compact in, instead of the derived size",
          "50Gi",
        ).optional(),
      }),
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
