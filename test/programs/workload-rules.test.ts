/**
 * Proves, with the real promtool: each alert about workloads fires when its time has come, for the
 * cluster that it is about and for no neighbour, and ends with its reason; none fires without data,
 * where data ends, or where one metric of a healthy cluster is missing; and every threshold and
 * every delay counts, since a changed one turns a case red.
 * Does not prove: that the metrics are collected (test/components/collected-metrics.test.ts), or
 * that a ruler evaluates them (mimir-workloads.test.ts).
 */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { toYaml } from "../../components/kit/yaml";
import { workloadRules } from "../../components/rules/workloads/rules";
import {
  DEFAULT_THRESHOLDS,
  THRESHOLDS,
  type ThresholdName,
} from "../../components/rules/workloads/thresholds";
import type { AlertingRule, RuleFile } from "../../components/rules/types";
import { program } from "./support/programs";
import { failures, type RuleTest, type TestedRules } from "./support/rule-tests";
import {
  EDGE,
  NEIGHBOUR,
  shapes,
  valuesOf,
  WELL,
  WELL_AGAIN,
  workloadCourses,
  type Course,
} from "./support/workload-alert-cases";

const model = {
  thresholds: {},
  environments: {},
  tenants: {},
  disabled: [],
  runbookBaseUrl: "https://runbooks/#",
};
const file = workloadRules(model);

const alertsOf = ({ groups }: RuleFile) =>
  groups.flatMap(({ rules }) => rules.filter((rule): rule is AlertingRule => "alert" in rule));
const severityOf = ({ severity }: Course) => severity ?? "warning";
const minutesOf = (rule: AlertingRule | undefined) => parseInt(rule?.for ?? "0m");
const delayOf = (alert: string, course: Course) =>
  minutesOf(
    alertsOf(file).find(
      (rule) => rule.alert === alert && rule.labels.severity === severityOf(course),
    ),
  );

/** The group with the alert, which also records what it asks for. */
const groupOf = ({ groups }: RuleFile, alert: string): RuleFile => ({
  groups: groups.filter(({ rules }) =>
    rules.some((rule) => "alert" in rule && rule.alert === alert),
  ),
});

/** For a quarter of an hour more than its delay. */
const wrongFor = (alert: string, course: Course) => delayOf(alert, course) + 15;
const endOf = (alert: string, course: Course) => WELL + wrongFor(alert, course) + WELL_AGAIN - 1;
const ANY = `sum by (alertname, cluster) (ALERTS{alertstate="firing"})`;

/** What the cluster and its neighbour, which stays well, show. */
function seriesOf(alert: string, course: Course): Record<string, string> {
  const [values, wrong] = [valuesOf(course), wrongFor(alert, course)];
  return {
    ...course.series(NEIGHBOUR, shapes([values[0], values[0]], wrong)),
    ...course.series(EDGE, shapes(values, wrong)),
  };
}

/** Nothing until its delay has passed, then the alert of this cluster alone, nothing at the end. */
function courseTest(alert: string, course: Course): RuleTest {
  const [delay, lag, severity] = [delayOf(alert, course), course.lag ?? 1, severityOf(course)];
  const labels = `{cluster="dev",environment="dev",severity="${severity}",tenant_id="dev"}`;
  return {
    series: seriesOf(alert, course),
    expr: `count by (cluster, environment, tenant_id, severity) (ALERTS{alertname="${alert}",alertstate="firing",severity="${severity}"})`,
    answers: {
      [WELL - 2]: [],
      [WELL + delay - 1]: [],
      [WELL + delay + lag + 1]: [labels],
      [endOf(alert, course)]: [],
    },
  };
}

/** Every series ends while the alert fires. */
function endingTest(alert: string, course: Course): RuleTest {
  const end = WELL + delayOf(alert, course) + 10;
  const ending = Object.entries(seriesOf(alert, course)).map(([name, values]) => [
    name,
    firstOf(values, end),
  ]);
  return {
    series: Object.fromEntries(ending) as RuleTest["series"],
    expr: ANY,
    answers: { [end + 25]: [] },
  };
}

