import { YAMLException } from "js-yaml";
import type { Issue, IssuePath } from "../../kit/issues";
import { isMap, listOf, type Written } from "../../kit/records";
import { fromYaml, toYaml } from "../../kit/yaml";
import { LogqlExpression } from "../logql-syntax";
import { PromqlExpression } from "../promql-syntax";
import type { OwnRuleGroup } from "./model";

/** What rules of one language may have, and what is wrong with an expression. */
export interface RuleLanguage {
  readonly title: string;
  readonly groupKeys: readonly string[];
  readonly alertKeys: readonly string[];
  /** Undefined where nobody stores what rules record. */
  readonly recordKeys?: readonly string[];
  expressionIssue(expr: string): string | undefined;
}

/** https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ */
export const PROMQL_RULES: RuleLanguage = {
  title: "PromQL",
  groupKeys: ["name", "interval", "query_offset", "limit", "labels", "rules"],
  alertKeys: ["alert", "expr", "for", "keep_firing_for", "labels", "annotations"],
  recordKeys: ["record", "expr", "labels"],
  expressionIssue: promqlIssue,
};

/** Groups and rules have the same keys as in PromQL, but for what Prometheus alone has. */
export const LOGQL_RULES: RuleLanguage = {
  title: "LogQL",
  groupKeys: ["name", "interval", "limit", "rules"],
  alertKeys: ["alert", "expr", "for", "labels", "annotations"],
  expressionIssue: logqlIssue,
};

/** A duration as Prometheus has it: `90s`, `1h30m`. */
const DURATION = /^(?=\d)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** Labels that say where something comes from: series have them, and rules must not forge them. */
export const ORIGIN_LABELS = ["alertname", "cluster", "tenant_id"];

/** Everything that is wrong in a rule file by itself. Paths start at its top: groups by name. */
export function ruleFileIssues(text: string, language: RuleLanguage): Issue[] {
  let file: unknown;
  try {
    file = fromYaml(text);
  } catch (error) {
    return [yamlIssue(text, error)];
  }
  if (!isMap(file)) return [wrong([], file, "a rule file: a map with the key `groups`", EXAMPLE)];
  return [
    ...unknownKeys([], file, ["groups"], "a rule file"),
    ...listIssues(["groups"], file["groups"], "a list of groups of rules", EXAMPLE).concat(
      listOf(file["groups"]).flatMap((group, index) => groupIssues(group, index, language)),
    ),
  ];
}

/** The groups of a file in which nothing is wrong; otherwise none. */
export function groupsOf(text: string, language: RuleLanguage): OwnRuleGroup[] {
  if (ruleFileIssues(text, language).length > 0) return [];
  return [...(fromYaml(text) as { readonly groups: readonly OwnRuleGroup[] }).groups];
}

function groupIssues(group: unknown, index: number, language: RuleLanguage): Issue[] {
  if (!isMap(group))
    return [wrong(["groups", index], group, "a group of rules: a map", EXAMPLE.groups)];
  const { name, rules, interval, query_offset: offset, limit, labels } = group;
  const named = isText(name);
  const path = ["groups", named ? name : index];
  return [
    ...(named ? [] : [wrong([...path, "name"], name, "the name of the group", { name: "shop" })]),
    ...unknownKeys(path, group, language.groupKeys, "a group"),
    ...durationIssues([...path, "interval"], interval),
    ...durationIssues([...path, "query_offset"], offset),
    ...(limit === undefined || (Number.isInteger(limit) && Number(limit) >= 0)
      ? []
      : [wrong([...path, "limit"], limit, "a whole number, or 0 for no limit", { limit: 0 })]),
    ...labelIssues([...path, "labels"], labels),
    ...listIssues([...path, "rules"], rules, "a list of rules", { rules: [EXAMPLE_RULE] }),
    ...listOf(rules).flatMap((rule, at) => ruleIssues(path, rule, at, language)),
  ];
}

function ruleIssues(
  group: IssuePath,
  rule: unknown,
  index: number,
  language: RuleLanguage,
): Issue[] {
  if (!isMap(rule)) return [wrong([...group, index], rule, "a rule: a map", [EXAMPLE_RULE])];
  const { alert, record, expr } = rule;
  const name = alert ?? record;
  const path = [...group, isText(name) ? name : index];
  if ((alert === undefined) === (record === undefined)) {
    const got = alert === undefined ? "neither alert nor record" : "alert and record";
    return [wrong(path, got, "one of the keys `alert` and `record`", [EXAMPLE_RULE])];
  }
  const { recordKeys, alertKeys, title } = language;
  if (record !== undefined && !recordKeys)
    return [wrong(path, record, `an alert: nobody stores what rules in ${title} record`, [LINES])];
  const keys = alert === undefined ? (recordKeys ?? []) : alertKeys;
  return [
    ...unknownKeys(path, rule, keys, alert === undefined ? "a rule that records" : "an alert"),
    ...(alert === undefined ? recordIssues(path, record) : alertNameIssues(path, alert)),
    ...expressionIssues([...path, "expr"], expr, language),
    ...durationIssues([...path, "for"], rule["for"]),
    ...durationIssues([...path, "keep_firing_for"], rule["keep_firing_for"]),
    ...labelIssues([...path, "labels"], rule["labels"]),
    ...textIssues([...path, "annotations"], rule["annotations"]),
  ];
}

