import { describe, expect, it } from "vitest";
import { cellTraceLimits, cellTraces } from "../../../../components/backends/tempo/inventory";
import { hubArgs } from "../../hub/hub";

describe("traces of a cell, by the inventory", () => {
  const { tenants, edges } = hubArgs();
  const inventory = {
    tenants: { ...tenants, dev: { ...tenants["dev"]!, traceRetentionDays: 3 } },
    edges: { ...edges, one: { ...edges["one"]!, spansPerSecond: 10_000, allTraces: true } },
  };

  it("has the spans of all edges, the revoked among them, and the longest of their outages", () => {
    expect(cellTraces(inventory, "main")).toEqual({
      spansPerSecond: 10_600,
      sampled: ["dev", "two", "gone"],
      outageSeconds: 43_200,
    });
    expect(cellTraces(inventory, "empty")).toEqual({
      spansPerSecond: 0,
      sampled: [],
      outageSeconds: 0,
    });
  });

  it("keeps every tenant for its days, and takes what its own edges send", () => {
    const { overrides } = cellTraceLimits(inventory, "main", {});
    expect(overrides["dev"]).toMatchObject({ compaction: { block_retention: "3d" } });
    expect(overrides["shared"]).toMatchObject({
      compaction: { block_retention: "7d" },
      ingestion: { rate_limit_bytes: 5 * 10_200 * 1000 },
    });
  });
});
