import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { MtlsPki } from "../../components/index";
import { parseSettings } from "../../src/config/parse";
import { hubContractOf } from "../../src/stacks/inventory";
import { hubSections } from "../config/settings";
import { resolved } from "../support/mocks";

test("the contract names what stores the metrics of a cell, where that is not Mimir", async () => {
  const pki = {
    trustBundle: pulumi.output(["authority"]),
    certificates: pulumi.output({}),
    queryTrust: [],
  } as unknown as MtlsPki;
  const contractWith = (backend: object) => {
    const sections = hubSections();
    const cells = sections.hub["cells"] as { main: { metrics: object } };
    Object.assign(cells.main.metrics, backend);
    return resolved(hubContractOf(parseSettings("ops", sections).hub!, pki));
  };
  expect(await contractWith({})).not.toHaveProperty("metricsBackends");
  expect(await contractWith({ backend: "cortex" })).toMatchObject({
    metricsBackends: { main: "cortex" },
  });
});
