import type { Problem } from "../../components/kit/problems";
import { longestEdgeRetention } from "../../components/topology";
import { bucketLocationProblems } from "./bucket-check";
import type { EdgeSection } from "./edge-schema";
import { pasteLines, showPath } from "./explain";
import { nodePortProblems } from "./exposure-check";
import type { HubSection } from "./hub-schema";

/** Edges that are queried in place need somebody who asks, and an address each. */
export function queryProblems({ edges, globalQuery }: HubSection): Problem[] {
  const queried = Object.entries(edges).filter(([, { query }]) => query !== undefined);
  const names = queried.map(([name]) => name).join(", ");
  const nobodyAsks: Problem = {
    path: showPath(["hub", "globalQuery"]),
    expected: `a global query, since the metrics of edges stay with them: ${names}`,
    paste: pasteLines(["hub", "globalQuery"], { replicas: 2 }),
  };
  const twice = queried.flatMap(([name, { query }], index) => {
    const [other] =
      queried.find(([, before], place) => place < index && before.query === query) ?? [];
    if (other === undefined) return [];
    const path = ["hub", "edges", name, "query"];
    const expected = `an endpoint of its own: edge ${other} is queried at this one, and its labels are those of one edge`;
    return [
      {
        path: showPath(path),
        got: query,
        expected,
        paste: pasteLines(path, `query.${name}.example.com:10901`),
      },
    ];
  });
  return [...(queried.length > 0 && !globalQuery ? [nobodyAsks] : []), ...twice];
}

/** What watches the hub has to be at the hub. */
export function ownEdgeStays(hub: HubSection, { name, metrics }: EdgeSection): Problem[] {
  const why = "this hub's alerts are evaluated over what its own edge sends to it";
  const mode = ["edge", "metrics", "mode"];
  const query = ["hub", "edges", name, "query"];
  const address = hub.edges[name]?.query;
  const keeps: Problem = {
    path: showPath(mode),
    got: metrics.mode,
    expected: `agent: ${why}`,
    paste: pasteLines(mode, "agent"),
  };
  const listed: Problem = {
    path: showPath(query),
    got: address,
    expected: `nothing: ${why}`,
    paste: `# remove ${showPath(query)}`,
  };
  return [
    ...(metrics.mode === "thanos" ? [keeps] : []),
    ...(address === undefined ? [] : [listed]),
  ];
}

/** The bucket of an edge whose metrics stay with it, and how its query is exposed. */
export function edgeStoreProblems({ metrics }: EdgeSection): Problem[] {
  if (metrics.mode !== "thanos") return [];
  return [
    ...bucketLocationProblems(
      ["edge", "metrics", "bucket"],
      metrics.bucket,
      longestEdgeRetention(metrics),
    ),
    ...nodePortProblems(["edge", "metrics", "query"], metrics.query, 30_901),
  ];
}
