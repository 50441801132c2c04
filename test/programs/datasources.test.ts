/**
 * Proves: the data sources that Grafana is given are answered by the real backends, with our configuration, in the way that Grafana's plugins ask; each sees
 * its tenants and no other.
 * Does not prove: that Grafana reads the files (it cannot be run here).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisioning, type DatasourcesModel } from "../../components/hub/grafana/datasources";
import { deployedDatasources } from "../../components/hub/grafana/in-force";
import { RUNTIME_FILE } from "../../components/hub/mimir/config";
import { runtimeConfig } from "../../components/hub/mimir/limits";
import { toYaml } from "../../components/kit/yaml";
import { DatasourceClient } from "../../src/cli/clients/datasource";
import { datasources } from "../../src/cli/verify/checks/hub/datasources";
import { hubView } from "../../src/cli/verify/fleet";
import { clusterOf, contractOf, entryOf } from "../cli/verify/fakes";
import { push, startConfiguredMimir, type ConfiguredMimir } from "./support/configured-mimir";

const tenants = ["acme", "globex"];
const model: DatasourcesModel = {
  cells: { main: { readers: { metrics: "mimir-main:8080" }, tenants } },
  organisations: { acme: ["acme"] },
};
const organisations = { acme: { tenants: ["acme"], editors: [], viewers: [] } };
const files = Object.fromEntries(Object.entries(provisioning(model)).map(([name, file]) => [name, toYaml(file)]));

let folder: string;
let mimir: ConfiguredMimir;
const endpoint = () => ({ port: Number(new URL(mimir.url).port) });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-datasources-"));
  mkdirSync(join(folder, "runtime"));
  const load = { retentionDays: 30, edges: [{ activeSeries: 1000, outageSeconds: 3600 }] };
  writeFileSync(join(folder, "runtime", RUNTIME_FILE), toYaml(runtimeConfig({ acme: load, globex: load })));
  mimir = await startConfiguredMimir(folder);
  for (const tenant of tenants) {
    const labels = { __name__: "up", tenant_id: tenant, cluster: tenant };
    expect(await push(mimir.url, tenant, [{ labels, samples: [[1, Date.now()]] }])).toBe(200);
  }
});
afterAll(async () => {
  await mimir?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const verdict = (data: Readonly<Record<string, string>>) => {
  const cluster = clusterOf({ configMap: async () => ({ data: { ...data } }), service: async () => endpoint() });
  const hub = hubView("ops", cluster, contractOf({ acme: entryOf("acme"), globex: entryOf("globex") }));
  return datasources({ organisations }).run(hub);
};

describe("the data sources as provisioned", () => {
  it("are well", async () => {
    expect(await verdict(files)).toEqual({
      status: "passed",
      brief: "5 data sources",
      detail: "5 data sources are answered, and each sees its own tenants and no other",
    });
  });

  it.each([
    ["acme metrics (main)", ["acme"]],
    ["globex metrics (main)", ["globex"]],
    ["all tenants metrics (main)", ["acme", "globex"]],
    ["heliograph metrics (main)", []],
  ])("%s sees %j", async (name, expected) => {
    const found = deployedDatasources(files).find((each) => each.name === name && !each.organisation);
    expect(await new DatasourceClient(found!, endpoint()).tenants()).toEqual(expected);
  });

  it("would not be with a header of another tenant, or none", async () => {
    const swapped = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        text.replaceAll("httpHeaderValue1: acme\n", "httpHeaderValue1: globex\n"),
      ]),
    );
    expect(await verdict(swapped)).toMatchObject({
      status: "failed",
      detail: "organisation acme, acme metrics (main): has globex, which is not its own",
    });
    const [first] = deployedDatasources(files);
    expect(await new DatasourceClient({ ...first!, headers: {} }, endpoint()).problem()).toMatch(/^answers 401 to/);
  });
});
