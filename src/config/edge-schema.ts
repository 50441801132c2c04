import { z } from "zod";
import { AGENT_REPLICAS, usualAgentReplicas } from "../../components/contract/places";
import {
  accepted,
  described,
  duration,
  name,
  quantity,
  text,
  whole,
} from "../../components/kit/fields";
import { edgeMetrics } from "./edge-metrics-schema";
import { sourcesSection } from "./sources-schema";
import { exportersSection, logsSection, tracesSection } from "./telemetry-schema";

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
    replicas: whole(
      "Agents: one, or a pair of which the hub takes one's samples and, when that one is gone, the other's; one where left out, a pair where metrics stay at the edge",
      AGENT_REPLICAS,
      2,
    ).optional(),
    metrics: edgeMetrics,
    scrapeInterval: duration("How often targets are scraped", "15s").default("15s"),
    sources: sourcesSection,
    logs: logsSection,
    traces: tracesSection,
    exporters: exportersSection,
    storageClass: text(
      "Storage class of the agent's buffer, and of the volumes for traces; the cluster's default where left out",
      "managed-csi-premium",
    ).optional(),
    verifyKubelets: described(
      z.boolean().default(true),
      "Whether kubelets must show a certificate of the cluster's authority: true, or false where they sign their own",
      true,
    ),
    bufferDisk: quantity(
      "Disk of the agent's buffer, instead of the derived size",
      "20Gi",
    ).optional(),
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
  replicas: edge.replicas ?? usualAgentReplicas(edge.metrics.mode === "thanos"),
}));

export type EdgeSection = z.output<typeof edgeSection>;
