/**
 * Proves: what is wrong in rule files and dashboards of users is refused before anything is
 * deployed, with the whole message that a person reads (messages/own/<case>.txt, to be read as
 * prose), and what is right reaches the tenant or the organisation that it is for. Does not prove:
 * that Mimir, Loki and Prometheus take it (test/programs/own-rules.test.ts).
 */
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { argsIssues } from "../../../components/hub/args-issues";
import type { HubDashboardFilesArgs } from "../../../components/hub/dashboards-args";
import { ownDashboardFiles } from "../../../components/hub/grafana/dashboards";
import { RULE_FILES_LIMIT } from "../../../components/hub/own-rules-issues";
import { resolveHub } from "../../../components/hub/resolve";
import { ownAlerts, rulesModel } from "../../../components/hub/rules";
import type { HubRuleFilesArgs } from "../../../components/hub/rules-args";
import { formatIssues } from "../../../components/kit/issues";
import { fromYaml, toYaml } from "../../../components/kit/yaml";
import { LOGQL_RULES, PROMQL_RULES, ruleFileIssues } from "../../../components/rules/own/rule-file";
import { tenantRuleFiles } from "../../../components/rules/rule-file";
import { connection, hubArgs } from "./hub";
import { board, LOG_RULES, OPERATOR_RULES, TENANT_RULES } from "./own";

const main = {
  ...hubArgs().cells["main"]!,
  logs: { bucket: connection, schemaFrom: "2026-01-31" },
};
const grafana = { organisations: { acme: { tenants: ["shared"] } } };
const hub = (given: Partial<HubObservabilityArgs>) =>
  hubArgs({ cells: { main }, grafana, ...given });
const withRules = (files: HubRuleFilesArgs) => hub({ rules: { files } });
const ofDev = (text: string) => withRules({ tenants: { dev: { "shop.yaml": text } } });
const withBoards = (files: HubDashboardFilesArgs) => hub({ dashboards: { files } });
const rule = (given: object) =>
  ofDev(toYaml({ groups: [{ name: "shop", rules: [{ alert: "ShopFails", ...given }] }] }));
const panel = (given: object) =>
  withBoards({ operators: { "shop.json": board({ panels: [{ title: "Errors", ...given }] }) } });

