import type { Signal } from "../../contract/names";
import { type Dashboard, type Filters, panelsOf } from "./dashboard";

/** What a panel asks, with values in the place of variables. */
export interface Question {
  /** Names of the dashboard, and of the panel in it. */
  readonly dashboard: string;
  readonly panel: string;
  readonly signal: Signal;
  /** In the language of the data source. */
  readonly text: string;
  /** Whether it is asked for one time. */
  readonly instant: boolean;
  /** By variable, the label by which it selects: answers have no other value of it. */
  readonly filters: Filters;
  /** Why it selects by neither tenant nor cluster, where it does not. */
  readonly unfiltered?: string;
  /** The option that collects what it asks for, where none does by default. */
  readonly needs?: string;
}

/** What Grafana computes from the time range and the width of a panel, as for an hour. */
const BUILT_IN: Readonly<Record<string, string>> = {
  __rate_interval: "5m",
  __interval: "1m",
  __auto: "1m",
  __range: "1h",
  __range_s: "3600",
};

/**
 * Everything that the panels ask, with these values. Variables without a value are set to all, as a
 * dashboard is when it is opened.
 *
 * @param values By variable: `{ tenant: "dev", cluster: "dev" }`.
 */
export function questionsOf(
  dashboards: readonly Dashboard[],
  values: Readonly<Record<string, string>> = {},
): Question[] {
  return dashboards.flatMap((dashboard) => {
    const typed = dashboard.variables.flatMap(({ name, text, query }): [string, string][] =>
      text ? [[name, String(query)]] : [],
    );
    const known = { ...Object.fromEntries(typed), ...values };
    return panelsOf(dashboard).flatMap(([panel, { queries, needs = dashboard.needs }]) =>
      queries.map(({ signal, text, instant = false, filters, unfiltered }) => ({
        dashboard: dashboard.name,
        panel,
        signal,
        text: filled(text, known),
        instant,
        filters,
        ...(unfiltered !== undefined && { unfiltered }),
        ...(needs !== undefined && { needs }),
      })),
    );
  });
}

/** As Grafana fills in variables; all of them at once are `.+`. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(
    // `$1` is a group of `label_replace`.
    /\$(?:\{([a-z_]\w*)(?::\w+)?\}|([a-z_]\w*))/g,
    (_, braced: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain ?? "";
      return values[name] ?? BUILT_IN[name] ?? ALL;
    },
  );
}

/** Value of a variable that is set to all. What has no such label at all is not selected. */
export const ALL = ".+";
