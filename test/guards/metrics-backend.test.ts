import { expect, test } from "vitest";
import { strandingChanges } from "../../src/guards/stranding";

test("a record from before there was a choice is one of Mimir", () => {
  const hub = (cell: object) => ({ hub: { cells: { main: cell }, tenants: {}, edges: {} } });
  const changes = (backend: "mimir" | "cortex") => strandingChanges(hub({ copies: 1 }), hub({ copies: 1, backend }));
  expect(changes("mimir")).toEqual([]);
  expect(changes("cortex")).toMatchObject([{ key: "cells.main.metrics.backend", was: "mimir", asked: "cortex" }]);
});