/** A healthy cluster, each time without one of the metrics. */
function missingTests(alert: string, course: Course): RuleTest[] {
  const [well] = valuesOf(course);
  const healthy = course.series(NEIGHBOUR, shapes([well, well], wrongFor(alert, course)));
  const metricOf = (series: string) => series.replace(/\{.*/, "");
  return [...new Set(Object.keys(healthy).map(metricOf))].map((missing) => ({
    series: Object.fromEntries(
      Object.entries(healthy).filter(([name]) => metricOf(name) !== missing),
    ),
    expr: ANY,
    answers: { [endOf(alert, course)]: [] },
  }));
}

const all = Object.entries(workloadCourses);
const MINUTES = 10 * 60_000;

describe("the rules about workloads, by the real promtool", () => {
  it("are taken by it, every template among them", () => {
    const checked = execFileSync(program("prometheus", "promtool"), ["check", "rules"], {
      input: toYaml(file),
      encoding: "utf8",
    });
    expect(checked).toContain("SUCCESS");
  });

  it("are each tested here, and so is every threshold", () => {
    const names = alertsOf(file).map(({ alert }) => alert);
    expect(Object.keys(workloadCourses).sort()).toEqual([...new Set(names)].sort());
    const tested = all.flatMap(([, courses]) =>
      courses.flatMap(({ threshold }) => threshold ?? []),
    );
    // These two are of the whole fleet: rules.test.ts.
    expect([...new Set([...tested, "clusterGpuRatio", "environmentDriftRatio"])].sort()).toEqual(
      Object.keys(THRESHOLDS).sort(),
    );
  });

  it(
    "fire for the cluster that they are about, once their delay has passed, and end",
    () => {
      const files = all.map(([alert, courses]): [string, TestedRules] => [
        alert,
        { rules: groupOf(file, alert), tests: courses.map((course) => courseTest(alert, course)) },
      ]);
      expect(failures(Object.fromEntries(files))).toEqual({});
    },
    MINUTES,
  );

  it(
    "raise nothing without data, where data ends, or where a healthy cluster lacks a metric",
    () => {
      const files = all.map(([alert, courses]): [string, TestedRules] => [
        alert,
        {
          rules: groupOf(file, alert),
          tests: courses.flatMap((course) => [
            endingTest(alert, course),
            ...missingTests(alert, course),
          ]),
        },
      ]);
      const none = { series: {}, expr: ANY, answers: { 0: [], 60: [], 300: [] } };
      expect(
        failures({ ...Object.fromEntries(files), "no data": { rules: file, tests: [none] } }),
      ).toEqual({});
    },
    MINUTES,
  );

  it(
    "are red with another delay, and with another threshold",
    () => {
      const mutants = all.flatMap(([alert, courses]) =>
        courses.flatMap((course, index) => {
          const rules = groupOf(file, alert);
          const tests = [courseTest(alert, course)];
          // A minute is the time between two evaluations: what fires at once fires then, too.
          const delays = (delayOf(alert, course) > 1 ? [0, 3] : [3]).map(
            (factor): [string, TestedRules] => [
              `${alert} ${index}: its delay x ${factor}`,
              { rules: withDelay(rules, alert, severityOf(course), factor), tests },
            ],
          );
          const { threshold } = course;
          const thresholds = [0.9, 1.1].flatMap((factor): [string, TestedRules][] =>
            threshold
              ? [
                  [
                    `${alert} ${index}: ${threshold} x ${factor}`,
                    { rules: groupOf(withThreshold(threshold, factor), alert), tests },
                  ],
                ]
              : [],
          );
          return [...delays, ...thresholds];
        }),
      );
      const red = failures(Object.fromEntries(mutants));
      expect(mutants.map(([name]) => name).filter((name) => !(name in red))).toEqual([]);
    },
    MINUTES,
  );
});

function withThreshold(name: ThresholdName, factor: number): RuleFile {
  return workloadRules({ ...model, thresholds: { [name]: DEFAULT_THRESHOLDS[name] * factor } });
}

function withDelay(
  { groups }: RuleFile,
  alert: string,
  severity: string,
  factor: number,
): RuleFile {
  return {
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) =>
        "alert" in rule && rule.alert === alert && rule.labels.severity === severity
          ? { ...rule, for: `${minutesOf(rule) * factor + factor}m` }
          : rule,
      ),
    })),
  };
}

/** The first so many values of a series, and its end. */
function firstOf(values: string, count: number): string {
  let left = count;
  const parts = values.split(" ").flatMap((part) => {
    const [, start = "", times = "0"] = /^(.*)x(\d+)$/.exec(part) ?? [];
    const taken = Math.min(Number(times) + 1, left);
    left -= taken;
    return taken > 0 ? [`${start}x${taken - 1}`] : [];
  });
  return [...parts, "stale"].join(" ");
}