const cases: Readonly<Record<string, HubObservabilityArgs>> = {
  "text-that-is-no-yaml": ofDev("groups:\n  - name: shop\n   rules: []\n"),
  "a-file-without-groups": ofDev("namespace: shop\nrules: []\n"),
  "groups-without-rules": ofDev(
    "groups:\n  - name: shop\n    rules: []\n  - rules: [{ record: a:b, expr: up }]\n",
  ),
  "keys-that-are-not-there": ofDev(
    toYaml({
      groups: [
        {
          name: "shop",
          source_tenants: ["shared"],
          rules: [{ alert: "ShopFails", expression: "up", expr: "up", runbook: "x" }],
        },
      ],
    }),
  ),
  "neither-an-alert-nor-a-recording": ofDev(
    toYaml({
      groups: [
        { name: "shop", rules: [{ expr: "up" }, { alert: "A", record: "a:b", expr: "up" }] },
      ],
    }),
  ),
  "expressions-that-end-too-early": rule({ expr: 'sum(rate(shop_errors_total{app="shop"}[5m])' }),
  "a-counter-without-a-range": rule({ expr: "sum(rate(shop_errors_total)) > 1" }),
  "a-range-that-nothing-takes": rule({ expr: "sum(shop_errors_total[5m]) > 1" }),
  "a-pattern-that-is-none": rule({ expr: 'up{job=~"shop("} == 0' }),
  "everything-that-there-is": rule({ expr: 'count({job=~".*"}) > 1' }),
  "durations-that-are-none": ofDev(
    toYaml({
      groups: [
        { name: "shop", interval: "often", rules: [{ alert: "A", expr: "up", for: "5 minutes" }] },
      ],
    }),
  ),
  "labels-that-are-none": rule({
    expr: "up == 0",
    labels: { "severity-level": "critical", team: 7 },
  }),
  "labels-that-say-where-it-comes-from": rule({
    expr: "up == 0",
    labels: { cluster: "prd", tenant_id: "shared" },
  }),
  "templates-that-do-not-end": rule({
    expr: "up == 0",
    annotations: { summary: "{{ $labels.cluster } fails" },
  }),
  "names-that-others-have": withRules({
    tenants: {
      dev: {
        "a.yaml": TENANT_RULES,
        "b.yaml": TENANT_RULES,
        "c.yaml": toYaml({
          groups: [
            { name: "nodes", rules: [{ record: "heliograph_edge_info", expr: "up" }] },
            { name: "mine", rules: [{ record: "node:memory_used:ratio", expr: "up" }] },
          ],
        }),
      },
    },
  }),
  "a-name-that-is-no-series": ofDev(
    toYaml({
      groups: [{ name: "shop", rules: [{ record: "shop-errors", expr: "up", for: "5m" }] }],
    }),
  ),
  "tenants-that-are-not-there": withRules({
    tenants: { acme: { "shop.yaml": TENANT_RULES }, heliograph: { "ops.yaml": OPERATOR_RULES } },
  }),
  "another-tenant": rule({ expr: 'up{tenant_id="shared"} == 0' }),
  "rules-that-would-see-all-tenants": hub({
    cells: { main: { metrics: { ...main.metrics, backend: "cortex" } } },
    rules: { files: { tenants: { dev: { "shop.yaml": TENANT_RULES } } } },
  }),
  "log-rules-that-nobody-evaluates": hub({
    cells: { main: { metrics: main.metrics } },
    rules: { files: { logs: { dev: { "lines.yaml": LOG_RULES } } } },
  }),
  "log-rules-that-record-or-select": withRules({
    logs: {
      dev: {
        "lines.yaml": toYaml({
          groups: [
            {
              name: "lines",
              rules: [
                { record: "app:lines:rate5m", expr: 'sum(rate({app="shop"}[5m]))' },
                { alert: "Lines", expr: '{app="shop"} |= "failed"' },
                { alert: "Broken", expr: 'count_over_time({app="shop"[5m])' },
              ],
            },
          ],
        }),
      },
    },
  }),
  "more-than-a-config-map-holds": ofDev(`${TENANT_RULES}# ${"x".repeat(RULE_FILES_LIMIT)}\n`),
  "text-that-is-no-json": withBoards({ operators: { "shop.json": '{ "title": "Shop", }' } }),
  "dashboards-in-other-forms": withBoards({
    operators: {
      "api.json": JSON.stringify({ dashboard: {}, meta: {} }),
      "new.json": JSON.stringify({ apiVersion: "dashboard.grafana.app/v2", spec: {} }),
      "shared.json": board({ __inputs: [{ name: "DS_PROMETHEUS" }] }),
    },
  }),
  "no-title-and-no-uid": withBoards({
    operators: { "shop.json": JSON.stringify({ title: " ", panels: {} }), "list.json": "[]" },
  }),
  "uids-that-others-have": withBoards({
    operators: { "a.json": board({ uid: "heliograph-fleet" }), "b.json": board({}) },
    everyone: { "c.json": board({}), "d.json": board({}) },
    organisations: { acme: { "e.json": board({}) } },
  }),
  "data-sources-that-are-not-there": panel({
    datasource: { type: "prometheus", uid: "PBFA97CFB590B2093" },
    targets: [
      { refId: "A", expr: "up", datasource: { type: "prometheus", uid: "${prom}" } },
      { refId: "B", expr: "up", datasource: { type: "loki", uid: "metrics_main_dev" } },
    ],
  }),
  "a-tenant-that-the-organisation-does-not-have": withBoards({
    organisations: {
      acme: { "shop.json": board({ panels: [{ datasource: { uid: "metrics_main_dev" } }] }) },
      globex: {},
    },
  }),
  "panels-that-ask-nothing-readable": panel({
    datasource: { type: "prometheus", uid: "${metrics}" },
    targets: [{ refId: "A", expr: 'sum by (cluster (rate(x{cluster=~"$cluster"}[$__range])))' }],
  }),
  "names-that-are-no-files": withBoards({ operators: { "a/b/shop.json": board({}) } }),
  "no-grafana": hubArgs({ dashboards: { files: { operators: { "shop.json": board({}) } } } }),
};

describe("a mistake is refused with its whole message", () => {
  test.each(Object.entries(cases))("%s", async (name, args) => {
    const text = `${formatIssues("HubObservability hub", argsIssues(args))}\n`;
    await expect(text).toMatchFileSnapshot(join(__dirname, "messages", "own", `${name}.txt`));
  });
});

