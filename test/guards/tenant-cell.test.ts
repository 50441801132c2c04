/** Proves: that a tenant moved is known by records of before it was the tenant that had a cell. */
import { expect, test } from "vitest";
import type { Stored } from "../../src/guards/stored";
import { strandingChanges } from "../../src/guards/stranding";

test.each([
  ["main", []],
  ["eu", ["tenants.dev.cell"]],
])("a tenant is where its edges were: %s", (cell, refused) => {
  const hub = (tenant: object, edge: object): Stored => ({
    hub: {
      cells: {},
      tenants: { dev: tenant },
      edges: { dev: { tenant: "dev", state: "signed", ...edge } },
    },
  });
  const changes = strandingChanges(hub({}, { cell }), hub({ cell: "main" }, {}));
  expect(changes.map(({ key }) => key)).toEqual(refused);
});
