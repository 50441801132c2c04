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
  defaultAgentReplicas,
  whole,
} from "@heliograph/heliograph/model";
import { edgeAlerting } from "./alerting-schema";
import { edgeMetrics, keepsMetrics } from "./edge-metrics-schema";

/** The settings of the edge itself. Its labels and its tenant are in the hub's inventory. */
export const edgeSection = described(
  z.strictObject({
    name: name("Name of the edge in the hub's inventory", "dev"),
    keyGeneration: whole(
      "Generation of the edge's key. Another number creates another key. " +
        "It must be the number in the hub's inventory.",
      [1, 10_000],
      1,
    ).default(1),
    hub: described(
      z
        .strictObject({
          fromStack: text("Fully qualified name of the hub's stack", "organization/heliograph/ops"),
        })
        .optional(),
      "The hub to connect to. Without it the edge creates only its key and certificate request.",
      { fromStack: "organization/heliograph/ops" },
    ),
    replicas: edgeFields.replicas,
    metrics: edgeMetrics,
    alerting: edgeAlerting,
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
            "Whether to deploy an NGINX workload in namespace `web`",
            true,
            "true or false",
          ),
          https: described(
            z.boolean().default(false),
            "Whether to deploy an HTTPS workload in namespace `secure`",
            true,
            "true or false",
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
  replicas: edge.replicas ?? defaultAgentReplicas(keepsMetrics(edge.metrics)),
}));

export type EdgeSection = z.output<typeof edgeSection>;
