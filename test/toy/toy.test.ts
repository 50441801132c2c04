import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  backendNames,
  backendOf,
  ingestPaths,
  optionsOf,
  storeIssues,
} from "../../components/backends/registry";
import type * as registered from "../../components/backends/backends";
import { cell, store } from "../components/backends/support/cell";
import { deployed, objectLines } from "../components/backends/support/deployed";
import type { HubLogsArgs } from "../../components/hub/cell-args";
import { HubObservability } from "../../components/hub/hub-observability";
import { cellChanges } from "../../src/guards/cell-changes";
import { connection, hubArgs } from "../components/hub/hub";
import { recordResources, settled, type Recorded } from "../support/mocks";

vi.mock("../../components/backends/backends", async (original) => {
  const { withToy } = await import("./registered.js");
  return withToy(await original<typeof registered>());
});

const logs = store("logs", { backend: "toy", shelf: "upper" });
const toyCell = cell({ stores: { logs } });

describe("a backend of logs that is one folder and one line of the registry", () => {
  it("is one of those that there are, and not the default", () => {
    expect(backendNames("logs")).toEqual(["loki", "toy"]);
    expect(backendOf("logs").name).toBe("loki");
  });

  it("brings its own options, and says what is missing of them", () => {
    expect(Object.keys(optionsOf("logs"))).toContain("shelf");
    const missing = store("logs", { backend: "toy" });
    expect(storeIssues(missing, cell({ stores: { logs: missing } }))).toMatchObject([
      { path: ["cells", "main", "logs", "shelf"] },
    ]);
    expect(storeIssues(logs, toyCell)).toEqual([]);
  });

  it("is told from others by its options", () => {
    const loki = store("logs", { schemaFrom: "2026-01-31", shelf: "upper" });
    expect(storeIssues(loki, cell({ stores: { logs: loki } }))).toMatchObject([
      { got: "loki", expected: "toy, because shelf is given: others have no shelves" },
    ]);
  });

  it("brings its ways in", () => {
    expect(ingestPaths("logs").map(({ path }) => path)).toContain("/toy/v1/lines");
  });

  it("says which limits it should have", () => {
    expect(logs.backend.limits(logs, toyCell)[0]?.byTenant).toEqual({
      b: { keptDays: 11 },
      c: { keptDays: 13 },
    });
  });

  describe("deployed", () => {
    let recorded: Recorded[];
    beforeAll(async () => {
      const images = { overrides: { toy: "registry.example.com/toy:1" } };
      recorded = await deployed(logs, {}, images);
    });

    it("has objects of its own names", () => {
      expect(objectLines(recorded)).toEqual([
        "ConfigMap hub-toy-main-config toy-main",
        "ConfigMap hub-toy-main-runtime toy-main-runtime",
        "Service hub-toy-main-service toy-main",
        "ServiceAccount hub-toy-main-service-account toy-main",
        "StatefulSet hub-toy-main toy-main 1",
      ]);
    });

    it("runs its own image with its own options", () => {
      const text = JSON.stringify(recorded.map(({ inputs }) => inputs));
      expect(text).toContain("registry.example.com/toy:1");
      expect(text).toContain("shelf: upper");
    });
  });

  describe("in a cell of a hub", () => {
    let recorded: Recorded[];
    beforeAll(async () => {
      recorded = recordResources();
      const toy = { backend: "toy", bucket: connection, shelf: "upper" } as unknown as HubLogsArgs;
      const loki = { bucket: connection, schemaFrom: "2026-01-31" };
      const traces = { bucket: connection };
      const metrics = { bucket: connection };
      new HubObservability(
        "hub",
        hubArgs({
          cells: { main: { metrics, logs: toy, traces }, other: { metrics, logs: loki } },
          grafana: {},
          images: { overrides: { toy: "registry.example.com/toy:1" } },
        }),
      );
      await settled();
    });

    const named = (name: string) => recorded.find((each) => each.name === name)!;
    const dataOf = (name: string) =>
      Object.values(named(name).inputs["data"] as Record<string, string>).join("\n");

    it("is there, and has the other cell's Loki beside it", () => {
      const names = recorded
        .filter(({ type }) => type.endsWith(":StatefulSet"))
        .map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["hub-toy-main", "hub-loki-other"]));
    });

    it("has its ways in at the gateway, each cell at its own backend", () => {
      const nginx = dataOf("hub-gateway-config");
      expect(nginx).toContain("location = /toy/v1/lines {");
      expect(nginx).toContain("server toy-main:7070;");
      expect(nginx).toContain("server loki-other:3100;");
      // Both take OTLP, each at a path of its own.
      expect(nginx).toContain("/toy/otlp");
    });

    it("has its data sources, one for each tenant alone", () => {
      const sources = dataOf("hub-grafana-datasources");
      expect(sources).toContain("type: toy-datasource");
      expect(sources).toContain("url: http://toy-main:7070/toy");
      expect(sources).not.toContain("uid: all_logs_main");
      expect(sources).toMatch(/tracesToLogsV2:\n(\s+.*\n)*?\s+toys: true/);
    });

    it("is let in and out by policies of its own", () => {
      const policies = recorded.filter(({ type }) => type.endsWith(":NetworkPolicy"));
      expect(policies.map(({ name }) => name)).toContain("hub-network-toy-main");
      expect(JSON.stringify(policies.map(({ inputs }) => inputs))).toContain("7070");
    });

    it("has its metrics in the hub's alerts", () => {
      const rules = dataOf("hub-mimir-main-rules");
      for (const metric of ["toy_ring_members", "toy_bucket_failures_total", "toy_discarded_total"])
        expect(rules).toContain(metric);
    });

    it("keeps tenants as long as the inventory says", () => {
      expect(dataOf("hub-toy-main-runtime")).toContain("keptDays: 30");
    });
  });

  it("has the same guard as others, and its own of what never changes", () => {
    const was = { bucket: "toys", backend: "toy", shelf: "upper" };
    const main = { bucket: "metrics", logs: was };
    const asked = { ...main, logs: { ...was, shelf: "lower" } };
    expect(cellChanges("main", main, asked)).toMatchObject([
      {
        key: "cells.main.logs.shelf",
        lost: "every toy on the upper shelf",
        instead: ["carry them from upper to lower"],
      },
    ]);
  });
});
