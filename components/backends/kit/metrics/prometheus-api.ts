import { HUB_GROUPS, RULES_INFO, WORKLOAD_RULES_INFO } from "../../../rules/metrics";
import type {
  AlertLabels,
  Ask,
  BackendRequest,
  BackendResponse,
  Exemplar,
  Matrix,
  MetricsReader,
  Probe,
  RunningRules,
  Sample,
  TimeRange,
} from "../../requests";
import { FORM, formOf, LOOK_BACK_SECONDS, PodReader } from "../pod-reader";

interface QueryAnswer {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      metric: Record<string, string>;
      value?: [number, string];
      values?: [number, string][];
    }[];
  };
}

/**
 * The query interface of Prometheus, which every backend of metrics has below a path of its own.
 */
export class PrometheusApi extends PodReader implements MetricsReader {
  constructor(
    title: string,
    ask: Ask,
    private readonly path: string,
  ) {
    super(title, ask);
  }

  async query(tenants: readonly string[], promql: string, seconds?: number): Promise<Sample[]> {
    const result = await this.ask(tenants, promql, seconds);
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
  }

  async number(tenants: readonly string[], promql: string, seconds?: number): Promise<number> {
    return (await this.query(tenants, promql, seconds))[0]?.value ?? 0;
  }

  async samples(tenants: readonly string[], rangeSelector: string): Promise<Matrix[]> {
    const result = await this.ask(tenants, rangeSelector);
    return result.map(({ metric, values = [] }) => ({
      labels: metric,
      values: values.map(([seconds, value]) => [seconds, Number(value)] as const),
    }));
  }

  async exemplars(tenant: string, selector: string, { from, to }: TimeRange): Promise<Exemplar[]> {
    const times = { start: String(from / 1000), end: String(to / 1000) };
    const path = `${this.path}/api/v1/query_exemplars?${formOf({ query: selector, ...times })}`;
    const { data } = await this.json<{
      data: { exemplars: { labels: Record<string, string>; timestamp: number }[] }[] | null;
    }>(path, [tenant]);
    return (data ?? []).flatMap(({ exemplars }) =>
      exemplars.map(({ labels, timestamp }) => ({ labels, time: timestamp * 1000 })),
    );
  }

  async rules(tenant: string): Promise<RunningRules> {
    return runningRules(await this.text(`${this.path}/api/v1/rules`, [tenant]));
  }

  failure(tenants: readonly string[]): Promise<string | undefined> {
    // A backend may answer with no series for a time before the tenant's retention, as this is,
    // which contents the plug-in.
    return this.healthOf(
      this.queryRequest(tenants, { query: "1+1", time: "4" }),
      (body) => (JSON.parse(body) as { status: string }).status === "success",
    );
  }

  async tenants(tenants: readonly string[]): Promise<string[]> {
    // `up` alone: an application may have a label of this name for purposes of its own.
    const query = `group by (tenant_id) (last_over_time(up[${LOOK_BACK_SECONDS}s]))`;
    const found = await this.query(tenants, query, Math.ceil(Date.now() / 1000));
    return found.flatMap(({ labels }) => labels["tenant_id"] ?? []);
  }

  private async ask(tenants: readonly string[], promql: string, seconds?: number) {
    const time = seconds === undefined ? undefined : { time: String(seconds) };
    const { status, body } = await this.request(
      this.queryRequest(tenants, { query: promql, ...time }),
    );
    const answer = parsed(body);
    if (status !== 200 || !answer?.data)
      throw new Error(
        `${this.title} answers ${status} to ${promql}: ${answer?.error ?? body.slice(0, 200)}`,
      );
    return answer.data.result;
  }

  private queryRequest(
    tenants: readonly string[],
    parameters: Readonly<Record<string, string>>,
  ): BackendRequest {
    return {
      path: `${this.path}/api/v1/query`,
      method: "POST",
      tenants,
      headers: FORM,
      body: formOf(parameters),
    };
  }
}

function parsed(body: BackendResponse["body"]): QueryAnswer | undefined {
  try {
    return JSON.parse(body) as QueryAnswer;
  } catch {
    return undefined;
  }
}

/** Metric of the samples that `verify` writes. */
export const VERIFY_METRIC = "heliograph_verify";

/** A sample by remote write to the gateway's `path`. `reader`: reads the backend's samples. */
export function sampleProbe(path: string, reader: (ask: Ask) => MetricsReader): Probe {
  return {
    what: "sample",
    write({ id, labels, milliseconds }, encode) {
      const series = { __name__: VERIFY_METRIC, probe: id, ...labels };
      const encoded = encode.remoteWrite([{ labels: series, samples: [[1, milliseconds]] }]);
      return { path, method: "POST", ...encoded };
    },
    count(ask, tenant, ids, milliseconds) {
      return reader(ask).number(
        [tenant],
        `count(${VERIFY_METRIC}{probe=~"${ids.join("|")}"})`,
        milliseconds / 1000,
      );
    },
  };
}

/** What a backend answers at `/api/v1/rules`, below the path of its interface. */
export function runningRules(answer: string): RunningRules {
  const { data } = JSON.parse(answer) as {
    data: { groups: { name?: string; rules: ShownRule[] }[] };
  };
  const rules = data.groups.flatMap((group) => group.rules);
  // What is wrong on a cluster is not wrong with the hub.
  const ofHub = (name: string) => Object.values<string>(HUB_GROUPS).includes(name);
  const [own, others] = [true, false].map((wanted) =>
    data.groups.filter(({ name = "" }) => ofHub(name) === wanted).flatMap((group) => group.rules),
  ) as [ShownRule[], ShownRule[]];
  const labelsOf = (record: string) => rules.find(({ name }) => name === record)?.labels;
  return {
    hash: labelsOf(RULES_INFO)?.["hash"],
    workloadRules: labelsOf(RULES_INFO)?.["workload_rules"],
    workloadHash: labelsOf(WORKLOAD_RULES_INFO)?.["hash"],
    alerts: own.filter(({ type }) => type === "alerting").length,
    waiting: rules.filter(({ health }) => health === "unknown").length,
    unhealthy: rules.flatMap(({ name, health, lastError }) =>
      health === "err" ? [`${name}: ${lastError}`] : [],
    ),
    firing: firing(own),
    firingOnClusters: firing(others),
  };
}

function firing(rules: readonly ShownRule[]): AlertLabels[] {
  return rules
    .flatMap(({ alerts = [] }) => alerts.filter(({ state }) => state === "firing"))
    .map(({ labels }) => labels);
}

interface ShownRule {
  readonly type: "alerting" | "recording";
  readonly name: string;
  readonly health: "unknown" | "ok" | "err";
  readonly lastError?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly alerts?: readonly {
    readonly state: string;
    readonly labels: AlertLabels;
  }[];
}