describe("what is right is taken", () => {
  const right = hub({
    rules: {
      files: {
        operators: { "ops.yaml": OPERATOR_RULES },
        tenants: { dev: { "shop.yaml": TENANT_RULES }, shared: { "shop.yaml": TENANT_RULES } },
        logs: { dev: { "lines.yaml": LOG_RULES } },
      },
    },
    dashboards: {
      files: {
        operators: { "shop/one.json": board({ uid: "one" }) },
        everyone: { "two.json": board({ uid: "two" }) },
        organisations: { acme: { "three.json": board({ uid: "three" }) } },
      },
    },
  });
  const model = resolveHub(right);

  it("without a word", () => expect(argsIssues(right)).toEqual([]));

  it("where it asks a data source of the last of many tenants", () => {
    const names = Array.from({ length: 500 }, (_, index) => `customer-${100 + index}`);
    const many = Object.fromEntries(names.map((name) => [name, { retentionDays: 30 }]));
    const asking = (uid: string) =>
      board({ uid, panels: [{ datasource: { uid: `logs_main_${names.at(-1)}` } }] });
    const args = hub({
      tenants: { ...hubArgs().tenants, ...many },
      grafana: { organisations: { acme: { tenants: ["shared", ...names] } } },
      dashboards: {
        files: {
          operators: { "one.json": asking("one") },
          organisations: { acme: { "two.json": asking("two") } },
        },
      },
    });
    expect(argsIssues(args)).toEqual([]);
  });

  it("where it lists alerts, if the hub has Alertmanagers of its own", () => {
    const listing = (uid: string, source: string) =>
      board({ uid, panels: [{ type: "alertlist", datasource: { uid: source } }] });
    const files = {
      operators: { "one.json": listing("one", "all_alerts") },
      organisations: { acme: { "two.json": listing("two", "alerts_shared") } },
    };
    const receivers = { team: { webhook: { url: "https://calls.example.com" } } };
    const alerting = { receivers, routes: [{ receiver: "team" }] };
    expect(argsIssues(hub({ dashboards: { files }, alerting }))).toEqual([]);
    const without = argsIssues(hub({ dashboards: { files } }));
    expect(without.map(({ got }) => got)).toMatchObject([
      { uid: "all_alerts" },
      { uid: "alerts_shared" },
    ]);
  });

  it("as a file of its tenant, whose name every rule has", () => {
    const facts = {
      namespace: "heliograph-hub",
      edges: {},
      gateway: "",
      authorities: [],
      renewBeforeDays: 90,
      runbookBaseUrl: "https://runbooks/#",
    };
    const files = tenantRuleFiles(rulesModel(model, model.cells[0]!, facts));
    expect(Object.keys(files)).toEqual(["heliograph", "dev", "shared"]);
    const groups = (id: string) =>
      (fromYaml(files[id]!) as { groups: { rules: { labels?: object }[] }[] }).groups;
    expect(groups("heliograph")).toMatchObject([
      { name: "fleet-own", source_tenants: ["heliograph", "dev", "shared"] },
    ]);
    for (const id of ["dev", "shared"])
      for (const { labels } of groups(id).flatMap(({ rules }) => rules))
        expect(labels).toMatchObject({ tenant_id: id });
  });

  it("as alerts that routes are asked for", () => {
    const own = ownAlerts(model).filter(({ name }) => name.startsWith("Shop"));
    expect(own).toEqual([
      { name: "ShopFails", severity: "critical", tenant: "dev", labels: { team: "shop" } },
      { name: "ShopFails", severity: "critical", tenant: "shared", labels: { team: "shop" } },
      { name: "ShopLines", severity: "", tenant: "dev", labels: {} },
    ]);
  });

  it("as dashboards of those whom they are for", () => {
    const files = ownDashboardFiles(right.dashboards!.files!);
    expect(files.map(({ paths }) => paths)).toEqual([
      ["operators/shop/one.json"],
      ["operators/Own/two.json", "everyone/Own/two.json"],
      ["organisations/acme/Own/three.json"],
    ]);
    expect(new Set(files.map(({ name }) => name)).size).toBe(3);
  });
});

it("no text makes the check of a rule file fail", () => {
  const yaml = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ groups: fc.array(fc.dictionary(fc.constantFrom("name", "rules"), fc.jsonValue())) })
      .map(toYaml),
  );
  fc.assert(
    fc.property(yaml, fc.constantFrom(PROMQL_RULES, LOGQL_RULES), (text, language) => {
      for (const { expected, lines } of ruleFileIssues(text, language)) {
        expect(expected).not.toBe("");
        expect(lines).not.toBe("");
      }
    }),
  );
});
