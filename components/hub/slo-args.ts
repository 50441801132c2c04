import { z } from "zod";
import { described, name, text } from "../kit/fields";
import { DURATION, toSeconds } from "../kit/duration";
import { PromqlExpression, WINDOW } from "../rules/promql-syntax";

/**
 * A service level objective: which share of all events has to be good. Rules record how many are,
 * and alerts fire while the error budget is used up too fast.
 *
 * It must be known at preview, because rules are derived from it.
 */
export interface HubSloArgs {
  /** Tenant whose series the SLO is about, a key of `tenants`. */
  tenant: string;
  /** Share of all events that has to be good, in percent: at least 50 and at most 99.999. */
  objective: number;
  /**
   * PromQL of the good events. The range of every selector is `$window`, in whose place rules put
   * ranges from five minutes to six hours, e.g.
   * `sum(rate(http_requests_total{app="checkout",code!~"5.."}[$window]))`. Its sum counts.
   */
  good: string;
  /** PromQL of all events, as `good` has it. While there are none, no alert fires. */
  total: string;
  /**
   * Time over which the objective holds, as a duration from `7d` to `90d`. It is at most the
   * `retentionDays` of the tenant. Defaults to `30d`.
   */
  window?: string;
  /** What the SLO promises, for the people who are alerted. Defaults to none. */
  description?: string;
  /** The label `team`, by which you can route its alerts. Defaults to none. */
  team?: string;
  /** Labels of its alerts, by which you can route them. Defaults to none. */
  labels?: Record<string, string>;
}

/** Where nobody names another one: upstream's factors of burn rates are for this one. */
export const DEFAULT_SLO_WINDOW = "30d";
/** Shorter than the longest range of an alert on burn rates, a window would say nothing. */
const WINDOW_DAYS = [7, 90] as const;
const DAY = 86_400;

/** Labels that rules set themselves. */
const SET_BY_RULES = ["alertname", "severity", "slo", "team", "tenant_id"];
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Limits of the fields of an SLO. */
export const sloFields = {
  tenant: name("Tenant whose series the SLO is about, one of `tenants`", "dev"),
  objective: described(
    z.number().min(50).max(99.999),
    "Share of all events that has to be good, in percent",
    99.9,
    "a number from 50 to 99.999: with an objective of 100 there is no error budget to use up",
  ),
  good: events("Good events", 'sum(rate(http_requests_total{code!~"5.."}[$window]))'),
  total: events("All events", "sum(rate(http_requests_total[$window]))"),
  window: described(
    z
      .string()
      .regex(DURATION)
      .refine((value) => {
        const days = DURATION.test(value) ? toSeconds(value) / DAY : 0;
        return days >= WINDOW_DAYS[0] && days <= WINDOW_DAYS[1];
      })
      .default(DEFAULT_SLO_WINDOW),
    "Time over which the objective holds. It is at most the `retentionDays` of the tenant.",
    DEFAULT_SLO_WINDOW,
    `a duration from ${WINDOW_DAYS[0]}d to ${WINDOW_DAYS[1]}d`,
  ),
  description: text(
    "What the SLO promises, for the people who are alerted",
    "Checkouts are answered without an error",
  ).optional(),
  team: text("The label `team`, by which you can route its alerts", "payments").optional(),
  labels: described(
    z
      .record(z.string(), z.string())
      .refine((labels) =>
        Object.keys(labels).every((label) => LABEL.test(label) && !SET_BY_RULES.includes(label)),
      )
      .default({}),
    "Labels of its alerts, by which you can route them",
    { environment: "prd" },
    `names of labels with their values, other than ${SET_BY_RULES.join(", ")}`,
  ),
};

function events(what: string, example: string) {
  return described(
    z.string().superRefine((promql, context) => {
      for (const expected of eventsIssues(promql))
        context.addIssue({ code: "custom", message: expected, params: { expected, example } });
    }),
    `${what}, as PromQL in which the range of every selector is \`${WINDOW}\`. Its sum counts.`,
    example,
    `PromQL in which the range of every selector is ${WINDOW}`,
  );
}

/** What is wrong in an expression by itself. */
function eventsIssues(promql: string): string[] {
  const expression = new PromqlExpression(promql);
  const { syntaxIssue, selectors, looseRanges } = expression;
  if (syntaxIssue !== undefined) return [`PromQL: ${syntaxIssue}`];
  if (selectors.length === 0) return ["PromQL that selects series"];
  return [
    ...selectors.flatMap(({ text, ranges, metric }) => [
      ...rangeIssue(text, ranges),
      ...(metric?.startsWith("slo:")
        ? [`other series than those that rules of SLOs record: ${metric}`]
        : []),
    ]),
    ...looseRanges.map(
      (range) => `a function of a range, such as rate or sum_over_time, around ${range}`,
    ),
    ...(expression.isScalar ? ["series that can be summed, not a number"] : []),
  ];
}

/** Of its own range, and those of the subqueries around it, exactly one is ours. */
function rangeIssue(text: string, ranges: readonly string[]): string[] {
  const ours = ranges.filter((range) => range === WINDOW).length;
  if (ours === 1) return [];
  if (ours > 1) return [`${WINDOW} once around ${text}, where it is ${ours} times`];
  const [fixed] = ranges;
  return fixed === undefined
    ? [`a range behind ${text}: ${text}[${WINDOW}]`]
    : [`[${WINDOW}] behind ${text}, not [${fixed}]: rules read it over ranges of their own`];
}
