import { BURN_RATES, SLO_SERIES } from "../../rules/slos";
import type { Dashboard } from "../kit/dashboard";
import { bars, graph, stat, states, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";

const by = scope("tenant", "slo");
const { range, now, series } = by;

const OBJECTIVE = "tenant_id, slo";
const LEGEND = "{{tenant_id}} {{slo}}";
const each = (metric: string) => `max by (${OBJECTIVE}) (${series(metric)})`;

const left = each(SLO_SERIES.budgetLeft);
const objective = each(SLO_SERIES.objective);
type Range = Parameters<typeof SLO_SERIES.errors>[0];
const errors = (over: Range) => each(SLO_SERIES.errors(over));
const burnRate = (over: Range) => `${errors(over)} / (1 - ${objective})`;

const [{ factor: FASTEST }, { factor: FAST }] = BURN_RATES.fast;
const [{ factor: SLOW }, { factor: EVEN }] = BURN_RATES.slow;
const FULL = { warning: 0.25, critical: 0, below: true } as const;
const counted = (condition: string) => `count(${condition}) or 0 * count(${objective})`;

const alerts = by.series("ALERTS", 'alertname=~"ErrorBudget.*|SliMissing",alertstate="firing"');

/** Objectives of services, and how much may still go wrong. */
export const SLOS: Dashboard = {
  name: "slos",
  title: "SLOs",
  description:
    "Objectives of services, what is left of their error budgets, and how fast they burn",
  folder: "Applications",
  audience: "everyone",
  variables: variablesOf(by, SLO_SERIES.objective),
  related: ["applications", "clusters", "logs", "traces"],
  from: "24h",
  needs: "slos",
  rows: {
    "At a glance": {
      count: stat(
        "SLOs",
        "short",
        "Objectives that are kept count of.",
        now(`count(${objective})`, "SLOs"),
      ),
      missed: stat(
        "Missed",
        "short",
        "Objectives whose error budget is used up.",
        now(counted(`${left} < 0`), "missed"),
        { thresholds: { critical: 1 } },
      ),
      fast: stat(
        "Burn fast",
        "short",
        `Objectives whose budget burned more than ${FASTEST} times too fast in the last hour.`,
        now(counted(`${burnRate("1h")} > ${FASTEST}`), "burn fast"),
        { thresholds: { critical: 1 } },
      ),
      slow: stat(
        "Burn slowly",
        "short",
        `Objectives whose budget burned more than ${SLOW} times too fast in the last day.`,
        now(counted(`${burnRate("1d")} > ${SLOW}`), "burn slowly"),
        { thresholds: { warning: 1 } },
      ),
      missing: stat(
        "Without an indicator",
        "short",
        "Objectives without events in the last minutes: nothing tells whether they are met.",
        now(
          counted(`${objective} unless on (${OBJECTIVE}) ${each(SLO_SERIES.total)}`),
          "without an indicator",
        ),
        { thresholds: { warning: 1 } },
      ),
      least: stat(
        "Least budget",
        "percentunit",
        "What is left of the error budget of the objective that has least of it.",
        now(`min(${left})`, "budget left"),
        { thresholds: FULL, belowZero: true },
      ),
    },
    Objectives: {
      slos: table(
        "Objectives",
        "percentunit",
        "Each objective, what was reached of it over its window, and how fast its budget burns. " +
          "A burn rate of 1 uses up the budget exactly within the window.",
        [
          now(objective, "objective"),
          now(`1 - ${errors("window")}`, "reached"),
          now(left, "budget left", { thresholds: FULL }),
          now(burnRate("1h"), "burn rate, 1 h", burns(FASTEST)),
          now(burnRate("6h"), "burn rate, 6 h", burns(FAST)),
          now(burnRate("1d"), "burn rate, 1 d", burns(SLOW)),
          now(burnRate("3d"), "burn rate, 3 d", burns(EVEN)),
        ],
        { height: 10 },
      ),
      firing: states(
        "Alerts",
        "none",
        "When an error budget burned too fast, or an indicator was missing, for too long.",
        range(`max by (${OBJECTIVE}, alertname) (${alerts})`, `${LEGEND} {{alertname}}`),
        { texts: { "1": { text: "fires", color: "red" } } },
      ),
    },
    "Error budgets": {
      leftNow: bars(
        "Error budget left",
        "percentunit",
        "What is left of the budget of the whole window. Below 0 the objective is missed.",
        now(left, LEGEND),
        { max: 1, thresholds: FULL },
      ),
      left: graph(
        "Error budget over time",
        "percentunit",
        "What was left of the budget of the window that ended then.",
        range(left, LEGEND),
        { thresholds: FULL, belowZero: true },
      ),
    },
    "Burn rates": {
      burnHour: graph(
        "Burn rate over an hour",
        "short",
        `How many times too fast the budget burns. From ${FASTEST} on somebody is called.`,
        range(burnRate("1h"), LEGEND),
        { thresholds: { critical: FASTEST } },
      ),
      burnHours: graph(
        "Burn rate over six hours",
        "short",
        `How many times too fast the budget burns. From ${FAST} on somebody is called.`,
        range(burnRate("6h"), LEGEND),
        { thresholds: { critical: FAST } },
      ),
      burnDay: graph(
        "Burn rate over a day",
        "short",
        `How many times too fast the budget burns. From ${SLOW} on there is a warning.`,
        range(burnRate("1d"), LEGEND),
        { thresholds: { warning: SLOW } },
      ),
      burnDays: graph(
        "Burn rate over three days",
        "short",
        "How many times too fast the budget burns. From 1 on it will not last for the window.",
        range(burnRate("3d"), LEGEND),
        { thresholds: { warning: EVEN } },
      ),
    },
    Events: {
      errors: graph(
        "Errors",
        "percentunit",
        "Part of the events of the last five minutes that were not good.",
        range(errors("5m"), LEGEND),
      ),
      events: graph(
        "Events",
        "short",
        "All events, as the objective counts them over five minutes: most of them as a rate.",
        range(each(SLO_SERIES.total), LEGEND),
      ),
    },
  },
};

function burns(critical: number) {
  return { unit: "short", thresholds: { warning: 1, critical } } as const;
}
