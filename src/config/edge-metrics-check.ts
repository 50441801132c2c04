import type { Issue } from "@heliograph/heliograph";
import { longestEdgeRetention } from "@heliograph/heliograph/model";
import { missingNodePortIssues, nodePortIssues } from "@heliograph/heliograph/model";
import { bucketLocationIssues } from "./bucket-check";
import { keepsMetrics } from "./edge-metrics-schema";
import type { EdgeSection } from "./edge-schema";
import { removeKey } from "./notation";
import type { HubSection } from "./hub-schema";

/** What watches the hub has to be at the hub. */
export function ownEdgeStays(hub: HubSection, { name, metrics }: EdgeSection): Issue[] {
  const why = "this hub's alerts are evaluated over what its own edge sends to it";
  const query = ["hub", "edges", name, "query"];
  const address = hub.edges[name]?.query;
  const keeps: Issue = {
    path: ["edge", "metrics", "mode"],
    got: metrics.mode,
    expected: `agent: ${why}`,
    example: "agent",
  };
  const listed: Issue = {
    path: query,
    got: address,
    expected: `nothing: ${why}`,
    lines: removeKey(query),
  };
  return [...(keepsMetrics(metrics) ? [keeps] : []), ...(address === undefined ? [] : [listed])];
}

/** The bucket of an edge whose metrics stay with it, and how its query is exposed. */
export function edgeStoreIssues({ metrics }: EdgeSection): Issue[] {
  if (!keepsMetrics(metrics)) return [];
  return [
    ...bucketLocationIssues(
      ["edge", "metrics", "bucket"],
      metrics.bucket,
      longestEdgeRetention(metrics),
    ),
    ...nodePortIssues(["edge", "metrics", "query"], metrics.query),
    ...missingNodePortIssues(["edge", "metrics", "query"], metrics.query, 30_901),
  ];
}
