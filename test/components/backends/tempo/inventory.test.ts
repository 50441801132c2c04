import { describe, expect, it } from "vitest";
import { resolveHub } from "../../../../components/hub/resolve";
import { hubArgs } from "../../hub/hub";

describe("traces of a cell, by the inventory", () => {
  const { tenants, edges } = hubArgs();
  const stores = { metrics: {}, traces: {} };
  const { cells } = resolveHub({
    cells: { main: stores, empty: stores },
    tenants: { ...tenants, dev: { ...tenants["dev"]!, traceRetentionDays: 3 } },
    edges: { ...edges, one: { ...edges["one"]!, spansPerSecond: 10_000, allTraces: true } },
  });
  const named = (cell: string) => cells.find(({ name }) => name === cell)!;

  it("has the spans of all edges, the revoked among them, and the longest of their outages", () => {
    expect(named("main").load).toMatchObject({
      spansPerSecond: 10_600,
      sampledEdges: ["dev", "two", "gone"],
      outageSeconds: 43_200,
    });
    expect(named("empty").load).toMatchObject({
      spansPerSecond: 0,
      sampledEdges: [],
      outageSeconds: 0,
    });
  });

  it("keeps every tenant for its days, and takes what its own edges send", () => {
    const main = named("main");
    const traces = main.stores.traces!;
    const { byTenant } = traces.backend.limits(traces, main)[0]!;
    expect(byTenant["dev"]).toMatchObject({ compaction: { block_retention: "3d" } });
    expect(byTenant["shared"]).toMatchObject({
      compaction: { block_retention: "7d" },
      ingestion: { rate_limit_bytes: 5 * 10_200 * 1000 },
    });
  });
});
