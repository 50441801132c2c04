import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { MtlsPki } from "../../components/index";
import { parseSettings } from "../../src/config/parse";
import { authorityArgs, backendsOf, factsOf, hubContractOf } from "../../src/stacks/inventory";
import { hubSections } from "../config/settings";
import { resolved } from "../support/mocks";

const pki = {
  trustBundle: pulumi.output(["authority"]),
  certificates: pulumi.output({}),
  queryTrust: [],
} as unknown as MtlsPki;

test("the contract names what stores the metrics of a cell, where that is not Mimir", async () => {
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

test("the contract names authorities in the order of the trust bundle, however a file lists them", async () => {
  const sections = hubSections();
  Object.assign(sections.hub, { authority: { trusted: [10, 9], signing: 9 } });
  const contract = resolved(hubContractOf(parseSettings("ops", sections).hub!, pki));
  expect(await contract).toMatchObject({ authority: { trusted: [9, 10], signing: 9 } });
});

describe("of several edges in several cells", () => {
  const inventory = () => {
    const sections = hubSections();
    const { cells, tenants, edges } = sections.hub as Record<"cells" | "tenants" | "edges", Plain>;
    const { metrics } = cells["main"] as { metrics: { bucket: { existing: object } } };
    const existing = { ...metrics.bucket.existing, container: "far" };
    const bucket = { ...metrics.bucket, existing };
    cells["far"] = { region: "uaenorth", metrics: { bucket, backend: "thanos" } };
    tenants["dev"] = { retentionDays: 30, cell: "main" };
    tenants["b"] = { retentionDays: 31, cell: "far" };
    edges["far"] = { tenant: "b", environment: "prd", region: "uaecentral", activeSeries: 79_031 };
    return parseSettings("ops", sections).hub!;
  };
  type Plain = Record<string, unknown>;

  test("the inventory says of each what is its own", () => {
    const hub = inventory();
    const { dev, far } = hub.edges;
    expect(factsOf(hub, dev!)).toMatchObject({ tenant: "dev", cell: "main", environment: "dev" });
    expect(factsOf(hub, far!)).toMatchObject({
      ...{ tenant: "b", cell: "far", environment: "prd", region: "uaecentral" },
      activeSeries: 79_031,
    });
  });

  test("each is stored by the backends of its own cell", () => {
    const hub = inventory();
    const { dev, far } = hub.edges;
    expect(backendsOf(hub, dev!)?.metrics).toBe("mimir");
    expect(backendsOf(hub, far!)?.metrics).toBe("thanos");
  });
});
