import { type Dashboard, type Query, type Variable } from "../../dashboards/kit/dashboard";
import { bars, drill, graph, lines, stat } from "../../dashboards/kit/panels";

const LOKI = "loki";
const FILTERS = {
  tenant: "tenant_id",
  environment: "environment",
  region: "region",
  cluster: "cluster",
  namespace: "namespace",
  app: "app",
} as const;
const TITLES = {
  tenant: "Tenant",
  environment: "Environment",
  region: "Region",
  cluster: "Cluster",
  namespace: "Namespace",
  app: "Application",
} as const;

const matchers = (names: readonly (keyof typeof FILTERS)[]) =>
  names.map((name) => `${FILTERS[name]}=~"$${name}"`).join(",");
const ALL = Object.keys(FILTERS) as (keyof typeof FILTERS)[];
/** Lines within the variables. `more`: further matchers. */
const stream = (more?: string) => `{${[matchers(ALL), more].filter(Boolean).join(",")}}`;
/** Those of the pods that are typed, with the text that is looked for. */
const PIPELINE = '| pod=~"$pod" |~ "(?i)$search"';

function ask(text: string, legend: string, special: object = {}, instant = false): Query {
  return {
    signal: "logs",
    text,
    legend,
    instant,
    filters: FILTERS,
    plugin: {
      type: LOKI,
      query: {
        expr: text,
        legendFormat: legend,
        editorMode: "code",
        queryType: instant ? "instant" : "range",
        ...special,
      },
    },
  };
}

const VARIABLES: readonly Variable[] = [
  ...ALL.map((name, index): Variable => {
    const before = ALL.slice(0, index);
    return {
      name,
      title: TITLES[name],
      signal: "logs",
      plugin: LOKI,
      query: {
        // The plug-in's word for values of a label.
        type: 1,
        label: FILTERS[name],
        stream: before.length > 0 ? `{${matchers(before)}}` : "",
        refId: `variable-${name}`,
      },
    };
  }),
  { name: "pod", title: "Pod (pattern)", text: true, signal: "logs", plugin: LOKI, query: ".*" },
  { name: "search", title: "Text", text: true, signal: "logs", plugin: LOKI, query: ".*" },
];

const count = (by: string, more?: string) =>
  `sum by (${by}) (count_over_time(${stream(more)} ${PIPELINE} [$__auto]))`;
const BAD = 'level=~"error|fatal"';
const TO_NAMESPACE = drill("Namespace", "namespace", "cluster", "namespace");

/** What clusters log, whichever agent reads it. Every other dashboard leads here. */
export const LOGS: Dashboard = {
  name: "logs",
  title: "Logs",
  description: "Lines of pods: how many, how bad, from whom, and the lines themselves",
  folder: "Logs and traces",
  audience: "everyone",
  variables: VARIABLES,
  related: ["clusters", "namespace", "traces"],
  rows: {
    Volume: {
      lines: stat(
        "Lines",
        "short",
        "Lines within the time range.",
        ask(`sum(count_over_time(${stream()} ${PIPELINE} [$__range]))`, "lines", {}, true),
      ),
      bytes: stat(
        "Bytes",
        "bytes",
        "Bytes of lines within the time range, before they are compressed.",
        ask(`sum(bytes_over_time(${stream()} ${PIPELINE} [$__range]))`, "bytes", {}, true),
      ),
      errors: stat(
        "Errors",
        "short",
        "Lines of the levels error and fatal within the time range.",
        ask(`sum(count_over_time(${stream(BAD)} ${PIPELINE} [$__range]))`, "errors", {}, true),
        { thresholds: { warning: 1 } },
      ),
      errorShare: stat(
        "Part that is errors",
        "percentunit",
        "Lines of the levels error and fatal, of all lines.",
        ask(
          `sum(count_over_time(${stream(BAD)} ${PIPELINE} [$__range])) / sum(count_over_time(${stream()} ${PIPELINE} [$__range]))`,
          "errors",
          {},
          true,
        ),
        { thresholds: { warning: 0.01, critical: 0.05 } },
      ),
      byLevel: graph(
        "Lines by level",
        "short",
        "How many lines of each level there are. `unknown`: nothing in the line says it.",
        ask(count("level"), "{{level}}"),
        { stacked: true },
      ),
      byCluster: graph(
        "Lines by cluster",
        "short",
        "How many lines each cluster sends.",
        ask(count("cluster"), "{{cluster}}"),
        { stacked: true, links: [drill("Cluster", "cluster", "cluster")] },
      ),
    },
    "By workload": {
      loudest: bars(
        "The loudest applications",
        "bytes",
        "Applications with the most bytes within the time range, the first ten.",
        ask(
          `topk(10, sum by (cluster, namespace, app) (bytes_over_time(${stream()} ${PIPELINE} [$__range])))`,
          "{{cluster}} {{namespace}} {{app}}",
          {},
          true,
        ),
        { links: [TO_NAMESPACE] },
      ),
      worst: bars(
        "Applications with the most errors",
        "short",
        "Lines of the levels error and fatal within the time range, the first ten applications.",
        ask(
          `topk(10, sum by (cluster, namespace, app) (count_over_time(${stream(BAD)} ${PIPELINE} [$__range])))`,
          "{{cluster}} {{namespace}} {{app}}",
          {},
          true,
        ),
        { links: [TO_NAMESPACE], thresholds: { warning: 1 } },
      ),
      errorsByApp: graph(
        "Errors by application",
        "short",
        "Lines of the levels error and fatal.",
        ask(count("cluster, namespace, app", BAD), "{{cluster}} {{namespace}} {{app}}"),
        { links: [TO_NAMESPACE] },
      ),
      byNamespace: graph(
        "Lines by namespace",
        "short",
        "How many lines each namespace has.",
        ask(count("cluster, namespace"), "{{cluster}} {{namespace}}"),
        { stacked: true, links: [TO_NAMESPACE] },
      ),
    },
    Lines: {
      errorLines: lines(
        "Errors",
        "none",
        "The newest lines of the levels error and fatal.",
        ask(`${stream(BAD)} ${PIPELINE}`, "lines", { maxLines: 200 }),
        { height: 10 },
      ),
      allLines: lines(
        "All lines",
        "none",
        "The newest lines. A line with the id of a trace leads to it.",
        ask(`${stream()} ${PIPELINE}`, "lines", { maxLines: 500 }),
      ),
    },
  },
};
