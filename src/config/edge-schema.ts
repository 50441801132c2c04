import { z } from "zod";
import {
  accepted,
  described,
  edgeExporters,
  edgeFields,
  edgeLogs,
  edgeSources,
  edgeTraces,
  name,
  text,
  usualAgentReplicas,
  whole,
} from "@heliograph/heliograph/model";
import { edgeMetrics, keepsMetrics } from "./edge-metrics-schema";

/** What only the edge itself knows. What it is called, and into which tenant it writes, is in the hub's inventory. */
export const edgeSection = described(
  z.strictObject({
    name: name("Name of the edge in the hub's inventory", "dev"),
    keyGeneration: whole(
      "Which key the edge makes for itself; must equal the inventory's",
      [1, 10_000],
      1,
    ).default(1),
    hub: described(
      z
        .strictObject({
          fromStack: text("Stack of the hub, fully qualified", "organization/heliograph/ops"),
        })
        .optional(),
      "The hub to connect to; left out, the edge deploys its identity only",
      { fromStack: "organization/heliograph/ops" },
    ),
    replicas: edgeFields.replicas,
    metrics: edgeMetrics,
    scrapeInterval: edgeFields.scrapeInterval,
    sources: edgeSources,
    logs: edgeLogs,
    traces: edgeTraces,
    exporters: edgeExporters,
    storageClass: edgeFields.storageClass,
    verifyKubelets: edgeFields.verifyKubelets,
    bufferDisk: edgeFields.bufferDisk,
    acceptStranding: accepted("bufferDisk"),
    demo: described(
      z
        .strictObject({
          nginx: described(
            z.boolean().default(false),
            "An NGINX workload in namespace `web`: true or false",
            true,
          ),
          https: described(
            z.boolean().default(false),
            "An HTTPS workload in namespace `secure`: true or false",
            true,
          ),
        })
        .default({ nginx: false, https: false }),
      "Demo workloads",
      { nginx: true, https: false },
    ),
  }),
  "The edge of this stack",
  { name: "dev", hub: { fromStack: "organization/heliograph/ops" } },
).transform((edge) => ({
  ...edge,
  replicas: edge.replicas ?? usualAgentReplicas(keepsMetrics(edge.metrics)),
}));

export type EdgeSection = z.output<typeof edgeSection>;
