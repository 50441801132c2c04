import type { Ask, Question } from "@heliograph/heliograph/model";
import type { ScenarioContext } from "../context.js";
import { cell, openHub } from "../support/hub.js";

/** What a panel got: the labels of each series, row or line; or why there is no answer. */
export interface Answers {
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly error?: string;
}

/** The backends of the lab's cell, asked for all tenants at once as operators do. */
export interface OpenAnswers {
  readonly tenants: readonly string[];
  readonly metrics: Ask;
  readonly logs: Ask;
}

export async function openAnswers(lab: ScenarioContext): Promise<OpenAnswers> {
  const hub = await openHub(lab);
  return {
    tenants: hub.tenants,
    metrics: await hub.ask(cell, "metrics"),
    logs: await hub.ask(cell, "logs"),
  };
}

export async function answersTo(open: OpenAnswers, question: Question): Promise<Answers> {
  const { tenants } = open;
  const path = question.signal === "metrics" ? metricsPath(question) : logsPath(question);
  const ask = question.signal === "metrics" ? open.metrics : open.logs;
  const { status, body } = await ask({ path, tenants: [...tenants] });
  if (status !== 200) return { labels: [], error: `${status} ${body.slice(0, 200)}` };
  const { data } = JSON.parse(body) as { data: { result: readonly Series[] } };
  return { labels: data.result.map(({ metric, stream }) => metric ?? stream ?? {}) };
}

interface Series {
  readonly metric?: Readonly<Record<string, string>>;
  readonly stream?: Readonly<Record<string, string>>;
}

function metricsPath({ text }: Question): string {
  return `/prometheus/api/v1/query?${new URLSearchParams({ query: text }).toString()}`;
}

/** Lines are asked for over a time range, numbers for now. */
function logsPath({ text }: Question): string {
  const query = new URLSearchParams({ query: text, limit: "100" }).toString();
  return text.startsWith("{")
    ? `/loki/api/v1/query_range?${query}&since=1h`
    : `/loki/api/v1/query?${query}`;
}
