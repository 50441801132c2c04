import type { Link, Panel, PanelKind, Query, Unit } from "./dashboard";

type Options = Omit<Panel, "kind" | "title" | "unit" | "description" | "queries">;
type Make = (
  title: string,
  unit: Unit,
  description: string,
  queries: Query | readonly Query[],
  options?: Options,
) => Panel;

const make =
  (kind: PanelKind): Make =>
  (title, unit, description, queries, options) => ({
    kind,
    title,
    unit,
    description,
    queries: [queries].flat(),
    ...options,
  });

/** Lines over time. */
export const graph = make("timeseries");
/** The latest value, large. */
export const stat = make("stat");
/** A row for each series, a column for each query. */
export const table = make("table");
/** Coloured states over time. */
export const states = make("state-timeline");
/** A bar for each series. */
export const bars = make("bargauge");
/** How often a value was in which range, over time. */
export const heatmap = make("heatmap");
export const lines = make("logs");
export const nodes = make("nodeGraph");

/** A way to another dashboard, with labels of the series as its variables of the same name. */
export function drill(title: string, to: string, ...labels: string[]): Link {
  return { title, to, set: Object.fromEntries(labels.map((label) => [variableOf(label), label])) };
}

const variableOf = (label: string) => (label === "tenant_id" ? "tenant" : label);

/** Good is green, anything else red. */
export const UP_OR_DOWN = {
  "0": { text: "down", color: "red" },
  "1": { text: "up", color: "green" },
} as const;
