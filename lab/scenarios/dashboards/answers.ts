import {
  type Ask,
  type Dashboard,
  HUB_TENANT,
  type Question,
  questionsOf,
} from "@heliograph/heliograph/model";
import { inBatches } from "../../../src/cli/promises.js";
import type { ClusterName } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { cell, openHub } from "../support/hub.js";
import { NOT_ASKED } from "./exceptions.js";

/** What a panel got, or why there is no answer. */
export interface Answers {
  /** Of each series, row or line. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  /** The same with what they hold. */
  readonly series: readonly Answered[];
  readonly error?: string;
}

/** A series, or a stream of lines. */
export interface Answered {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value, or the line. */
  readonly points: readonly (readonly [at: number, value: string])[];
}

/** Seconds since 1970, and those from point to point. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** What a panel was asked for one cluster, and what came back. */
export interface Asked {
  readonly cluster: ClusterName;
  readonly question: Question;
  /** All whom operators see: what keeps others out has to be the question. */
  readonly tenants: readonly string[];
  readonly answers: Answers;
}

const AT_A_TIME = 6;

/** The backends of the lab's cell, as the data sources of operators ask them. */
export class Panels {
  private constructor(
    private readonly tenants: readonly string[],
    private readonly metrics: Ask,
    private readonly logs: Ask,
  ) {}

  static async open(lab: ScenarioContext): Promise<Panels> {
    const hub = await openHub(lab);
    return new Panels(hub.tenants, await hub.ask(cell, "metrics"), await hub.ask(cell, "logs"));
  }

  /**
   * Every query of some dashboards, for a tenant and cluster of this name, as Grafana asks when
   * somebody chooses these at the top.
   */
  async ask(
    boards: readonly Dashboard[],
    cluster: ClusterName,
    mutated = (text: string) => text,
  ): Promise<Asked[]> {
    const asked = questionsOf(boards, { tenant: cluster, cluster })
      .filter(({ signal }) => NOT_ASKED[signal] === undefined)
      .map((question) => ({ ...question, text: mutated(question.text) }));
    const everyone = new Set(
      boards.filter(({ audience }) => audience === "everyone").map(({ name }) => name),
    );
    return inBatches(asked, AT_A_TIME, (question) => {
      const audience = everyone.has(question.dashboard) ? "everyone" : "operators";
      return this.again({ cluster, question, tenants: this.tenantsOf(question, audience) });
    });
  }

  /** The same once more. */
  async again(of: Omit<Asked, "answers">): Promise<Asked> {
    return { ...of, answers: await this.answers(of.question, of.tenants) };
  }

  /** `over`: what is asked over a time range is asked over this one. Defaults to now. */
  async answers(
    question: Question,
    tenants: readonly string[],
    over?: TimeRange,
  ): Promise<Answers> {
    const metrics = question.signal === "metrics";
    const path = metrics ? metricsPath(question, over) : logsPath(question, over);
    const ask = metrics ? this.metrics : this.logs;
    const { status, body } = await ask({ path, tenants: [...tenants] });
    if (status !== 200) return { labels: [], series: [], error: `${status} ${body.slice(0, 200)}` };
    const { data } = JSON.parse(body) as { data: { result: readonly Series[] } };
    const series = data.result.map(answered);
    return { labels: series.map(({ labels }) => labels), series };
  }

  /** Whose data is asked for. What the hub records about itself is metrics. */
  tenantsOf({ signal }: Question, audience: Dashboard["audience"]): readonly string[] {
    const own = audience === "operators" && signal === "metrics" ? [HUB_TENANT] : [];
    return [...this.tenants, ...own];
  }
}

/** As Prometheus and Loki answer: one value or many, or lines. */
interface Series {
  readonly metric?: Readonly<Record<string, string>>;
  readonly stream?: Readonly<Record<string, string>>;
  readonly value?: readonly [at: number, value: string];
  readonly values?: readonly (readonly [at: number | string, value: string])[];
}

function answered({ metric, stream, value, values }: Series): Answered {
  // Times of lines are in nanoseconds.
  const seconds = stream ? 1e-9 : 1;
  const points = values ?? (value ? [value] : []);
  return {
    labels: metric ?? stream ?? {},
    points: points.map(([at, text]) => [Number(at) * seconds, text]),
  };
}

function metricsPath({ text, instant }: Question, over?: TimeRange): string {
  const ranged = !instant && over;
  const query = new URLSearchParams({ query: text, ...(ranged && times(over)) });
  return `/prometheus/api/v1/${ranged ? "query_range" : "query"}?${query.toString()}`;
}

/** Lines are asked for over a time range, numbers for now. */
function logsPath({ text, instant }: Question, over?: TimeRange): string {
  const query = new URLSearchParams({ query: text, limit: "100" }).toString();
  if (!instant && over) {
    const range = new URLSearchParams(times(over)).toString();
    return `/loki/api/v1/query_range?${query}&${range}`;
  }
  return text.startsWith("{")
    ? `/loki/api/v1/query_range?${query}&since=1h`
    : `/loki/api/v1/query?${query}`;
}

function times({ from, to, step }: TimeRange): Record<string, string> {
  return { start: String(from), end: String(to), step: String(step) };
}
