import { expect, test } from "vitest";
import { strandingChanges } from "../../src/guards/stranding";

test("a record from before there was a choice is one of Mimir", () => {
  const hub = (cell: object) => ({ hub: { cells: { main: cell }, tenants: {}, edges: {} } });
  const changes = (backend: "mimir" | "cortex") =>
    strandingChanges(hub({ copies: 1 }), hub({ copies: 1, backend }));
  expect(changes("mimir")).toEqual([]);
  expect(changes("cortex")).toMatchObject([
    { key: "cells.main.metrics.backend", was: "mimir", asked: "cortex" },
  ]);
});

test("ingesters of Thanos upload before there are fewer: one that stops does not", () => {
  const hub = (topology: "single" | "microservices", ingesters: number) => ({
    hub: {
      cells: { main: { backend: "thanos" as const, topology, copies: ingesters, ingesters } },
      tenants: {},
      edges: {},
    },
  });
  const [fewer] = strandingChanges(hub("microservices", 3), hub("single", 1));
  expect(fewer?.instead).toEqual([
    "wait until the last late sample has been there for 5 hours; then restart its ingesters, which then upload:",
    "kubectl -n heliograph-hub rollout restart statefulset -l app.kubernetes.io/instance=thanos-main-microservices,app.kubernetes.io/component=ingester",
    "kubectl -n heliograph-hub rollout status statefulset -l app.kubernetes.io/instance=thanos-main-microservices,app.kubernetes.io/component=ingester",
    "accept; keep the claims of the ingesters until a query shows the last hours",
  ]);
  expect(strandingChanges(hub("single", 1), hub("microservices", 3))).toEqual([]);
});
