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
import type { Recorded } from "../support/mocks";

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
});
