import { metricsOfDashboard } from "../../dashboards/own";
import { uncollectedBy } from "../../edge/metrics/sources/collected";
import { PromqlExpression } from "../promql-syntax";
import { groupsOf, PROMQL_RULES } from "./rule-file";

/** Texts of files by name. */
export type Files = Readonly<Record<string, string>>;

/**
 * What files of users ask for although no source collects it unless told to, a sentence for each
 * file: nothing shows it later but an alert that is silent, or a panel without data. Nobody knows
 * here what edges are told to.
 */
export function uncollectedNotes(rules: readonly Files[], dashboards: readonly Files[]): string[] {
  return [...notesOf(rules, metricsOfRules), ...notesOf(dashboards, metricsOfDashboard)];
}

function notesOf(sets: readonly Files[], metricsOf: (text: string) => string[]): string[] {
  return sets.flatMap((files) =>
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
