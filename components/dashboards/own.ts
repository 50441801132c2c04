import { BACKENDS } from "../backends/registry";
import type { Issue, IssuePath } from "../kit/issues";
import { isMap, listOf, type Written } from "../kit/records";
import { LogqlExpression } from "../rules/logql-syntax";
import { PromqlExpression } from "../rules/promql-syntax";

/** Types of plug-ins by the uids of the data sources that a dashboard can ask. */
export type KnownDatasources = ReadonlyMap<string, string>;

/** What is looked at of a dashboard in Grafana's classic schema. */
interface OwnDashboard {
  readonly uid: string;
  readonly title: string;
}

/** Grafana takes no more: https://grafana.com/docs/grafana/v13.2/developer-resources/api-reference/http-api/dashboard/ */
const UID = /^[a-zA-Z0-9_-]{1,40}$/;
/** Data sources that Grafana has itself. */
const BUILT_IN = ["grafana", "-- Grafana --", "-- Mixed --", "-- Dashboard --", "__expr__"];

/** A dashboard, where it is one as far as its uid and title go. */
export function ownDashboard(text: string): OwnDashboard | undefined {
  const read = parsed(text);
  const { uid, title } = isMap(read) ? read : {};
  return typeof uid === "string" && typeof title === "string" ? { uid, title } : undefined;
}

/** Everything that is wrong in a dashboard by itself, and data sources that do not exist. */
export function dashboardIssues(text: string, known: KnownDatasources): Issue[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return [wrong([], text.slice(0, 40), `JSON: ${(error as Error).message}`, { title: "Shop" })];
  }
  if (!isMap(read)) return [wrong([], read, "a dashboard: an object", EXAMPLE)];
  const form = formIssue(read);
  if (form) return [form];
  return [...headIssues(read), ...panelIssues(read, known)];
}

/** Other forms in which Grafana gives dashboards away. */
function formIssue(read: Written): Issue | undefined {
  if (isMap(read["dashboard"])) {
    const expected = "the value of its key `dashboard` alone: this is an answer of Grafana's API";
    return wrong([], Object.keys(read).join(", "), expected, EXAMPLE);
  }
  if (isMap(read["spec"])) {
    const expected = "the classic schema, which file provisioning takes in every version";
    return wrong([], read["apiVersion"], expected, EXAMPLE);
  }
  if (listOf(read["__inputs"]).length > 0) {
    const expected =
      "no inputs: nobody is there to choose them. Export it as code, not to share it";
    const path = ["__inputs"];
    return {
      path,
      got: read["__inputs"],
      expected,
      lines: "// remove __inputs, and use variables",
    };
  }
  return undefined;
}

function headIssues({ title, uid, panels }: Written): Issue[] {
  const isTitle = typeof title === "string" && title.trim() !== "";
  const isUid = typeof uid === "string" && UID.test(uid);
  const uidExpected =
    "a uid that never changes: up to 40 letters, digits, _ and -, by which links find it";
  return [
    ...(isTitle ? [] : [wrong(["title"], title, "a title", { title: EXAMPLE.title })]),
    ...(isUid ? [] : [wrong(["uid"], uid, uidExpected, { uid: EXAMPLE.uid })]),
    ...(panels === undefined || Array.isArray(panels)
      ? []
      : [wrong(["panels"], panels, "a list of panels", { panels: [] })]),
  ];
}

/** Panels, those in collapsed rows too, and variables. */
function panelIssues(read: Written, known: KnownDatasources): Issue[] {
  const variables = variablesOf(read);
  const context = { known, variables };
  return [
    ...variables.flatMap((variable) =>
      datasourceIssues(
        ["templating", "list", String(variable["name"]), "datasource"],
        variable["datasource"],
        context,
      ),
    ),
    ...listOf(read["panels"]).flatMap((panel, index) => issuesOfPanel(panel, index, context)),
  ];
}

interface Context {
  readonly known: KnownDatasources;
  readonly variables: readonly Written[];
}

/** Metrics that all panels ask for, those in collapsed rows too, as far as they can be read. */
export function metricsOfDashboard(text: string): string[] {
  const read = parsed(text);
  const panels = isMap(read) ? listOf(read["panels"]) : [];
  return panels.flatMap(expressionsOf).flatMap((expr) => {
    const expression = stoodIn(expr)
      .map((each) => new PromqlExpression(each))
      .find(({ syntaxIssue }) => syntaxIssue === undefined);
    return (expression?.selectors ?? []).flatMap(({ metric }) => metric ?? []);
  });
}

function expressionsOf(panel: unknown): string[] {
  if (!isMap(panel)) return [];
  const own = listOf(panel["targets"]).flatMap((target) => (isMap(target) ? target["expr"] : []));
  const inner = listOf(panel["panels"]).flatMap(expressionsOf);
  return [...own.filter((expr) => typeof expr === "string"), ...inner];
}

