import { PromqlExpression } from "./promql-syntax";
import { quoted } from "./promql";
import { alertingRule, type Alert, type RecordingRule, type RuleGroup } from "./types";

/** A service level objective, with every default in place. */
export interface Slo {
  readonly name: string;
  readonly tenant: string;
  /** In percent. */
  readonly objective: number;
  /** PromQL with `$window`. */
  readonly good: string;
  readonly total: string;
  /** Time over which the objective holds: a duration. */
  readonly window: string;
  readonly description?: string;
  readonly team?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Names of what is recorded for each SLO, with the labels `slo`, `tenant_id` and `team`. */
export const SLO_SERIES = {
  objective: "slo:objective:ratio",
  /** Of the error budget of the whole window: 1 where nothing is used up, below 0 where all is. */
  budgetLeft: "slo:error_budget_left:ratio",
  good: "slo:events_good:window5m",
  total: "slo:events_total:window5m",
  /** Share of events that are not good, over a range. */
  errors: (range: SloRange) => `slo:sli_error:ratio_rate${range}`,
} as const;

/** Ranges of which the events themselves are read. */
const DIRECT = ["5m", "30m", "1h", "2h", "6h"] as const;
/**
 * Ranges of which the recorded events are read: a month of every series of a service is more than a
 * query may cost each minute. `window`: of the objective.
 */
const RECORDED = ["1d", "3d", "window"] as const;
type SloRange = (typeof DIRECT)[number] | (typeof RECORDED)[number];

/**
 * How many times faster than evenly over the window the budget is used up, over a long range and
 * over a short one, which ends the alert soon after its reason. From chapter 5 of Google's Site
 * Reliability Workbook: in a window of 30 days these are 2 % of the budget in an hour, 5 % in six
 * hours, and 10 % in a day or in three: https://sre.google/workbook/alerting-on-slos/
 */
export const BURN_RATES = {
  fast: [
    { factor: 14.4, long: "1h", short: "5m" },
    { factor: 6, long: "6h", short: "30m" },
  ],
  slow: [
    { factor: 3, long: "1d", short: "2h" },
    { factor: 1, long: "3d", short: "6h" },
  ],
} as const satisfies Record<string, readonly BurnRate[]>;

export interface BurnRate {
  readonly factor: number;
  readonly long: SloRange;
  readonly short: SloRange;
}

/** Often enough for an alert over five minutes. */
const INTERVAL = "30s";
/**
 * For what is read over days. Queries see a series for five minutes after its last sample, so it
 * has to be recorded more often than that.
 */
const LONG_INTERVAL = "2m";
/** A deployment of the service, or of the agent that scrapes it, takes less. */
const MISSING_FOR = "10m";

/**
 * The groups of all SLOs of a tenant, for rules that see its series and record among them. Those of
 * an SLO are in the order in which they depend on each other.
 *
 * @param runbookBaseUrl Address of a runbook without the name of the alert, which ends it.
 */
export function sloGroupsOf(
  slos: readonly Slo[],
  tenant: string,
  runbookBaseUrl: string,
): RuleGroup[] {
  return slos
    .filter((slo) => slo.tenant === tenant)
    .flatMap((slo) => [indicatorGroup(slo), ...recordedGroups(slo, runbookBaseUrl)]);
}

function indicatorGroup(slo: Slo): RuleGroup {
  const [good, total] = [new PromqlExpression(slo.good), new PromqlExpression(slo.total)];
  // No good event at all is no series, where every event so far was an error.
  const goodOver = (range: string) => `(sum(${good.over(range)}) or 0 * sum(${total.over(range)}))`;
  const totalOver = (range: string) => `sum(${total.over(range)})`;
  return {
    name: `slo-${slo.name}-indicator`,
    interval: INTERVAL,
    rules: [
      recorded(slo, SLO_SERIES.good, goodOver("5m")),
      recorded(slo, SLO_SERIES.total, totalOver("5m")),
      ...DIRECT.map((range) =>
        recorded(slo, SLO_SERIES.errors(range), errorRatio(goodOver(range), totalOver(range))),
      ),
    ],
  };
}

function recordedGroups(slo: Slo, runbookBaseUrl: string): RuleGroup[] {
  const rule = (alert: Alert) => {
    const { labels, ...others } = alertingRule(alert, runbookBaseUrl);
    return { ...others, labels: { ...slo.labels, ...labelsOf(slo), ...labels } };
  };
  const eventsOver = (events: string, range: string) =>
    `sum(sum_over_time(${events}${matchersOf(slo)}[${range}]))`;
  const ratios = RECORDED.map((range) => {
    const time = range === "window" ? slo.window : range;
    const [good, total] = [SLO_SERIES.good, SLO_SERIES.total];
    const ratio = errorRatio(eventsOver(good, time), eventsOver(total, time));
    return recorded(slo, SLO_SERIES.errors(range), ratio);
  });
  return [
    {
      name: `slo-${slo.name}-fast`,
      interval: INTERVAL,
      rules: [
        recorded(slo, SLO_SERIES.objective, `vector(${ratioOf(slo.objective)})`),
        ...burning(slo, "fast").map(rule),
        rule(missing(slo)),
      ],
    },
    {
      name: `slo-${slo.name}-slow`,
      interval: LONG_INTERVAL,
      rules: [
        ...ratios,
        recorded(slo, SLO_SERIES.budgetLeft, budgetLeft(slo)),
        ...burning(slo, "slow").map(rule),
      ],
    },
  ];
}

/** Nothing where there are no events. Counters that restart may show more good ones than all. */
function errorRatio(good: string, total: string): string {
  return `clamp_min(1 - ${good} / (${total} > 0), 0)`;
}

function budgetLeft(slo: Slo): string {
  return `1 - ${errorsOver(slo, "window")} / ${budgetOf(slo)}`;
}

/**
 * No alert where no burn rate can be reached: with an objective of 90 a service without a single
 * good event uses up its budget ten times too fast, not 14.4 times.
 */
function burning(slo: Slo, speed: keyof typeof BURN_RATES): Alert[] {
  const budget = budgetOf(slo);
  const reachable = BURN_RATES[speed].filter(({ factor }) => factor * budget < 1);
  if (reachable.length === 0) return [];
  const exprs = reachable.map(({ factor, long, short }) =>
    [long, short].map((range) => `${errorsOver(slo, range)} > ${factor} * ${budget}`).join(" and "),
  );
  const { name, objective, window, description } = slo;
  const what = description === undefined ? "" : `${description}. `;
  const kind = {
    fast: { name: "ErrorBudgetBurnsFast", severity: "critical", soon: "within days" },
    slow: { name: "ErrorBudgetBurnsSlowly", severity: "warning", soon: "before its window ends" },
  } as const;
  const { soon, ...alert } = kind[speed];
  return [
    {
      ...alert,
      expr: exprs.map((expr) => `(${expr})`).join(" or "),
      summary: `SLO ${name}: {{ $value | humanizePercentage }} of the events are errors`,
      description: `${what}With an objective of ${objective} % over ${window}, the error budget is used up ${soon} at this rate`,
    },
  ];
}

function missing(slo: Slo): Alert {
  return {
    name: "SliMissing",
    severity: "warning",
    expr: `absent(${SLO_SERIES.total}${matchersOf(slo)})`,
    for: MISSING_FOR,
    summary: `SLO ${slo.name}: its events are not there`,
    description:
      "The expression of all events finds no series, so that no alert on the error budget can fire",
  };
}

function recorded(slo: Slo, record: string, expr: string): RecordingRule {
  return { record, expr, labels: labelsOf(slo) };
}

function errorsOver(slo: Slo, range: SloRange): string {
  return `max by (slo) (${SLO_SERIES.errors(range)}${matchersOf(slo)})`;
}

function matchersOf({ name, tenant }: Slo): string {
  return `{slo=${quoted(name)},tenant_id=${quoted(tenant)}}`;
}

function labelsOf({ name, tenant, team }: Slo): Record<string, string> {
  return { slo: name, tenant_id: tenant, ...(team !== undefined && { team }) };
}

/** Share of events that may be errors. */
function budgetOf({ objective }: Slo): number {
  return ratioOf(100 - objective);
}

/** Of a percentage, as people would write it: not 0.0010000000000000009. */
function ratioOf(percentage: number): number {
  return Number((percentage / 100).toPrecision(10));
}
