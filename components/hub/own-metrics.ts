import { metricsOfDashboard } from "../dashboards/own";
import { uncollectedBy } from "../edge/metrics/sources/collected";
import { groupsOf, PROMQL_RULES } from "../rules/own/rule-file";
import { PromqlExpression } from "../rules/promql-syntax";
import type { OwnDashboardFiles } from "./grafana/dashboards";
import type { RuleFilesInput } from "./resolve";

/**
 * What files of users ask for although no source collects it unless told to, a sentence for each
 * file: nothing shows it later but an alert that is silent, or a panel without data. The hub does
 * not know what its edges are told to.
 */
export function uncollectedNotes(
  { operators, tenants = {} }: RuleFilesInput = {},
  dashboards: OwnDashboardFiles = {},
): string[] {
  const { organisations = {} } = dashboards;
  const rules = [operators, ...Object.values(tenants)];
  const boards = [dashboards.operators, dashboards.everyone, ...Object.values(organisations)];
  return [...notesOf(rules, metricsOfRules), ...notesOf(boards, metricsOfDashboard)];
}

type Files = Readonly<Record<string, string>> | undefined;

function notesOf(sets: readonly Files[], metricsOf: (text: string) => string[]): string[] {
  return sets.flatMap((files = {}) =>
    Object.entries(files).flatMap(([name, text]) => {
      const missing = [...new Set(metricsOf(text))].flatMap((metric) => {
        const source = uncollectedBy(metric);
        return source ? [`${metric} (source ${source})`] : [];
      });
      if (missing.length === 0) return [];
      return [`${name} asks for what no source collects by default: ${missing.join(", ")}.`];
    }),
  );
}

function metricsOfRules(text: string): string[] {
  return groupsOf(text, PROMQL_RULES)
    .flatMap(({ rules }) => rules)
    .flatMap(({ expr }) => new PromqlExpression(expr).selectors)
    .flatMap(({ metric }) => metric ?? []);
}
