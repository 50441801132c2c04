import { describe, expect, it } from "vitest";
import { parseSettings } from "../../src/config/parse";
import { flushAll } from "../../src/guards/cell-changes";
import { hubStoredBefore, hubStores, queueOf, stored } from "../../src/guards/stored";
import { hubSections } from "../config/settings";
import { facts } from "../support/facts";

describe("what a stack has recorded", () => {
  /** A hub with everything that may be recorded of one. */
  const hub = () => {
    const sections = hubSections();
    const cells = sections.hub["cells"] as { main: { metrics: { bucket: object } } };
    const { metrics } = cells.main;
    const disk = (class_: string, diskSize: string) => ({ storageClass: class_, diskSize });
    const bucket = (prefix: string) => ({ ...metrics.bucket, prefix });
    const zones = ["a", "b", "c"];
    Object.assign(cells.main, {
      metrics: {
        ...{ bucket: bucket("m"), ...disk("class-m", "17Gi") },
        ...{ topology: "microservices", zones },
      },
      logs: { bucket: bucket("l"), ...disk("class-l", "19Gi"), schemaFrom: "2026-01-31" },
      traces: { bucket: bucket("t"), ...disk("class-t", "23Gi") },
    });
    sections.hub["tenants"] = {
      dev: {
        ...{ retentionDays: 29, logRetentionDays: 11, traceRetentionDays: 5 },
        ...{ minRetentionDays: 7, minLogRetentionDays: 3, minTraceRetentionDays: 2 },
      },
    };
    return hubStores(parseSettings("ops", sections).hub!, "dev");
  };
  const gateway = { url: "https://ingest.example.com", serverName: "ingest" };
  const queue = queueOf({
    ...{ edge: "dev", facts, gateway, bufferDisk: "20Gi", storageClass: "premium" },
  });
  const kept = { edge: "dev", bucket: "s3 edges", prefix: "dev", bufferDisk: "40Gi" };

  it("names each fact that its next run is held against", () => {
    const { cells, tenants, edges } = hub();
    const { logs, traces, ...metrics } = cells["main"]!;
    expect(metrics).toMatchObject({
      ...{ backend: "mimir", prefix: "m", diskSize: "17Gi", storageClass: "class-m" },
      ...{ topology: "microservices", copies: 3, zones: 3 },
    });
    expect(metrics.ingesters).toBeGreaterThan(2);
    expect(logs).toMatchObject({ prefix: "l", schemaFrom: "2026-01-31", topology: "single" });
    expect(traces).toMatchObject({ prefix: "t", diskSize: "23Gi" });
    expect(tenants["dev"]).toMatchObject({ minRetentionDays: 7, traceRetentionDays: 5 });
    expect(edges).toEqual({ dev: { tenant: "dev", state: "signed" } });
  });

  it.each<[string, () => object]>([
    ["a hub", () => ({ hub: hub() })],
    ["a queue", () => ({ queue })],
    ["metrics that stay at an edge", () => ({ kept })],
    [
      "a hub with the cells of its edges, as older programs recorded them",
      () => ({
        hub: {
          cells: {},
          tenants: {},
          edges: { dev: { tenant: "a", cell: "b", state: "revoked" } },
        },
      }),
    ],
  ])("is read back whole: %s", (_, recorded) => {
    const plain = JSON.parse(JSON.stringify(recorded())) as object;
    expect(stored.parse(plain)).toEqual(plain);
  });

  it("may be less than that: older programs knew less", () => {
    const before = [{ hub: { cells: { main: {} }, tenants: { a: {} }, edges: {} } }, {}];
    for (const each of before) expect(stored.parse(each)).toEqual(each);
    const short = { queue: { edge: "dev" } };
    expect(stored.parse(short)).toEqual(short);
  });

  it.each([
    ["a topology that nobody knows", { topology: "scalable" }],
    ["a backend that nobody knows", { backend: "prometheus" }],
  ])("is not taken for something else: %s", (_, main) => {
    const hub = { cells: { main }, tenants: {}, edges: {} };
    expect(stored.safeParse({ hub }).success).toBe(false);
  });
});

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
