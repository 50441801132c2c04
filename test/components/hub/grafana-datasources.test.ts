/**
 * Proves: what the files of Grafana hold, for any inventory: nobody's data source in another's
 * organisation, and headers that name exactly its tenants. Does not prove: that Grafana takes them
 * (it cannot be run here); test/programs/datasources.test.ts asks the real backends what its
 * plugins ask.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HUB_TENANT, SIGNALS, type Signal } from "../../../components/contract/names";
import {
  OPERATORS_FILE,
  organisationFile,
  provisioning,
  uidOf,
  type Datasource,
  type DatasourcesModel,
} from "../../../components/hub/grafana/datasources";
import { cellSources } from "./flows";
import { toYaml } from "../../../components/kit/yaml";

const readers = { metrics: "mimir-main:8080", logs: "loki-main:3100", traces: "tempo-main:3200" };
const model: DatasourcesModel = {
  cells: { main: cellSources(readers, ["acme", "globex-dev", "globex-prd"]) },
  organisations: { acme: ["acme"], globex: ["globex-dev", "globex-prd"] },
};

describe("what Grafana is given", () => {
  it("is, for a customer with one tenant, this file", async () => {
    const text = toYaml(provisioning(model)[organisationFile("acme")]);
    await expect(text).toMatchFileSnapshot("../../golden/grafana-organisation.yaml");
  });

  it.each([
    [
      OPERATORS_FILE,
      [
        "all_metrics_main acme|globex-dev|globex-prd|heliograph -> all_traces_main",
        "metrics_main_acme acme -> traces_main_acme",
        "metrics_main_globex-dev globex-dev -> traces_main_globex-dev",
        "metrics_main_globex-prd globex-prd -> traces_main_globex-prd",
        "metrics_main_heliograph heliograph -> ",
        "all_logs_main acme|globex-dev|globex-prd -> all_traces_main",
        "logs_main_acme acme -> traces_main_acme",
        "logs_main_globex-dev globex-dev -> traces_main_globex-dev",
        "logs_main_globex-prd globex-prd -> traces_main_globex-prd",
        "all_traces_main acme|globex-dev|globex-prd -> all_logs_main all_metrics_main",
        "traces_main_acme acme -> logs_main_acme metrics_main_acme",
        "traces_main_globex-dev globex-dev -> logs_main_globex-dev metrics_main_globex-dev",
        "traces_main_globex-prd globex-prd -> logs_main_globex-prd metrics_main_globex-prd",
      ],
    ],
    [
      organisationFile("globex"),
      [
        "all_metrics_main globex-dev|globex-prd -> all_traces_main",
        "metrics_main_globex-dev globex-dev -> traces_main_globex-dev",
        "metrics_main_globex-prd globex-prd -> traces_main_globex-prd",
        "all_logs_main globex-dev|globex-prd -> all_traces_main",
        "logs_main_globex-dev globex-dev -> traces_main_globex-dev",
        "logs_main_globex-prd globex-prd -> traces_main_globex-prd",
        "all_traces_main globex-dev|globex-prd -> all_logs_main all_metrics_main",
        "traces_main_globex-dev globex-dev -> logs_main_globex-dev metrics_main_globex-dev",
        "traces_main_globex-prd globex-prd -> logs_main_globex-prd metrics_main_globex-prd",
      ],
    ],
  ])("shows these tenants, and leads from one signal to the others: %s", (file, expected) => {
    const { datasources } = provisioning(model)[file]!;
    const lines = datasources.map(
      (each) =>
        `${each.uid} ${tenantsOf(each).join("|")} -> ${[...new Set(linksIn(each))].sort().join(" ")}`,
    );
    expect(lines).toEqual(expected);
  });

  it("has one data source over all tenants only where there are several", () => {
    const one = { cells: { main: cellSources(readers, ["dev"]) }, organisations: {} };
    expect(provisioning(one)[OPERATORS_FILE]?.datasources.map(({ name }) => name)).toEqual([
      "dev metrics (main)",
      "heliograph metrics (main)",
      "dev logs (main)",
      "dev traces (main)",
    ]);
  });

  it("asks no backend for several tenants that cannot answer, and leads nobody there", () => {
    const cells = { main: cellSources(readers, ["dev", "stg"], { oneByOne: ["traces"] }) };
    const { datasources } = provisioning({ cells, organisations: {} })[OPERATORS_FILE]!;
    const all = datasources.filter(({ uid }) => uid.startsWith("all_"));
    expect(all.map(({ uid }) => uid)).toEqual(["all_metrics_main", "all_logs_main"]);
    expect(all.flatMap(linksIn)).toEqual([]);
    expect(datasources.filter(({ uid }) => uid === "metrics_main_dev").flatMap(linksIn)).toEqual([
      "traces_main_dev",
    ]);
  });

  it("has alerts and silences of each tenant for customers, and of all for operators", () => {
    const alerts = { reader: "alertmanager:9093", tenantReader: "alertmanager:9095" };
    const files = provisioning({ ...model, alerts });
    const shown = (file: string) =>
      files[file]!.datasources.filter(({ type }) => type === "alertmanager").map((each) =>
        [each.uid, each.url, ...tenantsOf(each)].join(" "),
      );
    expect(shown(OPERATORS_FILE)).toEqual(["all_alerts http://alertmanager:9093"]);
    expect(shown(organisationFile("globex"))).toEqual([
      "alerts_globex-dev http://alertmanager:9095 globex-dev",
      "alerts_globex-prd http://alertmanager:9095 globex-prd",
    ]);
    // Without the proxy a customer would see everything.
    const open = provisioning({ ...model, alerts: { reader: alerts.reader } });
    expect(JSON.stringify(open[organisationFile("globex")])).not.toContain("alertmanager");
  });

  it("leads to no signal that the cell does not store", () => {
    const { metrics } = readers;
    const few = {
      cells: { main: cellSources({ metrics }, ["dev", "stg"]) },
      organisations: {},
    };
    expect(JSON.stringify(provisioning(few))).not.toMatch(/datasourceUid/);
  });
});

const label = fc
  .stringMatching(/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/)
  .filter((name) => name !== HUB_TENANT);
const anyModel = fc
  .record({
    tenants: fc.uniqueArray(label, { minLength: 1, maxLength: 8 }),
    cells: fc.uniqueArray(label, { minLength: 1, maxLength: 3 }),
    customers: fc.uniqueArray(label, { maxLength: 4 }),
    seed: fc.infiniteStream(fc.nat()),
  })
  .map(({ tenants, cells, customers, seed }): DatasourcesModel => {
    const next = () => seed.next().value as number;
    const signals = () => SIGNALS.filter((signal) => signal === "metrics" || next() % 2 === 0);
    const organisations: Record<string, string[]> = Object.fromEntries(
      customers.map((name) => [name, []]),
    );
    for (const tenant of tenants)
      organisations[customers[next() % (customers.length + 1)] ?? ""]?.push(tenant);
    return {
      organisations,
      alerts: { reader: "alertmanager:9093", tenantReader: "alertmanager:9095" },
      cells: Object.fromEntries(
        cells.map((cell) => [
          cell,
          cellSources(
            Object.fromEntries(signals().map((signal) => [signal, `${signal}-${cell}:80`])),
            tenants.filter(() => next() % 4 > 0),
          ),
        ]),
      ),
    };
  });

const tenantsOf = ({ secureJsonData }: Datasource) =>
  secureJsonData?.httpHeaderValue1.split("|") ?? [];
const linksIn = (datasource: Datasource) =>
  [...JSON.stringify(datasource.jsonData).matchAll(/"datasourceUid":"([^"]+)"/g)].map(
    ([, uid]) => uid,
  );

describe("for any inventory", () => {
  const holds = (check: (model: DatasourcesModel) => void) =>
    fc.assert(fc.property(anyModel, check), { numRuns: 100 });

  it("no customer's organisation has a data source of another tenant", () => {
    holds((any) => {
      const files = provisioning(any);
      for (const [name, own] of Object.entries(any.organisations)) {
        const seen = (files[organisationFile(name)]?.datasources ?? []).flatMap(tenantsOf);
        expect(seen.filter((tenant) => !own.includes(tenant))).toEqual([]);
      }
    });
  });

  it("every stored signal of every tenant has a data source with its header and no other", () => {
    holds((any) => {
      const found = provisioning(any)[OPERATORS_FILE]?.datasources ?? [];
      for (const [cell, { sources, tenants }] of Object.entries(any.cells))
        for (const [signal, { reader, backend }] of Object.entries(sources))
          for (const tenant of tenants) {
            const own = found.find(({ uid }) => uid === uidOf(signal as Signal, cell, tenant));
            expect(own).toMatchObject({
              type: backend.datasource.type,
              secureJsonData: { httpHeaderValue1: tenant },
            });
            expect(own?.url.startsWith(`http://${reader}`)).toBe(true);
          }
    });
  });

  it("names and uids are unique and short, links lead to data sources of the same tenants, and one is the default", () => {
    holds((any) => {
      for (const { datasources } of Object.values(provisioning(any))) {
        const uids = datasources.map(({ uid }) => uid);
        expect(new Set(uids).size).toBe(uids.length);
        expect(new Set(datasources.map(({ name }) => name)).size).toBe(uids.length);
        for (const uid of uids) expect(uid).toMatch(/^[-_a-z0-9]{1,40}$/);
        for (const datasource of datasources)
          for (const link of linksIn(datasource)) {
            const other = datasources.find(({ uid }) => uid === link);
            const shared = (each: Datasource) =>
              tenantsOf(each).filter((tenant) => tenant !== HUB_TENANT);
            expect(other && shared(other)).toEqual(shared(datasource));
          }
        const data = datasources.filter(({ type }) => type !== "alertmanager");
        expect(datasources.filter(({ isDefault }) => isDefault)).toHaveLength(
          Math.min(1, data.length),
        );
      }
    });
  });
});
