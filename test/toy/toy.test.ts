import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  backendNames,
  backendOf,
  backendsOf,
  optionsOf,
  storeIssues,
} from "../../components/backends/registry";
import type * as registered from "../../components/backends/backends";
import { cell, store } from "../components/backends/support/cell";
import { deployed, objectLines } from "../components/backends/support/deployed";
import type { HubLogsArgs } from "../../components/hub/cell-args";
import { HubObservability } from "../../components/hub/hub-observability";
import { storesOf } from "../../components/hub/model";
import { resolveHub } from "../../components/hub/resolve";
import type { Pod } from "../../src/cli/cluster/cluster";
import { limits } from "../../src/cli/commands/verify/checks/limits";
import { hubView } from "../../src/cli/commands/verify/hub";
import { settingsSchema } from "../../src/config/schema";
import { cellChanges } from "../../src/guards/cell-changes";
import { clusterOf, contractOf, entryOf, Servers } from "../cli/verify/fakes";
import { hubSections } from "../config/settings";
import { checksum } from "../../components/kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../components/kit/labels";
import { toYaml } from "../../components/kit/yaml";
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
    expect(backendsOf("logs").flatMap(({ ingest }) => ingest.map(({ path }) => path))).toContain(
      "/toy/v1/lines",
    );
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

    it("has alerts of its own there, on the hub's pods alone, with a runbook each", () => {
      const rules = dataOf("hub-mimir-main-rules");
      expect(rules).toContain("alert: ToyBroken");
      expect(rules).toContain('toy_broken{namespace="');
      expect(rules).toMatch(/runbook_url: .*#toybroken\n/);
    });

    it("keeps tenants as long as the inventory says", () => {
      expect(dataOf("hub-toy-main-runtime")).toContain("keptDays: 30");
    });
  });

  it("can be named in a stack file, with its options", () => {
    const withLogs = (logs: object) => {
      const { hub } = hubSections();
      const { main } = hub["cells"] as { main: { metrics: { bucket: object } } };
      const { bucket } = main.metrics;
      const cells = { main: { ...main, logs: { bucket, ...logs } } };
      return settingsSchema.safeParse({ ...hubSections(), hub: { ...hub, cells } });
    };
    expect(
      withLogs({ backend: "toy", shelf: "upper" }).data?.hub?.cells["main"]?.logs,
    ).toMatchObject({ backend: "toy", shelf: "upper" });
    // A default of another backend would be written down here.
    expect(withLogs({ backend: "toy" }).data?.hub?.cells["main"]?.logs?.diskSize).toBeUndefined();
    expect(withLogs({ backend: "toy", drawer: "upper" }).success).toBe(false);
    expect(withLogs({ backend: "tin" }).error?.message).toContain("toy");
  });

  describe("is verified", () => {
    const servers = new Servers();
    afterEach(() => servers.close());

    const ofToys: object = { backend: "toy", shelf: "upper" };
    const one = {
      ...{ tenant: "b", environment: "b", region: "lab", keyGeneration: 1 },
      ...{ outage: "7h", activeSeries: 210_000 },
    };
    const model = resolveHub({
      cells: { main: { metrics: {}, logs: ofToys } },
      tenants: { b: { retentionDays: 29, logRetentionDays: 11 } },
      edges: { one },
    });
    const [main] = model.cells;
    const [metrics] = main ? storesOf(main) : [];
    const limitsOfMetrics = metrics!.backend.limits(metrics!, main!)[0]!.byTenant;
    const files = { mimir: limitsOfMetrics, toy: { b: { keptDays: 11 } } };

    /** A hub whose pods of toys keep lines for so many days. */
    const hubWith = async (keptDays: number) => {
      const pages: Readonly<Record<string, object>> = {
        "/toy/limits": { b: { keptDays } },
        "/toy/lines": [{ labels: { cluster: "one" }, time: 7, text: "a toy" }],
        "/runtime_config": { overrides: limitsOfMetrics },
      };
      const pods = await servers.json(({ pathname }) => pages[pathname]);
      const cluster = clusterOf({
        pods: async (_, { instance = "" }) =>
          instance.endsWith("-microservices") ? [] : [{ name: instance, ready: true } as Pod],
        endpoint: () => pods,
        configMap: async (_, name) => {
          const file = toYaml({ overrides: name.startsWith("toy") ? files.toy : files.mimir });
          const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(file) };
          return { metadata: { annotations }, data: { "runtime.yaml": file }, name };
        },
      });
      const edges = { one: entryOf("b", { signals: ["metrics", "logs"] }) };
      const contract = { ...contractOf(edges), backends: { main: { logs: "toy" } } };
      return hubView("ops", cluster, contract, model);
    };

    it("by its own reader", async () => {
      const logs = await (await hubWith(11)).logs("main");
      expect(await logs.newestLine("b", "one", { from: 0, to: 9 })).toMatchObject({
        text: "a toy",
      });
    });

    it("by the limits that its pods show", async () => {
      const verified = async (keptDays: number) =>
        limits(model, false).run(await hubWith(keptDays));
      expect(await verified(11)).toMatchObject({ status: "passed" });
      expect(await verified(12)).toMatchObject({
        detail: "cell main: Toy: tenant b: keptDays should be 11, is 12",
      });
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
