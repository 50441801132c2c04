import type { Signal } from "../../contract/names";

/**
 * A dashboard, as a pure value: what people see, and what it asks. `dashboardJson` writes it as
 * Grafana reads it, and `questionsOf` lists what its panels ask, so that tests can ask the same.
 */
export interface Dashboard {
  /** Its uid is made of it: it never changes, since people and alerts link to it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Folder in Grafana, for people. */
  readonly folder: string;
  /** Who has it: operators, or operators and every customer's organisation. */
  readonly audience: Audience;
  /** Variables at its top, in their order. Those of data sources follow from its queries. */
  readonly variables: readonly Variable[];
  /** Dashboards that its top links to, with the same values of variables. */
  readonly related?: readonly string[];
  /** Rows by their titles. */
  readonly rows: Readonly<Record<string, Panels>>;
  /** The option that collects what it shows, where none does by default. */
  readonly needs?: string;
  /** What it shows at first: from so long ago. Defaults to `1h`. */
  readonly from?: string;
}

/** Panels by their names. A name never changes: links to one panel are made of it. */
export type Panels = Readonly<Record<string, Panel>>;

export const AUDIENCES = ["operators", "everyone"] as const;
export type Audience = (typeof AUDIENCES)[number];

/** Panels of Grafana that we use. */
export type PanelKind =
  | "timeseries"
  | "stat"
  | "table"
  | "state-timeline"
  | "bargauge"
  | "heatmap"
  | "logs"
  | "nodeGraph";

export interface Panel {
  readonly kind: PanelKind;
  readonly title: string;
  /** What it shows, and what to make of it, in whole sentences. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly thresholds?: Thresholds;
  /** Where a click on a series or on a row leads. */
  readonly links?: readonly Link[];
  /** Of 24 columns. Defaults to what suits its kind. */
  readonly width?: number;
  readonly height?: number;
  /** Whether series are drawn one upon the other. */
  readonly stacked?: true;
  /** Values, and what people read instead of them. */
  readonly texts?: Readonly<Record<string, { readonly text: string; readonly color: Color }>>;
  /** Largest value of its axis. */
  readonly max?: number;
  /** Whether values below 0 are shown. Otherwise an axis of percentages starts there. */
  readonly belowZero?: true;
  /** Option that collects what it shows, where none does by default. */
  readonly needs?: string;
}

/** Units by Grafana's ids: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
export type Unit =
  | "none"
  | "short"
  | "percentunit"
  | "percent"
  | "bytes"
  | "decbytes"
  | "Bps"
  | "bps"
  | "s"
  | "ms"
  | "d"
  | "ops"
  | "reqps"
  | "cps"
  | "pps"
  | "iops"
  | "celsius"
  | "watt"
  | "hertz"
  | "rotmhz"
  | "currencyUSD"
  | "dateTimeFromNow"
  | "string";

export type Color = "green" | "yellow" | "orange" | "red" | "blue" | "text";

/** From which value on a panel warns, and from which on somebody has to act. */
export interface Thresholds {
  readonly warning?: number;
  readonly critical?: number;
  /** Whether small values are bad ones. Defaults to false. */
  readonly below?: true;
}

export interface Query {
  readonly signal: Signal;
  /** In the language of the data source, with variables. */
  readonly text: string;
  /** Name of its series, with labels as `{{label}}`. In a table, title of its column. */
  readonly legend: string;
  /** Whether it is asked for the end of the time range alone. */
  readonly instant?: boolean;
  /** Whether exemplars are asked for, which lead to traces. */
  readonly exemplars?: true;
  /** Of its column, in a table. Defaults to the panel's. */
  readonly unit?: Unit;
  readonly thresholds?: Thresholds;
  /** By variable, the label or attribute by which its text selects. */
  readonly filters: Filters;
  /** Why it does not select by tenant or cluster, where it does not. */
  readonly unfiltered?: string;
  /** Settings of the data source's plug-in. Defaults to those of a query in PromQL. */
  readonly plugin?: Plugin;
}

export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** How another plug-in than that of metrics is asked. */
export interface Plugin {
  /** Its type. */
  readonly type: string;
  /** The query beside `refId` and `datasource`. */
  readonly query: Readonly<Record<string, unknown>>;
}

/** Variables that panels select by. */
export const FILTERS = {
  tenant: { title: "Tenant", label: "tenant_id" },
  environment: { title: "Environment", label: "environment" },
  region: { title: "Region", label: "region" },
  cluster: { title: "Cluster", label: "cluster" },
  namespace: { title: "Namespace", label: "namespace" },
  workload: { title: "Workload", label: "workload" },
  pod: { title: "Pod", label: "pod" },
  node: { title: "Node", label: "node" },
  service: { title: "Service", label: "service_name" },
  app: { title: "Application", label: "app" },
  gpu: { title: "GPU", label: "gpu" },
  slo: { title: "SLO", label: "slo" },
} as const;
export type FilterName = keyof typeof FILTERS;

export interface Variable {
  readonly name: string;
  readonly title: string;
  /** Whether people type it, and `query` is what it is at first. Defaults to false. */
  readonly text?: true;
  /** The data source that is asked for its values. */
  readonly signal: Signal;
  /** How values are asked for, in the words of the data source's plug-in. */
  readonly query: string | Readonly<Record<string, unknown>>;
  readonly plugin?: string;
  /** Finds values in the answer, where it is not a list of them. */
  readonly regex?: string;
  /** Whether several values can be chosen, and all. Defaults to true. */
  readonly several?: false;
}

/** A way to another dashboard. */
export interface Link {
  readonly title: string;
  /** Name of the dashboard. */
  readonly to: string;
  /** By variable there, the label of the series here. Other variables keep their values. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Grafana takes 40 characters. */
export function uidOf(name: string): string {
  return `heliograph-${name}`;
}

export function panelsOf({ rows }: Dashboard): [string, Panel][] {
  return Object.values(rows).flatMap((panels) => Object.entries(panels));
}

export function queriesOf(dashboard: Dashboard): Query[] {
  return panelsOf(dashboard).flatMap(([, { queries }]) => [...queries]);
}
