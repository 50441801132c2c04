/**
 * Proves: the real promtool takes the rules of SLOs, and alerts on the error budget fire at their
 * burn rates, not 5 % below them, and end once there are no errors; another factor or a missing
 * range is found here. Does not prove: that a tenant's rules see its series alone
 * (mimir-rules.test.ts).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toYaml } from "../../components/kit/yaml";
import { BURN_RATES, SLO_SERIES, sloGroupsOf } from "../../components/rules/slos";
import type { RuleGroup } from "../../components/rules/types";
import { checkout } from "../components/rules/slo";
import { program } from "./support/programs";

/** A time with the same traffic: minutes, requests in a minute, and errors among them. */
type Stretch = readonly [minutes: number, requests: number, errors: number];

interface Course {
  readonly title: string;
  readonly series: readonly { readonly series: string; readonly values: string }[];
  /** Alerts that fire, by the minute. */
  readonly firing: Readonly<Record<number, readonly string[]>>;
}

const FAST = "ErrorBudgetBurnsFast";
const SLOW = "ErrorBudgetBurnsSlowly";
const RATES = [
  ...BURN_RATES.fast.map((rate) => ({ ...rate, alert: FAST })),
  ...BURN_RATES.slow.map((rate) => ({ ...rate, alert: SLOW })),
];

/** What requests become. One in a thousand may be an error. */
const traffic: Course[] = [
  {
    title: "burns fast, and no more once half an hour was good, although the last hour was not",
    series: requests([60, 1000, 0], [15, 1000, 200], [35, 1000, 0]),
    firing: { 60: [], 64: [FAST, SLOW], 75: [FAST, SLOW], 110: [SLOW] },
  },
  {
    title: "burns slowly",
    series: requests([60, 1000, 4]),
    firing: { 10: [SLOW], 60: [SLOW] },
  },
  { title: "does not burn", series: requests([60, 10_000, 9]), firing: { 10: [], 60: [] } },
  {
    title: "has not one good event, which is no series then",
    series: requests([30, 1000, 1000]).slice(1),
    firing: { 10: [FAST, SLOW] },
  },
  { title: "has no traffic", series: requests([60, 0, 0]), firing: { 30: [], 60: [] } },
  {
    title: "has an indicator that goes away",
    series: requests([30, 1000, 0]),
    firing: { 30: [], 39: [], 60: ["SliMissing"] },
  },
  { title: "has no data", series: [], firing: { 5: [], 15: ["SliMissing"] } },
];

/** Every burn rate by itself: 5 % above it, 5 % below it, and over one of its ranges alone. */
const rates = RATES.flatMap(({ factor, long, short, alert }): Course[] => {
  const [above, below] = [factor * 1.05, factor * 0.95];
  const named = (title: string, burned: Record<string, number>, firing: string[]): Course => ({
    title: `${factor} times over ${long} and ${short}: ${title}`,
    series: ratios(burned),
    firing: { 2: firing },
  });
  return [
    named("above", { [long]: above, [short]: above }, [alert]),
    named("below", { [long]: below, [short]: below }, []),
    named("over", { [long]: above, [short]: below }, []),
    named("not for long", { [long]: below, [short]: above }, []),
  ];
});

