/**
 * Proves: rules of SLOs are PromQL, carry their labels, and promise nothing that cannot be. Does
 * not prove: when alerts fire; test/programs/slo-rules.test.ts does, with the real promtool.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PromqlExpression } from "../../../components/rules/promql-syntax";
import { ruleFile, rules } from "../../../components/rules/rule-file";
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
      expect(labels).toEqual({ slo: "checkout", tenant: "shop", team: "payments" });
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
        tenant: "shop",
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

  it("read events in the SLO's tenant alone, and the rest in the hub's own", () => {
    const file = rules({ ...model, slos: [checkout] }, "");
    expect(file.groups.slice(2).map(({ name, source_tenants }) => [name, source_tenants])).toEqual([
      ["slo-checkout-indicator", ["shop"]],
      ["slo-checkout-fast", undefined],
      ["slo-checkout-slow", undefined],
    ]);
    expect(ruleFile({ ...model, slos: [checkout] }).hash).not.toBe(ruleFile(model).hash);
  });
});
