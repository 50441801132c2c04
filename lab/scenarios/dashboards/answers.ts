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

/** What a panel got: the labels of each series, row or line; or why there is no answer. */
export interface Answers {
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly error?: string;
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
    return inBatches(asked, AT_A_TIME, (question) =>
      this.again({
        cluster,
        question,
        tenants: everyone.has(question.dashboard) ? this.tenants : this.ofOperators(question),
      }),
    );
  }

  /** The same once more. */
  async again(of: Omit<Asked, "answers">): Promise<Asked> {
    const { question, tenants } = of;
    const path = question.signal === "metrics" ? metricsPath(question) : logsPath(question);
    const ask = question.signal === "metrics" ? this.metrics : this.logs;
    const { status, body } = await ask({ path, tenants: [...tenants] });
    if (status !== 200)
      return { ...of, answers: { labels: [], error: `${status} ${body.slice(0, 200)}` } };
    const { data } = JSON.parse(body) as { data: { result: readonly Series[] } };
    return {
      ...of,
      answers: { labels: data.result.map(({ metric, stream }) => metric ?? stream ?? {}) },
    };
  }

  /** What the hub records about itself is metrics. */
  private ofOperators({ signal }: Question): readonly string[] {
    return signal === "metrics" ? [...this.tenants, HUB_TENANT] : this.tenants;
  }
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
