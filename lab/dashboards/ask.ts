import {
  allDashboards,
  type Dashboard,
  dashboardJson,
  panelsOf,
  type Question,
  questionsOf,
} from "@heliograph/heliograph/model";
import { inBatches } from "../../src/cli/promises.js";
import type { Answers, TimeRange } from "../scenarios/dashboards/answers.js";
import { drawnPanels, type GrafanaDashboard, type GrafanaPanel } from "./grafana.js";
import type { Source } from "./source.js";
import { type Resolved, resolvedVariables } from "./variables.js";

/** A dashboard with everything that its panels show. */
export interface AskedDashboard {
  readonly dashboard: Dashboard;
  readonly json: GrafanaDashboard;
  readonly panels: readonly AskedPanel[];
  readonly variables: readonly Resolved[];
  readonly over: TimeRange;
}

export interface AskedPanel {
  readonly panel: GrafanaPanel;
  readonly questions: readonly Question[];
  readonly answers: readonly Answers[];
  readonly state: "filled" | "empty" | "failed";
  /** Why it is empty, or what went wrong. */
  readonly why?: string;
}

const AT_A_TIME = 6;
/** A panel is drawn with so many points. */
const POINTS = 60;

/**
 * Asks for everything that a dashboard shows.
 *
 * @param values Of its variables. All of those that are not named here are chosen.
 * @param now Seconds since 1970.
 */
export async function askedDashboard(
  dashboard: Dashboard,
  source: Source,
  values: Readonly<Record<string, string>>,
  now: number,
): Promise<AskedDashboard> {
  const over = timeRangeOf(dashboard, now);
  const json = dashboardJson(dashboard, allDashboards()) as GrafanaDashboard;
  const drawn = drawnPanels(json);
  const times = timesOf(dashboard, over);
  const questions = questionsOf([dashboard], { ...times, ...values });
  const asked = await inBatches(panelsOf(dashboard), AT_A_TIME, async ([name], index) => {
    const own = questions.filter(({ panel }) => panel === name);
    return askedPanel(drawn[index]!, own, source, over);
  });
  return {
    dashboard,
    json,
    panels: asked,
    variables: await resolvedVariables(dashboard, source, values, over),
    over,
  };
}

async function askedPanel(
  panel: GrafanaPanel,
  questions: readonly Question[],
  source: Source,
  over: TimeRange,
): Promise<AskedPanel> {
  const answers = await Promise.all(
    questions.map(async (question): Promise<Answers> => {
      if (source.whyNotAsked(question) !== undefined) return { labels: [], series: [] };
      return source.ask(question, over).catch(failed);
    }),
  );
  const error = answers.find((answer) => answer.error !== undefined)?.error;
  const filled = answers.some(({ series }) => series.length > 0);
  if (error !== undefined) return { panel, questions, answers, state: "failed", why: error };
  if (filled) return { panel, questions, answers, state: "filled" };
  const reasons = questions.flatMap(
    (question) => source.whyNotAsked(question) ?? source.whyEmpty(question) ?? [],
  );
  const [why] = reasons;
  return { panel, questions, answers, state: "empty", ...(why !== undefined && { why }) };
}

const failed = ({ message }: Error): Answers => ({ labels: [], series: [], error: message });

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

function timeRangeOf({ from = "1h" }: Dashboard, now: number): TimeRange {
  const seconds = Number(from.slice(0, -1)) * (SECONDS[from.slice(-1)] ?? 3600);
  return { from: now - seconds, to: now, step: seconds / POINTS };
}

/** What Grafana computes from the time range. */
function timesOf({ from = "1h" }: Dashboard, { from: start, to, step }: TimeRange) {
  return {
    __range: from,
    __range_s: String(to - start),
    __interval: `${Math.max(60, step)}s`,
    __rate_interval: `${Math.max(300, 4 * step)}s`,
  };
}