function issuesOfPanel(panel: unknown, index: number, context: Context): Issue[] {
  if (!isMap(panel)) return [wrong(["panels", index], panel, "a panel: an object", {})];
  const { title, targets, panels } = panel;
  const path = ["panels", typeof title === "string" && title !== "" ? title : index];
  return [
    ...datasourceIssues([...path, "datasource"], panel["datasource"], context),
    ...listOf(targets).flatMap((target, at): Issue[] => {
      if (!isMap(target)) return [];
      const here = [...path, "targets", String(target["refId"] ?? at)];
      const { datasource = panel["datasource"] } = target;
      return [
        ...datasourceIssues([...here, "datasource"], target["datasource"], context),
        ...expressionIssues([...here, "expr"], target["expr"], typeOf(datasource, context)),
      ];
    }),
    ...listOf(panels).flatMap((inner, at) => issuesOfPanel(inner, at, context)),
  ];
}

function datasourceIssues(path: IssuePath, given: unknown, context: Context): Issue[] {
  const { known, variables } = context;
  const uid = uidOf(given);
  if (uid === undefined || BUILT_IN.includes(uid)) return [];
  const names = variables
    .filter(({ type }) => type === "datasource")
    .map(({ name }) => String(name));
  const named = variableIn(uid);
  if (named !== undefined) {
    if (names.includes(named)) return [];
    const there = names.map((name) => `\${${name}}`).join(", ") || "there is none";
    const expected = `a variable of the dashboard whose type is datasource: ${there}`;
    return [datasourceIssue(path, given, expected, names[0])];
  }
  const type = known.get(uid);
  if (type === undefined) {
    const there = [...known.keys()];
    const shown = there.slice(0, 6).join(", ") + (there.length > 6 ? ", ..." : "");
    const expected = `a variable of type datasource, or one that there is: ${shown || "none"}`;
    return [datasourceIssue(path, given, expected, names[0])];
  }
  const said = isMap(given) ? given["type"] : undefined;
  if (said === undefined || said === type) return [];
  return [wrong([...path, "type"], said, `${type}, which ${uid} is`, { type, uid })];
}

function datasourceIssue(
  path: IssuePath,
  got: unknown,
  expected: string,
  variable = "metrics",
): Issue {
  return wrong(path, got, expected, { datasource: { type: "prometheus", uid: `\${${variable}}` } });
}

function expressionIssues(path: IssuePath, expr: unknown, type: string | undefined): Issue[] {
  if (typeof expr !== "string" || expr.trim() === "") return [];
  const language = BACKENDS.map(({ datasource }) => datasource).find(
    (datasource) => datasource.type === type,
  )?.language;
  if (!language) return [];
  const issues = stoodIn(expr).map(GRAMMARS[language]);
  if (issues.includes(undefined)) return [];
  return [
    {
      path,
      got: expr,
      expected: `${language}: ${issues[0]}`,
      lines: JSON.stringify({ expr: EXPRESSIONS[language] }),
    },
  ];
}

const GRAMMARS = {
  PromQL: (expr: string) => new PromqlExpression(expr).syntaxIssue,
  LogQL: (expr: string) => new LogqlExpression(expr).syntaxIssue,
};
const EXPRESSIONS = {
  PromQL: 'sum by (cluster) (rate(shop_errors_total{cluster=~"$cluster"}[$__rate_interval]))',
  LogQL: '{app="shop"} |= "failed"',
};

/**
 * The expression with something in place of its variables: nobody knows whether one is a duration,
 * a name or a number, so that each is tried.
 */
function stoodIn(expr: string): string[] {
  const own = expr.replace(/\$\{?__(?:rate_interval|interval|range|auto)(?:_m?s)?\}?/g, "5m");
  return ["x", "5m", "1"].map((value) =>
    own.replace(/\$\{[^}]+\}|\[\[[^\]]+\]\]|\$[a-zA-Z_]\w*/g, value),
  );
}

function typeOf(given: unknown, { known, variables }: Context): string | undefined {
  if (isMap(given) && typeof given["type"] === "string") return given["type"];
  const uid = uidOf(given);
  if (uid === undefined) return undefined;
  const variable = variables.find(({ name }) => name === variableIn(uid));
  return variable ? String(variable["query"]) : known.get(uid);
}

function uidOf(given: unknown): string | undefined {
  const uid = isMap(given) ? given["uid"] : given;
  return typeof uid === "string" && uid !== "" ? uid : undefined;
}

/** `metrics` of `${metrics}`, `$metrics` or `[[metrics]]`. */
function variableIn(uid: string): string | undefined {
  return /^(?:\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\])$/.exec(uid)?.slice(1).find(Boolean);
}

function variablesOf({ templating }: Written): Written[] {
  return isMap(templating) ? listOf(templating["list"]).filter(isMap) : [];
}

function wrong(path: IssuePath, got: unknown, expected: string, lines: unknown): Issue {
  return { path, got, expected, lines: JSON.stringify(lines) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const EXAMPLE = { uid: "shop-checkout", title: "Checkout", panels: [] };