describe("the rules of SLOs, by the real promtool", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-slos-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const groupsOf = (slo = checkout) => sloGroupsOf([slo], slo.tenant, "https://runbooks/#");
  /** The alerts on the error budget alone, for ratios that are not recorded from requests. */
  const alertsOf = (slo = checkout) =>
    groupsOf(slo).map((group) => ({
      ...group,
      rules: group.rules.filter((rule) => "alert" in rule && rule.alert !== "SliMissing"),
    }));

  /** What promtool says to the rules. */
  function tried(groups: readonly RuleGroup[], courses: readonly Course[], mutate = same) {
    const eager = groups.map((group) => ({ ...group, interval: "1m" }));
    writeFileSync(join(folder, "rules.yaml"), mutate(toYaml({ groups: eager })));
    const tests = courses.map(({ title, series, firing }) => ({
      name: title,
      interval: "1m",
      input_series: series,
      promql_expr_test: Object.entries(firing).map(([minute, alerts]) => ({
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: `${minute}m`,
        exp_samples: alerts.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
      })),
    }));
    const group_eval_order = groups.map(({ name }) => name);
    writeFileSync(
      join(folder, "test.yaml"),
      toYaml({ rule_files: ["rules.yaml"], evaluation_interval: "1m", group_eval_order, tests }),
    );
    return promtool("test", "rules", "test.yaml");
  }
  function promtool(...args: string[]): string {
    const options = { cwd: folder, encoding: "utf8" } as const;
    const { stdout, stderr } = spawnSync(program("prometheus", "promtool"), args, options);
    return stdout + stderr;
  }

  it("are taken by it", () => {
    writeFileSync(join(folder, "rules.yaml"), toYaml({ groups: groupsOf() }));
    expect(promtool("check", "rules", "rules.yaml")).toContain("SUCCESS: 15 rules found");
  });

  it.each(traffic)("an SLO that $title", (course) => {
    expect(tried(groupsOf(), [course])).toContain("SUCCESS");
  });

  it("alert on each burn rate", () => expect(tried(alertsOf(), rates)).toContain("SUCCESS"));

  describe("are found to be wrong with", () => {
    it.each(
      RATES.flatMap(({ factor }) =>
        [0.9, 1.1].map((by) => ({ factor, other: Number((factor * by).toFixed(2)) })),
      ),
    )("$other instead of $factor", ({ factor, other }) => {
      const mutate = (text: string) => text.replaceAll(` > ${factor} * `, ` > ${other} * `);
      expect(tried(alertsOf(), rates, mutate)).toContain("FAILED");
    });
    it.each(RATES.flatMap(({ long, short }) => [long, short]))("no range of %s", (range) => {
      const other = `ratio_rate${range === "5m" ? "2h" : "5m"}{`;
      const mutate = (text: string) => text.replaceAll(`ratio_rate${range}{`, other);
      expect(tried(alertsOf(), rates, mutate)).toContain("FAILED");
    });
  });

  it("never alert below the objective, however errors come", () => {
    const budget = fc.record({
      objective: fc.constantFrom(50, 90, 95, 99, 99.5, 99.9, 99.99, 99.999),
      window: fc.constantFrom("7d", "28d", "90d"),
      shares: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 2, maxLength: 5 }),
    });
    const property = fc.property(budget, ({ objective, window, shares }) => {
      const allowed = 1e8 * (1 - objective / 100);
      const stretches = shares.map((share): Stretch => [
        7,
        1e8,
        Math.floor(allowed * (share / 100)),
      ]);
      const firing = Object.fromEntries(shares.map((_, index) => [(index + 1) * 7, []] as const));
      const course = { title: "below", series: requests(...stretches), firing };
      const slo = { ...checkout, objective, window };
      expect(tried(groupsOf(slo), [course])).toContain("SUCCESS");
    });
    fc.assert(property, { numRuns: 10 });
  });
});

const same = (text: string) => text;

/** Counters of good requests, and of errors. */
function requests(...stretches: readonly Stretch[]) {
  const counter = (code: string, of: (stretch: Stretch) => number) => {
    let value = 0;
    const values = stretches.map((stretch) => {
      const [[minutes], growth] = [stretch, of(stretch)];
      const text = `${value + growth}+${growth}x${minutes - 1}`;
      value += growth * minutes;
      return text;
    });
    const series = `http_requests_total{app="checkout",code="${code}"}`;
    return { series, values: values.join(" ") };
  };
  return [
    counter("200", ([, all, errors]) => all - errors),
    counter("500", ([, , errors]) => errors),
  ];
}

/** Ratios of errors, as burn rates by range. Those that are not given are 0. */
function ratios(burned: Readonly<Record<string, number>>) {
  const ranges = new Set(RATES.flatMap(({ long, short }) => [long, short]));
  return [...ranges].map((range) => ({
    series: `${SLO_SERIES.errors(range)}{slo="checkout",tenant_id="shop"}`,
    values: `${((burned[range] ?? 0) / 1000).toFixed(6)}x5`,
  }));
}
