import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  BACKENDS,
  backendNames,
  backendOf,
  backendsOf,
  optionDefaults,
  optionsOf,
  storeIssues,
  writePath,
} from "../../../components/backends/registry";
import { DEFAULT_BACKENDS } from "../../../components/contract/defaults";
import { SIGNALS } from "../../../components/contract/names";
import { cellFields } from "../../../components/hub/cell-args";
import { cell, store } from "./support/cell";

describe("the registry", () => {
  it("has a default for each signal", () => {
    expect(SIGNALS.map((signal) => backendOf(signal).name)).toEqual(["mimir", "loki", "tempo"]);
  });

  it("has the backends that the contract leaves out as its defaults", () => {
    expect(SIGNALS.map((signal) => backendOf(signal).name)).toEqual(
      Object.values(DEFAULT_BACKENDS),
    );
  });

  it("offers users the backends that there are", () => {
    expect(Object.fromEntries(SIGNALS.map((signal) => [signal, backendNames(signal)]))).toEqual({
      metrics: ["mimir", "cortex", "thanos"],
      logs: ["loki"],
      traces: ["tempo"],
    });
    for (const signal of SIGNALS)
      expect(cellFields[signal].backend.unwrap().options).toEqual(backendNames(signal));
  });

  it("names what there is for a backend that it does not have", () => {
    expect(() => backendOf("logs", "mimir")).toThrow("expected loki");
  });

  it("merges the options of a signal's backends, none of which is required", () => {
    expect(Object.keys(optionsOf("metrics"))).toEqual([
      "profile",
      "caches",
      "redis",
      "zones",
      "retentionDaysRaw",
      "retentionDays5m",
    ]);
    for (const backend of BACKENDS) expect(() => optionDefaults(backend)).not.toThrow();
  });

  it("says of an option which backends reject it, among those of its signal", () => {
    const said = (signal: "metrics" | "logs") =>
      (optionsOf(signal)["redis"] as z.ZodType).description;
    expect(said("metrics")).toBe(`${said("logs")} Not for mimir.`);
  });

  it("knows where the gateway takes a protocol", () => {
    expect(backendsOf("metrics").map((each) => writePath(each, "remote write"))).toEqual(
      Array.from({ length: 3 }, () => "/api/v1/push"),
    );
    expect(writePath(backendOf("logs"), "OTLP/HTTP")).toBe("/otlp/v1/logs");
    expect(writePath(backendOf("traces"), "OTLP/HTTP")).toBe("/v1/traces");
    expect(() => writePath(backendOf("traces"), "Loki push")).toThrow("Tempo does not take");
  });
});

describe("issues of a store", () => {
  it("are none where all is well", () => {
    const { stores } = cell();
    for (const each of Object.values(stores)) expect(storeIssues(each, cell())).toEqual([]);
  });

  it("name the backend that an option is for", () => {
    const metrics = store("metrics", { retentionDaysRaw: 30 });
    expect(storeIssues(metrics, cell({ stores: { metrics } }))).toEqual([
      {
        path: ["cells", "main", "metrics", "backend"],
        got: "mimir",
        expected: "thanos, because retentionDaysRaw is given: others keep samples as they came",
        example: "thanos",
      },
    ]);
  });

  it("say what is missing", () => {
    const logs = store("logs");
    expect(storeIssues(logs, cell())).toEqual([
      {
        path: ["cells", "main", "logs", "schemaFrom"],
        got: undefined,
        expected: expect.stringContaining(
          "Day from which lines are stored with the current schema",
        ) as string,
        example: "2026-01-31",
      },
    ]);
  });
});

describe("limits", () => {
  it("take the retention of each signal from that signal", () => {
    const { stores } = cell();
    const retention = Object.values(stores).map((each) =>
      each.backend.limits(each, cell()).map(({ byTenant }) => byTenant["b"]),
    );
    expect(retention).toMatchObject([
      [{ compactor_blocks_retention_period: "29d" }],
      [{ retention_period: "11d" }],
      [{ compaction: { block_retention: "5d" } }],
    ]);
  });

  it("are asked of every kind of pod that enforces some", () => {
    const { stores } = cell();
    for (const each of Object.values(stores))
      for (const component of ["distributor", "ingester", "querier", "compactor"])
        expect(each.backend.limits(each, cell())[0]?.components).toContain(component);
  });

  it("of Thanos are its series and, by the compactors of each retention, its days", () => {
    const metrics = store("metrics", { backend: "thanos", retentionDaysRaw: 17 });
    const watcher = { cluster: "ops", tenant: "c" };
    const [series, retention] = metrics.backend.limits(metrics, cell({ watcher }));
    expect(series?.components).toEqual(["distributor"]);
    expect(series?.byTenant["c"]).toEqual({ head_series_limit: 0 });
    expect(retention).toMatchObject({
      components: ["compactor"],
      together: true,
      byTenant: {
        b: {
          "retention.resolution-raw": "17d",
          "retention.resolution-5m": "29d",
          "retention.resolution-1h": "29d",
        },
      },
    });
  });
});
