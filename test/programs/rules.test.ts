/**
 * Proves: the real promtool takes the rules, and each alert fires when it should, is silent when it
 * should be, ends when its reason has ended, and is silent without data; and every figure of an
 * alert counts, since another one turns a case red. Does not prove: that the series that alerts ask
 * for exist (mimir-rules.test.ts), that they are evaluated for real (the lab's scenario `alerts`).
 */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { toYaml } from "../../components/kit/yaml";
import type { RulesModel } from "../../components/rules/model";
import { rules } from "../../components/rules/rule-file";
import type { AlertingRule, RuleFile } from "../../components/rules/types";
import { model } from "../components/rules/model";
import type { Case } from "./support/alert-case";
import { edgeAlertCases } from "./support/edge-alert-cases";
import { hubAlertCases } from "./support/hub-alert-cases";
import { program } from "./support/programs";
import { failures, upstream, type TestedRules } from "./support/rule-tests";

/** Alerts that are about no edge, and labels that they have all the same. */
const OF_THE_HUB: Readonly<Record<string, readonly string[]>> = {
  InventoryMissing: [],
  IngesterUnhealthy: [],
  CompactorUnhealthy: [],
  BucketFailing: [],
  DataDiscarded: ["tenant_id"],
  RulesFailing: ["tenant_id"],
  Watchdog: [],
};

/** Alerts that no course of events ends, and why. */
const ENDLESS: Readonly<Record<string, string>> = {
  Watchdog: "it fires always",
  CertificateExpiring: 'an update makes other rules: "not what was renewed"',
};

/** Alerts that no data means, or that look at no data. */
const WITHOUT_DATA = ["CertificateExpiring", "EdgeSilent", "Watchdog"];

const DAY = 86_400;
/** Beside those of the model, one on each side of both figures. */
const certificates = [
  ...model.certificates,
  { certificate: "gateway", cluster: "due", notAfter: 15 * DAY },
  { certificate: "gateway", cluster: "fresh", notAfter: 77 * DAY },
] satisfies RulesModel["certificates"];

const cases = { ...edgeAlertCases, ...hubAlertCases };
const all = rules({ ...model, certificates }, "0123456789abcdef");
const alerts = all.groups.flatMap((group) =>
  group.rules.filter((rule): rule is AlertingRule => "alert" in rule),
);
const MINUTES = 10 * 60_000;

describe("the rules, by the real promtool", () => {
  it("are taken by it, every duration and template among them", () => {
    const checked = execFileSync(program("prometheus", "promtool"), ["check", "rules"], {
      input: toYaml(upstream(all)),
      encoding: "utf8",
    });
    expect(checked).toContain(`SUCCESS: ${countRules(all)} rules found`);
  });

  it("are each tested here", () => {
    expect(Object.keys(cases).sort()).toEqual(
      [...new Set(alerts.map(({ alert }) => alert))].sort(),
    );
  });

  it("have the labels that routes know, where they are about an edge", () => {
    const missing = Object.entries(cases).flatMap(([alert, [by, ...own]]) => {
      const firing = own.flatMap((each) => Object.values(each.firing).flat());
      const labels = OF_THE_HUB[alert] ?? ["cluster", "environment", "tenant_id"];
      const all = labels.every((label) => by.split(", ").includes(label));
      const seen = firing.some((series) => labels.every((label) => series.includes(`${label}="`)));
      return labels.length === 0 || (all && seen) ? [] : [alert];
    });
    expect(missing).toEqual([]);
  });

  it("are each seen to start and to end", () => {
    const unseen = Object.entries(cases)
      .filter(([alert, [, ...own]]) => !(alert in ENDLESS) && !own.some(startsAndEnds))
      .map(([alert]) => alert);
    expect(unseen).toEqual([]);
  });

  describe.each(Object.entries(cases))("%s", (alert, [by, ...own]) => {
    it.each(own)("$title", (example) => {
      expect(failures({ [alert]: testOf(all, alert, by, example) })).toEqual({});
    });
  });

  it("raise nothing without data but what no data means", () => {
    const none = {
      title: "",
      firing: { "30m": WITHOUT_DATA.map((name) => `{alertname="${name}"}`) },
    };
    const { tests, ...file } = testOf(all, "", "alertname", none);
    const expr = 'group by (alertname) (ALERTS{alertstate="firing"})';
    expect(failures({ all: { ...file, tests: tests.map((test) => ({ ...test, expr })) } })).toEqual(
      {},
    );
  });

  it("CertificateExpiring: not what was renewed", () => {
    const renewed = rules({ ...model, certificates: model.certificates.slice(0, 1) }, "");
    const example = { title: "", firing: { "10m": [] } };
    expect(failures({ it: testOf(renewed, "CertificateExpiring", "cluster", example) })).toEqual(
      {},
    );
  });

  it(
    "are red with another figure",
    () => {
      const mutants = alerts.flatMap((rule) => {
        const [by, ...own] = cases[rule.alert]!;
        return Object.entries(mutantsOf(rule)).map(([name, mutant]) => ({
          name: `${rule.alert}, ${rule.labels.severity}: ${name}`,
          tests: own.map((example) => testOf(replaced(all, rule, mutant), rule.alert, by, example)),
        }));
      });
      const files = mutants.flatMap(({ name, tests }) =>
        tests.map((test, index): [string, TestedRules] => [`${name} ${index}`, test]),
      );
      const red = Object.keys(failures(Object.fromEntries(files)));
      const green = mutants.filter(({ name, tests }) =>
        tests.every((_, index) => !red.includes(`${name} ${index}`)),
      );
      console.info(`${mutants.length} other figures of ${alerts.length} alerts`);
      expect(green.map(({ name }) => name)).toEqual([]);
    },
    MINUTES,
  );
});

