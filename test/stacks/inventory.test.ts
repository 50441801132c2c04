import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { MtlsPki } from "../../components/index";
import { parseSettings } from "../../src/config/parse";
import { authorityArgs, hubContractOf } from "../../src/stacks/inventory";
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

test("a request that is not the edge's own is rejected by the key of the stack file", async () => {
  const { hub } = parseSettings("ops", hubSections());
  const [name, entry] = Object.entries(hub!.edges)[0]!;
  const request = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
  const inventory = { ...hub!, edges: { [name]: { ...entry, request } } };
  const reading = authorityArgs(inventory, () => Promise.resolve(undefined));
  await expect(reading).rejects.toThrow(`heliograph:hub.edges.${name}.request`);
  await expect(reading).rejects.toThrow(`npm run up ${name}`);
});
