import type { Issue } from "../../components/kit/issues";
import { longestEdgeRetention } from "../../components/topology";
import { bucketLocationIssues } from "./bucket-check";
import type { EdgeSection } from "./edge-schema";
import { removeKey } from "./notation";
import { nodePortIssues } from "./exposure-check";
import type { HubSection } from "./hub-schema";

/** Edges that are queried in place need somebody who asks, and an address each. */
export function queryIssues({ edges, globalQuery }: HubSection): Issue[] {
  const queried = Object.entries(edges).filter(([, { query }]) => query !== undefined);
  const names = queried.map(([name]) => name).join(", ");
  const nobodyAsks: Issue = {
    path: ["hub", "globalQuery"],
    expected: `a global query, since the metrics of edges stay with them: ${names}`,
    example: { replicas: 2 },
  };
  const twice = queried.flatMap(([name, { query }], index) => {
    const [other] =
      queried.find(([, before], place) => place < index && before.query === query) ?? [];
    if (other === undefined) return [];
    const expected = `an endpoint of its own: edge ${other} is queried at this one, and its labels are those of one edge`;
    return [
      {
        path: ["hub", "edges", name, "query"],
        got: query,
        expected,
        example: `query.${name}.example.com:10901`,
      },
    ];
  });
  return [...(queried.length > 0 && !globalQuery ? [nobodyAsks] : []), ...twice];
}

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
  return [
    ...(metrics.mode === "thanos" ? [keeps] : []),
    ...(address === undefined ? [] : [listed]),
  ];
}

/** The bucket of an edge whose metrics stay with it, and how its query is exposed. */
export function edgeStoreIssues({ metrics }: EdgeSection): Issue[] {
  if (metrics.mode !== "thanos") return [];
  return [
    ...bucketLocationIssues(
      ["edge", "metrics", "bucket"],
      metrics.bucket,
      longestEdgeRetention(metrics),
    ),
    ...nodePortIssues(["edge", "metrics", "query"], metrics.query, 30_901),
  ];
}
