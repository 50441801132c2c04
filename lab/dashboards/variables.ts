import type { Dashboard, Question } from "@heliograph/heliograph/model";
import { filled } from "@heliograph/heliograph/model";
import type { TimeRange } from "../scenarios/dashboards/answers.js";
import type { Source } from "./source.js";

/** A variable at the top of a dashboard, with what it offers. */
export interface Resolved {
  readonly title: string;
  /** What is chosen. Undefined: all of `offered`. */
  readonly chosen?: string;
  readonly offered: readonly string[];
}

type Variable = Dashboard["variables"][number];

/** Every variable with the values that Grafana would offer, given those that are chosen. */
export async function resolvedVariables(
  dashboard: Dashboard,
  source: Source,
  values: Readonly<Record<string, string>>,
  over: TimeRange,
): Promise<Resolved[]> {
  return Promise.all(
    dashboard.variables.map(async (variable): Promise<Resolved> => {
      const { name, title, text, query } = variable;
      if (text) return { title, chosen: String(query), offered: [] };
      const asked = questionFor(variable, dashboard.name, values);
      const offered = asked ? await offers(asked, source, over) : [];
      const chosen = values[name];
      return { title, offered, ...(chosen !== undefined && { chosen }) };
    }),
  );
}

interface Asked {
  readonly question: Question;
  readonly label: string;
}

/** Its query as one that is asked like those of panels. */
function questionFor(
  { name, signal, query }: Variable,
  dashboard: string,
  values: Readonly<Record<string, string>>,
): Asked | undefined {
  const found = typeof query === "string" ? ofMetrics(query) : ofLogs(query);
  if (!found) return undefined;
  const text = filled(found.text, values);
  const question = { dashboard, panel: `variable ${name}`, signal, text, instant: true };
  return { question: { ...question, filters: {} }, label: found.label };
}

function ofMetrics(query: string): { text: string; label: string } | undefined {
  const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
  if (series !== undefined && label !== undefined)
    return { text: `group by (${label}) (${series})`, label };
  const [, result] = /^query_result\((.*)\)$/.exec(query) ?? [];
  const [, by] = /^group by \((\w+)\)/.exec(result ?? "") ?? [];
  return result !== undefined && by !== undefined ? { text: result, label: by } : undefined;
}

function ofLogs(query: Readonly<Record<string, unknown>>): { text: string; label: string } {
  const label = String(query["label"]);
  const stream = String(query["stream"]) || `{${label}=~".+"}`;
  return { text: `sum by (${label}) (count_over_time(${stream}[1h]))`, label };
}

async function offers(
  { question, label }: Asked,
  source: Source,
  over: TimeRange,
): Promise<string[]> {
  // Panels that ask the same say what went wrong.
  const { labels } = await source.ask(question, over).catch(() => ({ labels: [] }));
  return [...new Set(labels.flatMap((each) => each[label] ?? []))].sort();
}
