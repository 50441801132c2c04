/**
 * Proves: mistakes about metrics that stay at edges are refused, with the whole message that a
 * person reads (test/config/messages/<case>.txt).
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSecrets, parseSettings } from "../../src/config/parse";
import { edgeSections, hubSections, messageOf } from "./settings";

const bucket = {
  provider: "s3-compatible",
  bucket: "edges",
  endpoint: "10.0.0.1:9000",
  credentials: "lab",
};
const kept = { mode: "thanos", bucket, query: { host: "query.dev.example.com" } };

const edge = (change: object) => {
  const sections = edgeSections();
  sections.edge["metrics"] = { ...kept, ...change };
  return parseSettings("dev", sections);
};
const queried = (globalQuery: object | undefined, ...queries: string[]) => {
  const sections = hubSections();
  const entry = { tenant: "dev", environment: "dev", region: "uaenorth" };
  sections.hub["edges"] = Object.fromEntries(
    queries.map((query, index) => [`edge-${index}`, { ...entry, query }]),
  );
  if (globalQuery) sections.hub["globalQuery"] = globalQuery;
  return parseSettings("ops", sections);
};
const own = (entry: object, metrics: object) => {
  const sections = { ...hubSections(), edge: { name: "dev", metrics } };
  Object.assign((sections.hub["edges"] as Record<string, object>)["dev"] as object, entry);
  return parseSettings("ops", { ...sections, hub: { ...sections.hub, globalQuery: {} } });
};

const cases: Readonly<Record<string, () => unknown>> = {
  "metrics-mode-unknown": () => edge({ mode: "sidecar" }),
  "kept-metrics-without-a-bucket": () => edge({ bucket: undefined }),
  "kept-metrics-for-too-short": () => edge({ retentionDaysRaw: 1, retentionDays5m: 10 }),
  "kept-metrics-by-their-old-names": () =>
    edge({ retentionDays: 7, retentionDaysOf5m: 31, retentionDaysOf1h: 120 }),
  "kept-metrics-in-a-bad-bucket": () =>
    edge({ bucket: { ...bucket, bucket: "Edges", endpoint: "http://10.0.0.1" } }),
  "query-by-a-port-of-nodes": () => edge({ query: { host: "10.0.0.2", nodePort: 30_901 } }),
  "query-without-its-port-of-nodes": () =>
    edge({ query: { host: "10.0.0.2", serviceType: "NodePort" } }),
  "keys-of-kept-metrics-not-there": () => parseSecrets("dev", edge({}), {}),
  "nobody-queries": () => queried(undefined, "query.dev.example.com:10901"),
  "query-without-a-port": () => queried({}, "https://query.dev.example.com"),
  "two-edges-at-one-endpoint": () => queried({}, "10.0.0.2:30901", "10.0.0.2:30901"),
  "own-edge-keeps-its-metrics": () => own({}, kept),
  "own-edge-is-queried": () => own({ query: "10.0.0.2:30901" }, { mode: "agent" }),
};

describe("what is refused", () => {
  test.each(Object.entries(cases))("%s", async (name, attempt) => {
    await expect(messageOf(() => void attempt())).toMatchFileSnapshot(
      join(__dirname, "messages", `${name}.txt`),
    );
  });
});

test("a pair, where nothing is said of an edge that keeps its metrics", () => {
  expect(edge({}).edge?.replicas).toBe(2);
  expect(parseSettings("dev", edgeSections()).edge?.replicas).toBe(1);
});
