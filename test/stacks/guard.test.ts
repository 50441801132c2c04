/**
 * Proves: what a stack is about to store is told from its own file, and for an edge elsewhere from
 * what its hub says of it. Does not prove: that it is recorded; wiring.test.ts does.
 */
import { expect, test } from "vitest";
import type { Settings } from "../../src/config/schema";
import { parseSettings } from "../../src/config/parse";
import { intendedStored } from "../../src/stacks/guard";
import { edgeSections, hubSections } from "../config/settings";
import { facts } from "../support/facts";

const hubAlone = () => parseSettings("ops", hubSections());
const edgeAlone = () => parseSettings("dev", edgeSections());
const both = (): Settings =>
  parseSettings("ops", { ...hubSections(), edge: { name: "dev" } as object });
const elsewhere = {
  connection: { facts, url: "https://elsewhere", serverName: "elsewhere" },
} as Parameters<typeof intendedStored>[1];

test("a hub without an edge of its own has no queue", () => {
  const stored = intendedStored(hubAlone(), undefined, {});
  expect(Object.keys(stored)).toEqual(["hub"]);
});

test("a hub with an edge of its own has that edge's queue, for its own gateway", () => {
  const { hub, queue } = intendedStored(both(), undefined, {});
  expect(hub?.edges).toEqual({ dev: { tenant: "dev", state: "signed" } });
  expect(queue).toMatchObject({
    edge: "dev",
    url: "https://ingest.ops.example.com",
    serverName: "ingest.ops.example.com",
    labels: { cluster: "dev", tenant_id: "dev", region: "uaenorth" },
  });
});

test("an edge whose hub is elsewhere has a queue once that hub knows it", () => {
  expect(intendedStored(edgeAlone(), {}, {})).toEqual({});
  expect(intendedStored(edgeAlone(), undefined, {})).toEqual({});
  expect(intendedStored(edgeAlone(), elsewhere, {})).toMatchObject({
    queue: { edge: "dev", url: "https://elsewhere", serverName: "elsewhere" },
  });
});

test("a hub still stores what was written into it before", () => {
  const recorded = { hub: { cells: { main: {} }, tenants: { dev: {} }, edges: {} } };
  const names = (stored: ReturnType<typeof intendedStored>) => Object.keys(stored.hub!.cells);
  expect(names(intendedStored(hubAlone(), undefined, {}))).toEqual([]);
  expect(names(intendedStored(hubAlone(), undefined, recorded))).toEqual(["main"]);
});
