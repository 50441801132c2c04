import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Scenario, ScenarioContext } from "../../lab/scenarios/context";
import { scenarios } from "../../lab/scenarios/index";
import { runScenario } from "../../lab/scenarios/run";
import { goneFrom } from "../../lab/scenarios/support/hub-file";

beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const scenario = (run: (lab: ScenarioContext) => Promise<void>): Scenario => ({
  name: "trial",
  summary: "a trial",
  needs: "clusters",
  run,
});

describe("a scenario", () => {
  test("reports its checks in order, and goes on after a failed one", async () => {
    const checks = await runScenario(
      scenario(async (lab) => {
        lab.check("first", false, "3 of 4");
        lab.check("second", true);
      }),
      "kubectl",
      new AbortController().signal,
    );
    expect(checks).toEqual([
      { name: "first", ok: false, detail: "3 of 4" },
      { name: "second", ok: true, detail: "" },
    ]);
  });

  test("that throws has failed, and is cleaned up after: the latest change first", async () => {
    const restored: string[] = [];
    const checks = await runScenario(
      scenario(async (lab) => {
        lab.onCleanup("one", async () => restored.push("one"));
        lab.onCleanup("two", async () => restored.push("two"));
        throw new Error("no such pod");
      }),
      "kubectl",
      new AbortController().signal,
    );
    expect(restored).toEqual(["two", "one"]);
    expect(checks).toEqual([{ name: "ran to its end", ok: false, detail: "no such pod" }]);
  });

  test("that cannot be cleaned up has failed, and the other cleanups run", async () => {
    const restored: string[] = [];
    const checks = await runScenario(
      scenario(async (lab) => {
        lab.onCleanup("the gateway", async () => restored.push("gateway"));
        lab.onCleanup("the agent", () => Promise.reject(new Error("refused")));
      }),
      "kubectl",
      new AbortController().signal,
    );
    expect(restored).toEqual(["gateway"]);
    expect(checks).toEqual([{ name: "cleanup: the agent", ok: false, detail: "refused" }]);
  });

  test("that is interrupted ends at once, and is cleaned up after", async () => {
    const controller = new AbortController();
    const restored: string[] = [];
    const done = runScenario(
      scenario(async (lab) => {
        lab.onCleanup("it", async () => restored.push("it"));
        controller.abort(new Error("Interrupted"));
        await new Promise(() => undefined);
      }),
      "kubectl",
      controller.signal,
    );
    expect((await done).map(({ detail }) => detail)).toEqual(["Interrupted"]);
    expect(restored).toEqual(["it"]);
  });
});

test("scenarios have names that can be typed, each once", () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(names).not.toContain("all");
});

test("what a scenario takes out of the hub's file is named as the hub's guard names it", () => {
  const file = (tenants: string, edges: string) =>
    `config:\n  heliograph:hub:\n    tenants: { ${tenants} }\n    edges: { ${edges} }\n`;
  expect(goneFrom(file("a: {}, b: {}", "a: {}, x: {}, y: {}"), file("a: {}", "a: {}"))).toEqual([
    "tenants.b",
    "edges.x",
    "edges.y",
  ]);
  expect(goneFrom("", file("a: {}", "a: {}"))).toEqual([]);
  const cell = (topology: string) =>
    `config:\n  heliograph:hub:\n    cells: { main: { metrics: { ${topology} } } }\n`;
  expect(goneFrom(cell("topology: microservices"), cell(""))).toEqual([
    "cells.main.metrics.topology",
  ]);
  expect(goneFrom(cell(""), cell("topology: microservices"))).toEqual([]);
  expect(goneFrom(cell(""), file("", ""))).toEqual(["cells.main"]);
  const kept = (what: string) => cell(`bucket: { bucket: ${what} }, backend: ${what}`);
  expect(goneFrom(kept("mimir"), kept("cortex"))).toEqual([
    "cells.main.metrics.bucket",
    "cells.main.metrics.backend",
  ]);
});
