import { type FilterName, type Filters, FILTERS, type Query, type Variable } from "./dashboard";

type QueryOptions = Partial<
  Pick<Query, "instant" | "exemplars" | "unit" | "thresholds" | "unfiltered">
>;

/** What a dashboard selects by: its variables, and PromQL that has their matchers. */
export interface Scope {
  readonly filters: Filters;
  /** The matchers alone. */
  readonly matchers: string;
  /** The series of a metric within the scope. `more`: further matchers. */
  series(metric: string, more?: string): string;
  /** A query over a time range. */
  range(text: string, legend: string, options?: QueryOptions): Query;
  /** A query for the end of the time range. */
  now(text: string, legend: string, options?: QueryOptions): Query;
  /** The same scope, with other labels for some of its variables. Undefined: not selected by. */
  with(labels: Readonly<Partial<Record<FilterName, string | undefined>>>): Scope;
}

export function scope(...names: readonly FilterName[]): Scope {
  return scopeOf(Object.fromEntries(names.map((name) => [name, FILTERS[name].label])));
}

/** What belongs to no tenant and to no cluster. Its queries say why they select by neither. */
export const EVERYTHING = scope();

function scopeOf(filters: Filters): Scope {
  const matchers = Object.entries(filters)
    .map(([name, label]) => `${label}=~"$${name}"`)
    .join(",");
  const query = (text: string, legend: string, options: QueryOptions = {}): Query => ({
    signal: "metrics",
    text,
    legend,
    filters,
    ...options,
  });
  return {
    filters,
    matchers,
    series: (metric, more) => `${metric}{${[matchers, more].filter(Boolean).join(",")}}`,
    range: query,
    now: (text, legend, options) => query(text, legend, { instant: true, ...options }),
    with: (labels) => {
      const all = Object.entries({ ...filters, ...labels }).filter(([, label]) => label);
      return scopeOf(Object.fromEntries(all) as Filters);
    },
  };
}

/**
 * The variables of a scope, each with the values that the ones before it leave. `source`: a metric
 * that whatever is looked at has.
 */
export function variablesOf({ filters }: Scope, source = "up", one?: FilterName): Variable[] {
  const names = Object.keys(filters) as FilterName[];
  return names.map((name, index) => {
    const before = names.slice(0, index).map((other) => `${filters[other]}=~"$${other}"`);
    return {
      name,
      title: FILTERS[name].title,
      signal: "metrics",
      query: `label_values(${source}{${before.join(",")}}, ${filters[name]})`,
      ...(name === one && { several: false }),
    };
  });
}