function alertNameIssues(path: IssuePath, alert: unknown): Issue[] {
  return isText(alert) ? [] : [wrong(path, alert, "the name of an alert", { alert: "ShopFails" })];
}

function recordIssues(path: IssuePath, record: unknown): Issue[] {
  if (isText(record) && METRIC.test(record)) return [];
  const expected = "a name of a series: letters, digits, _ and :, and no digit first";
  return [wrong([...path, "record"], record, expected, { record: "app:requests:rate5m" })];
}

function expressionIssues(path: IssuePath, expr: unknown, language: RuleLanguage): Issue[] {
  const { title, expressionIssue } = language;
  const example = language === LOGQL_RULES ? LINES.expr : EXAMPLE_RULE.expr;
  if (!isText(expr)) return [wrong(path, expr, `an expression in ${title}`, { expr: example })];
  const issue = expressionIssue(expr);
  return issue === undefined ? [] : [wrong(path, expr, issue, { expr: example })];
}

function promqlIssue(expr: string): string | undefined {
  const expression = new PromqlExpression(expr);
  const { syntaxIssue, looseRanges, missingRanges, everything, invalidPattern } = expression;
  if (syntaxIssue !== undefined) return `PromQL: ${syntaxIssue}`;
  const [loose, missing] = [looseRanges[0], missingRanges[0]];
  if (loose !== undefined)
    return `a function of a range, such as rate or sum_over_time, around ${loose}`;
  if (missing !== undefined) return `a range within ${missing}, e.g. [5m]`;
  if (invalidPattern !== undefined) return `a regular expression: ${invalidPattern}`;
  if (everything !== undefined)
    return `a name or a matcher in ${everything}: it selects everything`;
  return undefined;
}

function logqlIssue(expr: string): string | undefined {
  const { syntaxIssue, selectsLines, hasComments } = new LogqlExpression(expr);
  if (syntaxIssue !== undefined) return `LogQL: ${syntaxIssue}`;
  if (hasComments) return "LogQL without comments";
  if (selectsLines) return "LogQL that counts lines, with a range and a function";
  return undefined;
}

function labelIssues(path: IssuePath, labels: unknown): Issue[] {
  const names = Object.entries(isMap(labels) ? labels : {}).flatMap(([label, value]): Issue[] => {
    const at = [...path, label];
    if (!LABEL.test(label))
      return [wrong(at, label, "a name of letters, digits and _, and no digit first", FIXED)];
    if (ORIGIN_LABELS.includes(label)) {
      const expected = `another label: ${label} says where something comes from`;
      return [{ path: at, got: value, expected, lines: `# remove ${label}` }];
    }
    return [];
  });
  return [...names, ...textIssues(path, labels)];
}

const FIXED = { labels: { team: "shop" } };

/** Maps of texts, in which what is between `{{` and `}}` is filled in. */
function textIssues(path: IssuePath, texts: unknown): Issue[] {
  const key = String(path.at(-1));
  const example = { [key]: key === "labels" ? { team: "shop" } : { summary: "The shop fails" } };
  if (texts === undefined) return [];
  if (!isMap(texts)) return [wrong(path, texts, "a map of texts", example)];
  return Object.entries(texts).flatMap(([name, text]) => {
    if (typeof text !== "string")
      return [wrong([...path, name], text, "a text, between quotes", { [name]: String(text) })];
    const [open, closed] = [text.split("{{").length, text.split("}}").length];
    if (open === closed) return [];
    return [
      wrong([...path, name], text, "a }} for each {{", { [name]: "{{ $labels.cluster }} fails" }),
    ];
  });
}

function durationIssues(path: IssuePath, duration: unknown): Issue[] {
  if (duration === undefined || (isText(duration) && DURATION.test(duration))) return [];
  const expected = "a duration, e.g. 30s, 5m or 1h30m";
  return [wrong(path, duration, expected, { [String(path.at(-1))]: "5m" })];
}

function unknownKeys(
  path: IssuePath,
  map: Written,
  known: readonly string[],
  what: string,
): Issue[] {
  return Object.keys(map)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: [...path, key],
      got: map[key],
      expected: `no such key: ${what} has ${known.join(", ")}`,
      lines: `# remove ${key}`,
    }));
}

function listIssues(path: IssuePath, list: unknown, expected: string, example: unknown): Issue[] {
  return Array.isArray(list) && list.length > 0 ? [] : [wrong(path, list, expected, example)];
}

function yamlIssue(text: string, error: unknown): Issue {
  if (!(error instanceof YAMLException)) throw error;
  const { reason, mark } = error;
  const line = mark ? mark.line + 1 : 1;
  const got = text.split("\n")[line - 1]?.trim();
  return wrong([], got, `YAML; line ${line} is not: ${reason}`, EXAMPLE);
}

function wrong(path: IssuePath, got: unknown, expected: string, lines: unknown): Issue {
  return { path, got, expected, lines: toYaml(lines) };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const EXAMPLE_RULE = {
  alert: "ShopFails",
  expr: "sum by (cluster) (rate(shop_errors_total[5m])) > 1",
};
const LINES = {
  alert: "ShopFails",
  expr: 'sum by (cluster) (count_over_time({app="shop"} |= "failed" [5m])) > 1',
};
const EXAMPLE = { groups: [{ name: "shop", rules: [EXAMPLE_RULE] }] };