function testOf(
  { groups }: RuleFile,
  alert: string,
  by: string,
  { series = {}, firing, without, every = "30s" }: Case,
): TestedRules {
  const expr = `sum by (${by}) (ALERTS{alertname="${alert}",alertstate="firing"})`;
  const there = groups.filter(({ name }) => name !== without);
  return {
    rules: { groups: there.map((group) => ({ ...group, interval: every })) },
    tests: [{ series, expr, answers: firing }],
    every,
  };
}

/** Something fires that did not before, and does not any more later. */
function startsAndEnds({ firing }: Case): boolean {
  const times = Object.values(firing);
  return times.some((labels, index) =>
    labels.some(
      (each) =>
        times.slice(0, index).some((before) => !before.includes(each)) &&
        times.slice(index + 1).some((after) => !after.includes(each)),
    ),
  );
}

/** How long a counter is known: no figure that anybody would change. */
const SEEN_BEFORE = "6h";
/** Durations, and what is compared with. */
const FIGURES = /(?<=\[|offset )\d+[smhd](?=\W|$)|(?<=[<>]=? )\d+(?:\.\d+)?/g;

/** Each figure of an alert changed by itself, up and down. */
function mutantsOf(rule: AlertingRule): Record<string, AlertingRule> {
  const figures = [...new Set(rule.expr.match(FIGURES))].filter(
    (figure) => figure !== SEEN_BEFORE && figure !== "0",
  );
  const expressions = figures.flatMap((figure) =>
    changed(figure).map((other): [string, AlertingRule] => [
      `${figure} is ${other}`,
      { ...rule, expr: rule.expr.replace(FIGURES, (each) => (each === figure ? other : each)) },
    ]),
  );
  const delays = (rule.for === undefined ? [] : changed(rule.for)).map(
    (delay): [string, AlertingRule] => [`for ${rule.for} is ${delay}`, { ...rule, for: delay }],
  );
  return Object.fromEntries([...expressions, ...delays]);
}

const SECONDS = { s: 1, m: 60, h: 3600, d: DAY };

function changed(figure: string): string[] {
  const unit = figure.at(-1) as keyof typeof SECONDS;
  if (unit in SECONDS)
    return [0.5, 2].map((factor) => `${parseInt(figure) * SECONDS[unit] * factor}s`);
  const value = Number(figure);
  // One more and one less of what is counted, a tenth of what is measured.
  return Number.isInteger(value) && value < 10
    ? [`${value - 1}`, `${value + 1}`]
    : [`${value * 0.9}`, `${value * 1.1}`];
}

function replaced({ groups }: RuleFile, rule: AlertingRule, other: AlertingRule): RuleFile {
  return {
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((each) => (each === rule ? other : each)),
    })),
  };
}

function countRules({ groups }: RuleFile): number {
  return groups.reduce((sum, group) => sum + group.rules.length, 0);
}
