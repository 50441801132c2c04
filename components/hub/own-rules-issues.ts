import { HUB_TENANT } from "../contract/names";
import { backendsOf } from "../backends/registry";
import { listed } from "../kit/fields";
import { under, type Issue, type IssuePath } from "../kit/issues";
import { HUB_GROUPS } from "../rules/metrics";
import type { OwnRule, OwnRuleGroup } from "../rules/own/model";
import {
  groupsOf,
  LOGQL_RULES,
  PROMQL_RULES,
  ruleFileIssues,
  type RuleLanguage,
} from "../rules/own/rule-file";
import { PromqlExpression } from "../rules/promql-syntax";
import { LOG_GROUP } from "../rules/log-alerts";
import { fleet } from "../rules/workloads/fleet";
import { RULES_GROUP, SUBJECTS } from "../rules/workloads/rules";
import type { HubModel } from "./model";
import type { RuleFilesInput } from "./resolve";

/** Files of one tenant, or of operators. */
interface Owned {
  readonly path: IssuePath;
  readonly files: Readonly<Record<string, string>>;
  readonly language: RuleLanguage;
  /** Undefined: of operators. */
  readonly tenant?: string;
}

/**
 * Largest sum of the rule files of a tenant, or of operators, in bytes. Beside ours they are in one
 * ConfigMap, which holds 1 MiB: https://kubernetes.io/docs/concepts/configuration/configmap/
 */
export const RULE_FILES_LIMIT = 512 * 1024;

/** What is wrong in files of rules, and what they contradict. Paths start at `files`. */
export function ownRulesIssues(
  { operators = {}, tenants = {}, logs = {} }: RuleFilesInput,
  hub: HubModel,
): Issue[] {
  const byTenant = (key: "tenants" | "logs", language: RuleLanguage) =>
    Object.entries({ tenants, logs }[key]).map(([tenant, files]): Owned => ({
      path: [key, tenant],
      files,
      language,
      tenant,
    }));
  const metrics = byTenant("tenants", PROMQL_RULES);
  const lines = byTenant("logs", LOGQL_RULES);
  const all: Owned[] = [
    { path: ["operators"], files: operators, language: PROMQL_RULES },
    ...metrics,
    ...lines,
  ];
  return [
    ...all.flatMap((owned) => [
      ...(owned.tenant === undefined ? [] : tenantIssues(owned.tenant, owned.path, hub)),
      ...Object.entries(owned.files).flatMap(([name, text]) =>
        under([...owned.path, name], ruleFileIssues(text, owned.language)),
      ),
      ...nameIssues(owned),
      ...sizeIssues(owned),
    ]),
    ...metrics.flatMap((owned) => [...evaluatedIssues(owned, hub), ...otherTenantIssues(owned)]),
    ...lines.flatMap((owned) => evaluatedIssues(owned, hub)),
  ];
}

function tenantIssues(tenant: string, path: IssuePath, { tenants }: HubModel): Issue[] {
  const ids = tenants.map(({ id }) => id);
  if (ids.includes(tenant)) return [];
  if (tenant === HUB_TENANT) {
    const expected = "`operators`: the tenant of the hub has the rules of operators";
    return [{ path, got: tenant, expected, lines: "// move its files to operators" }];
  }
  const expected = `one of \`tenants\`: ${ids.join(", ") || "there is none yet"}`;
  return [{ path, got: tenant, expected, lines: `// move its files to ${ids[0] ?? "..."}` }];
}

/** Rules of one tenant must see no other, and somebody has to evaluate them. */
function evaluatedIssues({ path, tenant, language }: Owned, { cells, tenants }: HubModel): Issue[] {
  const found = tenants.find(({ id }) => id === tenant);
  const cell = cells.find(({ name }) => name === found?.cell);
  if (!cell) return [];
  const { metrics, logs } = cell.stores;
  if (language === PROMQL_RULES) {
    const { groupsNameTenants, title } = metrics.backend;
    if (groupsNameTenants) return [];
    const expected = `a tenant of a cell whose rules see one tenant: those of ${title} see all`;
    const lines = "// move its files to operators, or store the metrics in another backend";
    return [{ path, got: tenant, expected, lines }];
  }
  if (logs?.backend.evaluatesLogRules) return [];
  const able = backendsOf("logs").filter(({ evaluatesLogRules }) => evaluatesLogRules);
  const instead = logs
    ? `${logs.backend.title} evaluates no rules; ${listed(able.map(({ name }) => name))} does`
    : "it stores no logs";
  const expected = `a tenant of a cell that evaluates rules on log lines, not of ${cell.name}: ${instead}`;
  return [{ path, got: tenant, expected, lines: "// remove its files" }];
}

