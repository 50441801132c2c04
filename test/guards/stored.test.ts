import { describe, expect, it } from "vitest";
import { flushAll } from "../../src/guards/cell-changes";
import { hubStoredBefore } from "../../src/guards/stored";

describe("what a hub stores that was brought up before it recorded that", () => {
  it("is what its contract knows: edges that may have written, their tenants and cells", () => {
    const facts = { environment: "dev", region: "here" };
    const edges = {
      one: { ...facts, state: "signed", tenant: "a", cell: "main" },
      two: { ...facts, state: "revoked", tenant: "b", cell: "far" },
      three: { ...facts, state: "waiting", tenant: "c", cell: "never" },
    };
    expect(hubStoredBefore({ edges } as never)).toEqual({
      cells: { main: {}, far: {} },
      tenants: { a: { cell: "main" }, b: { cell: "far" } },
      edges: {
        one: { tenant: "a", cell: "main", state: "signed" },
        two: { tenant: "b", cell: "far", state: "revoked" },
      },
    });
  });
});

describe("commands that make a cell upload what it holds", () => {
  it("are those of the backend of each signal", () => {
    const lines = flushAll("main", { backend: "cortex", logs: {}, traces: {} }).join("\n");
    for (const backend of ["cortex-main", "loki-main", "tempo-main"])
      expect(lines).toContain(backend);
    const [metrics, both] = [{}, { logs: {} }].map((more) => flushAll("main", more));
    expect(both!.slice(0, metrics!.length)).toEqual(metrics);
    const ofLogs = both!.slice(metrics!.length).join("\n");
    expect(ofLogs).toContain("loki-main");
    expect(ofLogs).not.toMatch(/mimir|tempo/);
  });
});
