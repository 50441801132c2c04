import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type {
  Dashboard as GrafanaDashboard,
  DashboardLink,
  DashboardLinkBuilder,
  DynamicConfigValue,
  GridPos,
  Panel as GrafanaPanel,
  Threshold,
  VariableModel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { SIGNALS, type Signal } from "../../contract/names";
import { checksum } from "../../kit/checksum";
import {
  type Dashboard,
  type Link,
  type Panel,
  type PanelKind,
  type Query,
  queriesOf,
  type Thresholds,
  uidOf,
  type Variable,
} from "./dashboard";

/** Type of the plug-in that speaks PromQL. */
const PROMQL = "prometheus";

type Sdk = typeof import("@grafana/grafana-foundation-sdk/dashboard");
/** What every panel of the SDK is built with, whatever it draws. */
type AnyPanelBuilder = import("@grafana/grafana-foundation-sdk/timeseries").PanelBuilder;

/** Loaded when a dashboard is written: an edge's program need not spend the time. */
function load<T>(part: string): T {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(`@grafana/grafana-foundation-sdk/${part}`) as T;
}

const sdk = () => load<Sdk>("dashboard");

/**
 * A dashboard as Grafana reads it, in its classic schema, which file provisioning takes in every
 * version: the SDK's `Dashboard`, whose types not every resolution of modules finds. `all`: every
 * dashboard that is there beside it, so that links lead somewhere.
 */
export function dashboardJson(dashboard: Dashboard, all: readonly Dashboard[]): object {
  const { name, title, description, variables, rows, related = [], from = "1h" } = dashboard;
  const { DashboardBuilder, DashboardCursorSync } = sdk();
  const builder = new DashboardBuilder(title)
    .uid(uidOf(name))
    .description(description)
    .tags([TAG, dashboard.folder.toLowerCase()])
    .readonly()
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: `now-${from}`, to: "now" })
    .refresh("1m")
    .variables([
      ...signalsOf(dashboard).map((signal) =>
        datasourceVariable(signal, pluginOf(dashboard, signal)),
      ),
      ...variables.map((variable) =>
        variableBuilder(variable, pluginOf(dashboard, variable.signal)),
      ),
    ])
    .links(related.flatMap((to) => topLink(to, all)));
  let y = 0;
  for (const [row, panels] of Object.entries(rows)) {
    const placed = Object.entries(panels);
    builder.withRow(
      new (sdk().RowBuilder)(row).gridPos({ x: 0, y, w: COLUMNS, h: 1 }).id(idOf(`row ${row}`)),
    );
    y += 1;
    const positions = placedFrom(
      y,
      placed.map(([, panel]) => panel),
    );
    for (const [index, [key, panel]] of placed.entries()) {
      const position = positions[index] as GridPos;
      builder.withPanel(panelBuilder({ key, panel, position, dashboard, all }));
      y = Math.max(y, position.y + position.h);
    }
  }
  return tidied(builder.build());
}

/**
 * Without what the SDK gives everything of a kind: of a variable what intervals alone have, of a
 * link the place in a menu, where nobody sees it.
 */
function tidied({ templating, links = [], ...dashboard }: GrafanaDashboard): GrafanaDashboard {
  const without = <T extends object>(object: T, ...keys: readonly string[]) =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as T;
  return {
    ...dashboard,
    links: links.map((link) => without(link, "placement")),
    templating: {
      list: (templating.list ?? []).map((variable) =>
        without(variable, "auto", "auto_min", "auto_count"),
      ),
    },
  };
}

/** Tells our dashboards from those that people make. */
const TAG = "heliograph";
const COLUMNS = 24;

const SIZES: Readonly<Record<PanelKind, { readonly width: number; readonly height: number }>> = {
  timeseries: { width: 12, height: 8 },
  stat: { width: 4, height: 4 },
  table: { width: 24, height: 9 },
  "state-timeline": { width: 24, height: 8 },
  bargauge: { width: 12, height: 8 },
  heatmap: { width: 12, height: 8 },
  logs: { width: 24, height: 14 },
  nodeGraph: { width: 24, height: 14 },
};