interface Placed {
  readonly path: IssuePath;
  readonly group: OwnRuleGroup;
}

function groupsIn({ path, files, language }: Owned): Placed[] {
  return Object.entries(files).flatMap(([name, text]) =>
    groupsOf(text, language).map((group) => ({
      path: [...path, name, "groups", group.name],
      group,
    })),
  );
}

/** Names are how people, and `verify`, tell groups and series apart. */
function nameIssues(owned: Owned): Issue[] {
  const placed = groupsIn(owned);
  return placed.flatMap(({ path, group }, index) => {
    const { name, rules } = group;
    const first = placed.slice(0, index).find((other) => other.group.name === name);
    const renamed = (expected: string): Issue[] => [
      { path: [...path, "name"], got: name, expected, lines: `name: ${name}-own` },
    ];
    return [
      ...(first ? renamed(`another name: ${String(first.path.at(-3))} has such a group`) : []),
      ...(OUR_GROUPS.test(name) ? renamed("another name: Heliograph has such a group") : []),
      ...rules.flatMap((rule) => seriesIssues(rule, path)),
    ];
  });
}

function seriesIssues(rule: OwnRule, path: IssuePath): Issue[] {
  if (!("record" in rule)) return [];
  const { record } = rule;
  if (!OUR_SERIES.test(record) && !OUR_RECORDINGS.has(record)) return [];
  const expected = "another name: Heliograph records such a series";
  return [
    { path: [...path, record, "record"], got: record, expected, lines: `record: own:${record}` },
  ];
}

/** A matcher on another tenant finds nothing. */
function otherTenantIssues(owned: Owned): Issue[] {
  return groupsIn(owned).flatMap(({ path, group }) =>
    group.rules.flatMap((rule): Issue[] => {
      const other = new PromqlExpression(rule.expr).selectors
        .flatMap(({ matchers }) => matchers)
        .find(
          ({ label, operator, value }) =>
            label === "tenant_id" && operator === "=" && value !== owned.tenant,
        );
      if (!other) return [];
      const name = "alert" in rule ? rule.alert : rule.record;
      return [
        {
          path: [...path, name, "expr"],
          got: rule.expr,
          expected: `no matcher tenant_id="${other.value}": rules of ${owned.tenant} see its series alone`,
          lines: `# remove tenant_id="${other.value}" from the expression`,
        },
      ];
    }),
  );
}

function sizeIssues({ path, files }: Owned): Issue[] {
  const sizes = Object.entries(files).map(([file, text]) => ({
    path: [...path, file],
    bytes: Buffer.byteLength(text),
  }));
  const sum = sizes.reduce((total, { bytes }) => total + bytes, 0);
  const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
  if (!largest || sum <= RULE_FILES_LIMIT) return [];
  const limit = `${RULE_FILES_LIMIT / 1024} KiB`;
  return [
    {
      path: largest.path,
      got: `${largest.bytes} bytes`,
      expected: `at most ${limit} in all files together, not ${sum} bytes: one ConfigMap has them`,
      lines: "# remove rules",
    },
  ];
}

const OUR_GROUP_NAMES = [
  ...Object.values(HUB_GROUPS),
  fleet([], "vector(1)").name,
  RULES_GROUP,
  LOG_GROUP,
  ...SUBJECTS.map(({ name }) => name),
];
const OUR_GROUPS = new RegExp(`^(${OUR_GROUP_NAMES.join("|")}|slo-.+-(indicator|fast|slow))$`);
const OUR_SERIES = /^(heliograph_|slo:)/;
const OUR_RECORDINGS: ReadonlySet<string> = new Set(
  [...SUBJECTS, fleet([], "vector(1)")].flatMap(({ recordings }) =>
    recordings.map(({ record }) => record),
  ),
);
