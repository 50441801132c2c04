/**
 * Proves: rules of SLOs are PromQL, carry their labels, and promise nothing that cannot be. Does
 * not prove: when alerts fire; test/programs/slo-rules.test.ts does, with the real promtool.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromYaml } from "../../../components/kit/yaml";
import { PromqlExpression } from "../../../components/rules/promql-syntax";
import { ruleFile, tenantRuleFiles } from "../../../components/rules/rule-file";
import { BURN_RATES, sloGroupsOf } from "../../../components/rules/slos";
import type { AlertingRule, RecordingRule } from "../../../components/rules/types";
import { model } from "./model";
import { checkout } from "./slo";

const groups = sloGroupsOf([checkout], "shop", "https://runbooks/#");
const all = groups.flatMap((group) => group.rules);
const alerts = all.filter((rule): rule is AlertingRule => "alert" in rule);

describe("rules of an SLO", () => {
  it.each(all.map(({ expr }) => expr))("are PromQL: %s", (expr) => {
    expect(new PromqlExpression(expr).syntaxIssue).toBeUndefined();
    expect(expr).not.toContain("$window");
  });

  it("record its indicator over every range, and the budget that is left", () => {
    const recorded = all.filter((rule): rule is RecordingRule => "record" in rule);
    expect(recorded.map(({ record }) => record)).toEqual([
      "slo:events_good:window5m",
      "slo:events_total:window5m",
      ...["5m", "30m", "1h", "2h", "6h"].map((range) => `slo:sli_error:ratio_rate${range}`),
      "slo:objective:ratio",
      ...["1d", "3d", "window"].map((range) => `slo:sli_error:ratio_rate${range}`),
      "slo:error_budget_left:ratio",
    ]);
    for (const { labels } of recorded)
      expect(labels).toEqual({ slo: "checkout", tenant_id: "shop", team: "payments" });
  });

  it("call people by its labels, at once for what is fast", () => {
    expect(alerts.map(({ alert, labels }) => [alert, labels.severity])).toEqual([
      ["ErrorBudgetBurnsFast", "critical"],
      ["SliMissing", "warning"],
      ["ErrorBudgetBurnsSlowly", "warning"],
    ]);
    for (const { labels } of alerts)
      expect(labels).toMatchObject({
        slo: "checkout",
        tenant_id: "shop",
        team: "payments",
        environment: "prd",
      });
  });

  it("each have a runbook", () => {
    const runbooks = readFileSync(join(__dirname, "../../../docs/runbooks.md"), "utf8");
    for (const { alert } of alerts) expect(runbooks).toContain(`\n## ${alert}\n`);
  });

  it("are those of the tenant alone", () => {
    expect(sloGroupsOf([checkout], "dev", "")).toEqual([]);
  });

  it("never have a threshold below the objective's", () => {
    const rates = Object.values(BURN_RATES).flat();
    expect(Math.min(...rates.map(({ factor }) => factor))).toBeGreaterThanOrEqual(1);
  });

  it("have no alert that no service could reach", () => {
    fc.assert(
      fc.property(fc.double({ min: 50, max: 99.999, noNaN: true }), (objective) => {
        const exprs = sloGroupsOf([{ ...checkout, objective }], "shop", "").flatMap((group) =>
          group.rules.map(({ expr }) => expr),
        );
        for (const [, factor, budget] of exprs.join().matchAll(/ > ([\d.]+) \* ([\d.e-]+)/g)) {
          expect(Number(budget)).toBeCloseTo(1 - objective / 100, 9);
          expect(Number(factor) * Number(budget)).toBeLessThan(1);
        }
      }),
    );
  });

  it("are a file of its tenant, with a hash that the rules of its cell show", () => {
    const shop = {
      ...model,
      runbookBaseUrl: "https://runbooks/#",
      ownTenants: ["dev", "shop"],
      slos: [checkout],
    };
    const { dev, heliograph, ...files } = tenantRuleFiles(shop);
    for (const none of [dev, heliograph]) expect(fromYaml(none!)).toEqual({ groups: [] });
    expect(Object.keys(files)).toEqual(["shop"]);
    expect(fromYaml(files["shop"]!)).toEqual({ groups });
    expect(ruleFile(shop).hash).not.toBe(ruleFile({ ...shop, slos: [] }).hash);
  });

  it("are in no file where rules see every tenant", () => {
    const files = tenantRuleFiles({ ...model, groupsNameTenants: false, slos: [checkout] });
    expect(Object.entries(files).map(([id, text]) => [id, fromYaml(text)])).toEqual([
      ["heliograph", { groups: [] }],
    ]);
  });
});