/** One beside the other while there is room, then below the highest of the line. */
function placedFrom(top: number, panels: readonly Panel[]): GridPos[] {
  let [x, y, below] = [0, top, top];
  return panels.map(({ kind, width = SIZES[kind].width, height = SIZES[kind].height }) => {
    if (x + width > COLUMNS) [x, y] = [0, below];
    const position = { x, y, w: width, h: height };
    x += width;
    below = Math.max(below, y + height);
    return position;
  });
}

/** The same as long as the panel has its name: addresses of single panels are made of it. */
function idOf(name: string): number {
  return Number.parseInt(checksum(name).slice(0, 7), 16) + 1;
}

/** Signals that it asks for, each of which has a variable of that name for its data source. */
export function signalsOf(dashboard: Dashboard): Signal[] {
  const asked = [...queriesOf(dashboard), ...dashboard.variables].map(({ signal }) => signal);
  return SIGNALS.filter((signal) => asked.includes(signal));
}

function pluginOf(dashboard: Dashboard, signal: Signal): string {
  const query = queriesOf(dashboard).find((each) => each.signal === signal);
  const variable = dashboard.variables.find((each) => each.signal === signal);
  return query?.plugin?.type ?? variable?.plugin ?? PROMQL;
}

const datasource = (signal: Signal, type: string) => ({ type, uid: `\${${signal}}` });

function datasourceVariable(signal: Signal, type: string): Builder<VariableModel> {
  return new (sdk().DatasourceVariableBuilder)(signal)
    .label(`Source of ${signal}`)
    .description(`The data source of ${signal}: of one tenant, or of all tenants of a cell`)
    .type(type)
    .multi(false)
    .includeAll(false);
}

function variableBuilder(variable: Variable, type: string): Builder<VariableModel> {
  const { name, title, text, signal, query, regex, several = true } = variable;
  const { QueryVariableBuilder, TextBoxVariableBuilder, VariableRefresh, VariableSort } = sdk();
  if (text) return new TextBoxVariableBuilder(name).label(title).defaultValue(String(query));
  const builder = new QueryVariableBuilder(name)
    .label(title)
    .datasource(datasource(signal, type))
    .query(typeof query === "string" ? { query, refId: `variable-${name}` } : { ...query })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(several)
    .includeAll(several);
  if (several) builder.allValue(".+").current({ text: ["All"], value: ["$__all"] });
  if (regex !== undefined) builder.regex(regex);
  return builder;
}

function topLink(to: string, all: readonly Dashboard[]): DashboardLinkBuilder[] {
  const target = all.find(({ name }) => name === to);
  if (!target) return [];
  const { DashboardLinkBuilder, DashboardLinkType } = sdk();
  return [
    new DashboardLinkBuilder(target.title)
      .type(DashboardLinkType.Link)
      .url(`/d/${uidOf(to)}`)
      .tooltip(target.description)
      .includeVars(true)
      .keepTime(true),
  ];
}

interface Placed {
  readonly key: string;
  readonly panel: Panel;
  readonly position: GridPos;
  readonly dashboard: Dashboard;
  readonly all: readonly Dashboard[];
}

function panelBuilder({ key, panel, position, dashboard, all }: Placed): Builder<GrafanaPanel> {
  const { kind, title, description, unit, queries, thresholds, texts } = panel;
  const signal = queries[0]?.signal ?? "metrics";
  const builder = newPanel(panel)
    .id(idOf(key))
    .title(title)
    .description(description)
    .unit(unit)
    .gridPos(position)
    .datasource(datasource(signal, pluginOf(dashboard, signal)))
    .targets(queries.map((query, index) => target(query, panel, index)));
  if (panel.max !== undefined) builder.max(panel.max);
  if ((unit === "percentunit" || panel.max !== undefined) && !panel.belowZero) builder.min(0);
  if (thresholds) builder.thresholds(thresholdsBuilder(thresholds));
  // Lines keep their own colours: all of those that are well would be of one.
  if ((thresholds && kind !== "timeseries") || texts) builder.colorScheme(byThresholds());
  if (texts) builder.mappings([{ type: sdk().MappingType.ValueToText, options: { ...texts } }]);
  const links = linksOf(panel, dashboard, all);
  if (kind === "table") return asTable(builder, panel, links);
  if (links.length > 0) builder.dataLinks(links.map((link) => dataLink(link, "series")));
  return builder;
}

