/**
 * Proves: the dashboard of SLOs shows, by the real promtool, what the rules of SLOs record: the
 * objective, what was reached, what is left of the budget, how fast it burns, and which objectives
 * are missed, burn, or have no indicator. Does not prove: that the rules record it
 * (slo-rules.test.ts), and how Grafana draws it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SLOS } from "../../components/dashboards/applications/slos";
import { questionsOf } from "../../components/dashboards/kit/questions";
import { toYaml } from "../../components/kit/yaml";
import { SLO_SERIES } from "../../components/rules/slos";
import { program } from "./support/programs";

/** Of three objectives of 99 %: one is missed and burns, one has no indicator, one is well. */
const CHECKOUT = { slo: "checkout", tenant_id: "shop", team: "payments" };
const SEARCH = { slo: "search", tenant_id: "shop" };
const LOGIN = { slo: "login", tenant_id: "shop" };

const series: readonly (readonly [metric: string, labels: object, value: number])[] = [
  [SLO_SERIES.objective, CHECKOUT, 0.99],
  [SLO_SERIES.objective, SEARCH, 0.99],
  [SLO_SERIES.objective, { slo: "other", tenant_id: "other" }, 0.5],
  [SLO_SERIES.objective, LOGIN, 0.99],
  [SLO_SERIES.total, CHECKOUT, 20],
  [SLO_SERIES.total, LOGIN, 5],
  [SLO_SERIES.budgetLeft, CHECKOUT, -0.5],
  [SLO_SERIES.budgetLeft, SEARCH, 0.75],
  [SLO_SERIES.budgetLeft, LOGIN, 1],
  [SLO_SERIES.errors("5m"), CHECKOUT, 0.3],
  [SLO_SERIES.errors("1h"), CHECKOUT, 0.2],
  [SLO_SERIES.errors("6h"), CHECKOUT, 0.05],
  [SLO_SERIES.errors("1d"), CHECKOUT, 0.04],
  [SLO_SERIES.errors("3d"), CHECKOUT, 0.02],
  [SLO_SERIES.errors("window"), CHECKOUT, 0.015],
];

/** By panel, the values of its queries in their order, each with its SLO. */
const SHOWN: Readonly<Record<string, readonly (readonly [slo: string, value: number])[][]>> = {
  count: [[["", 3]]],
  missed: [[["", 1]]],
  fast: [[["", 1]]],
  slow: [[["", 1]]],
  missing: [[["", 1]]],
  least: [[["", -0.5]]],
  slos: [
    [
      ["checkout", 0.99],
      ["login", 0.99],
      ["search", 0.99],
    ],
    [["checkout", 0.985]],
    [
      ["checkout", -0.5],
      ["login", 1],
      ["search", 0.75],
    ],
    [["checkout", 20]],
    [["checkout", 5]],
    [["checkout", 4]],
    [["checkout", 2]],
  ],
  burnHour: [[["checkout", 20]]],
  burnDays: [[["checkout", 2]]],
  errors: [[["checkout", 0.3]]],
  events: [
    [
      ["checkout", 20],
      ["login", 5],
    ],
  ],
};

describe("the dashboard of SLOs, by the real promtool", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-slo-dashboard-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function tried(mutate = (text: string) => text): string {
    const questions = questionsOf([SLOS], { tenant: "shop" });
    const tests = Object.entries(SHOWN).flatMap(([panel, queries]) => {
      const asked = questions.filter((question) => question.panel === panel);
      expect(asked.length, panel).toBe(queries.length);
      return queries.map((samples, index) => ({
        // Numbers as people would write them: 1 - 0.99 is not quite 0.01.
        expr: `round(${mutate(asked[index]!.text)}, 0.001)`,
        eval_time: "1m",
        exp_samples: samples.map(([slo, value]) => ({
          labels: slo === "" ? "{}" : `{slo="${slo}",tenant_id="shop"}`,
          value,
        })),
      }));
    });
    const input_series = series.map(([metric, labels, value]) => {
      const matchers = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      return { series: `${metric}{${matchers.join(",")}}`, values: `${value}x5` };
    });
    const file = join(folder, "test.yaml");
    const test = { interval: "1m", input_series, promql_expr_test: tests };
    writeFileSync(file, toYaml({ rule_files: [], evaluation_interval: "1m", tests: [test] }));
    const promtool = program("prometheus", "promtool");
    const { stdout, stderr } = spawnSync(promtool, ["test", "rules", file], { encoding: "utf8" });
    return stdout + stderr;
  }

  it("shows what is recorded", () => expect(tried()).toContain("SUCCESS"));

  it.each([
    ["1 - max by", "max by"],
    ['tenant_id=~"shop",', ""],
    ["ratio_rate1h", "ratio_rate5m"],
    ["< 0", "> 0"],
  ])("is found to be wrong with %j as %j", (from, to) => {
    expect(tried((text) => text.replaceAll(from, to))).toContain("FAILED");
  });
});