const byThresholds = () => new (sdk().FieldColorBuilder)().mode(sdk().FieldColorModeId.Thresholds);

/** With what only this kind of panel has. */
function newPanel({ kind, stacked, thresholds }: Panel): AnyPanelBuilder {
  const common = load<typeof import("@grafana/grafana-foundation-sdk/common")>("common");
  const any = (builder: unknown) => builder as AnyPanelBuilder;
  const latest = () => new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]);
  switch (kind) {
    case "timeseries": {
      const { PanelBuilder } =
        load<typeof import("@grafana/grafana-foundation-sdk/timeseries")>(kind);
      const builder = new PanelBuilder()
        .fillOpacity(stacked ? 30 : 5)
        .lineWidth(1)
        .showPoints(common.VisibilityMode.Never)
        .legend(
          new common.VizLegendOptionsBuilder()
            .showLegend(true)
            .displayMode(common.LegendDisplayMode.List)
            .placement(common.LegendPlacement.Bottom),
        )
        .tooltip(
          new common.VizTooltipOptionsBuilder()
            .mode(common.TooltipDisplayMode.Multi)
            .sort(common.SortOrder.Descending),
        );
      if (thresholds)
        builder.thresholdsStyle(
          new common.GraphThresholdsStyleConfigBuilder().mode(
            common.GraphThresholdsStyleMode.Dashed,
          ),
        );
      if (!stacked) return builder;
      return builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
    }
    case "stat": {
      const { PanelBuilder } = load<typeof import("@grafana/grafana-foundation-sdk/stat")>(kind);
      return any(
        new PanelBuilder()
          .reduceOptions(latest())
          .colorMode(common.BigValueColorMode.Value)
          .graphMode(common.BigValueGraphMode.Area),
      );
    }
    case "table": {
      const { PanelBuilder } = load<typeof import("@grafana/grafana-foundation-sdk/table")>(kind);
      return any(new PanelBuilder().filterable(true));
    }
    case "state-timeline": {
      const { PanelBuilder } =
        load<typeof import("@grafana/grafana-foundation-sdk/statetimeline")>("statetimeline");
      return any(new PanelBuilder().showValue(common.VisibilityMode.Never).mergeValues(true));
    }
    case "bargauge": {
      const { PanelBuilder } =
        load<typeof import("@grafana/grafana-foundation-sdk/bargauge")>(kind);
      return any(
        new PanelBuilder()
          .reduceOptions(latest())
          .orientation(common.VizOrientation.Horizontal)
          .displayMode(common.BarGaugeDisplayMode.Basic),
      );
    }
    case "heatmap": {
      const { PanelBuilder } = load<typeof import("@grafana/grafana-foundation-sdk/heatmap")>(kind);
      return any(new PanelBuilder().calculate(false));
    }
    case "logs": {
      const { PanelBuilder } = load<typeof import("@grafana/grafana-foundation-sdk/logs")>(kind);
      return any(
        new PanelBuilder()
          .showTime(true)
          .wrapLogMessage(true)
          .enableLogDetails(true)
          .sortOrder(common.LogsSortOrder.Descending),
      );
    }
    case "nodeGraph": {
      const { PanelBuilder } =
        load<typeof import("@grafana/grafana-foundation-sdk/nodegraph")>("nodegraph");
      return any(new PanelBuilder());
    }
  }
}

function target(query: Query, { kind }: Panel, index: number): Builder<Dataquery> {
  const { signal, text, legend, instant = false, exemplars = false, plugin } = query;
  const refId = String.fromCharCode("A".charCodeAt(0) + index);
  const common = { refId, datasource: datasource(signal, plugin?.type ?? PROMQL) };
  const built = (model: object) => ({ build: () => model as Dataquery });
  if (plugin) return built({ ...common, ...plugin.query });
  return built({
    ...common,
    expr: text,
    legendFormat: legend,
    editorMode: "code",
    instant,
    range: !instant,
    exemplar: exemplars,
    format: kind === "table" ? "table" : kind === "heatmap" ? "heatmap" : "time_series",
  });
}

function thresholdsBuilder({ warning, critical, below }: Thresholds) {
  const { ThresholdsConfigBuilder, ThresholdsMode } = sdk();
  const given = (value: number | undefined, color: string): Threshold[] =>
    value === undefined ? [] : [{ value, color }];
  const steps = below
    ? [
        { value: null, color: critical === undefined ? "orange" : "red" },
        ...(critical === undefined
          ? []
          : given(critical, warning === undefined ? "green" : "orange")),
        ...given(warning, "green"),
      ]
    : [{ value: null, color: "green" }, ...given(warning, "orange"), ...given(critical, "red")];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

interface ResolvedLink {
  readonly link: Link;
  readonly title: string;
  /** Variables that keep their values. */
  readonly kept: readonly string[];
}

/** Those that lead to a dashboard that is there. */
function linksOf(
  { links = [] }: Panel,
  from: Dashboard,
  all: readonly Dashboard[],
): ResolvedLink[] {
  return links.flatMap((link) => {
    const to = all.find(({ name }) => name === link.to);
    if (!to) return [];
    const names = (dashboard: Dashboard) => [
      ...signalsOf(dashboard),
      ...dashboard.variables.map(({ name }) => name),
    ];
    const there = names(to);
    const kept = names(from).filter((name) => there.includes(name) && !(name in (link.set ?? {})));
    return [{ link, title: link.title, kept }];
  });
}

function dataLink(
  { link, title, kept }: ResolvedLink,
  of: "series" | "row",
): Builder<DashboardLink> {
  const value = (label: string) =>
    of === "row" ? `\${__data.fields["${label}"]}` : `\${__field.labels.${label}}`;
  const variables = [
    ...Object.entries(link.set ?? {}).map(([name, label]) => `var-${name}=${value(label)}`),
    ...kept.map((name) => `\${${name}:queryparam}`),
    "${__url_time_range}",
  ];
  const url = `/d/${uidOf(link.to)}?${variables.join("&")}`;
  return { build: () => ({ title, url, targetBlank: false }) as DashboardLink };
}

/** A column for each label and query, named after them; the first label of a link leads on. */
function asTable(
  builder: AnyPanelBuilder,
  panel: Panel,
  links: readonly ResolvedLink[],
): AnyPanelBuilder {
  const { queries } = panel;
  const names = queries.flatMap(({ legend }, index): [string, string][] => {
    const refId = String.fromCharCode("A".charCodeAt(0) + index);
    // With a single query it has no letter.
    const single: [string, string][] = queries.length === 1 ? [["Value", legend]] : [];
    return [[`Value #${refId}`, legend], ...single];
  });
  builder.withTransformation({ id: "merge", options: {} }).withTransformation({
    id: "organize",
    options: { excludeByName: { Time: true }, renameByName: Object.fromEntries(names) },
  });
  for (const { legend, unit, thresholds } of queries) {
    const properties: DynamicConfigValue[] = [
      ...(unit ? [{ id: "unit", value: unit }] : []),
      ...(thresholds
        ? [
            { id: "thresholds", value: thresholdsBuilder(thresholds).build() },
            { id: "custom.cellOptions", value: { type: "color-text" } },
          ]
        : []),
    ];
    if (properties.length > 0) builder.overrideByName(legend, properties);
  }
  const columnOf = ({ link }: ResolvedLink) => Object.values(link.set ?? {}).at(-1) ?? "";
  for (const column of new Set(links.map(columnOf))) {
    const found = links.filter((link) => columnOf(link) === column);
    const value = found.map((link) => dataLink(link, "row").build());
    builder.overrideByName(column, [{ id: "links", value }]);
  }
  return builder;
}
