import { Backend, type Range } from "./backend";
import { type Endpoint, request } from "./http";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Matrix {
  readonly labels: Readonly<Record<string, string>>;
  /** Time in seconds, and value. */
  readonly values: readonly (readonly [seconds: number, value: number])[];
}

/** What a sample was taken of. */
export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  /** In milliseconds. */
  readonly time: number;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      metric: Record<string, string>;
      value?: [number, string];
      values?: [number, string][];
    }[];
  };
}

/** The query interface of Mimir and of what is like it, as seen from behind the gateway: the caller says which tenants it means (`a|b` for several). */
export class PrometheusApi extends Backend {
  constructor(
    endpoint: Endpoint,
    protected readonly title = "Mimir",
  ) {
    super(endpoint);
  }

  /** `seconds`: the time that is asked for; left out, now. */
  async query(tenants: readonly string[], promql: string, seconds?: number): Promise<Sample[]> {
    const result = await this.ask(tenants, promql, seconds);
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
  }

  /** The one number a query comes down to; 0 where it finds nothing. */
  async number(tenants: readonly string[], promql: string, seconds?: number): Promise<number> {
    return (await this.query(tenants, promql, seconds))[0]?.value ?? 0;
  }

  /** Every stored sample of a range selector such as `up{cluster="dev"}[5m]`, with its own time. */
  async samples(tenants: readonly string[], rangeSelector: string): Promise<Matrix[]> {
    const result = await this.ask(tenants, rangeSelector);
    return result.map(({ metric, values = [] }) => ({
      labels: metric,
      values: values.map(([seconds, value]) => [seconds, Number(value)] as const),
    }));
  }

  /** Of the series of a selector; the range is in milliseconds. */
  async exemplars(tenant: string, selector: string, { from, to }: Range): Promise<Exemplar[]> {
    const times = { start: String(from / 1000), end: String(to / 1000) };
    const query = new URLSearchParams({ query: selector, ...times }).toString();
    const answer = await this.text(`/prometheus/api/v1/query_exemplars?${query}`, tenant);
    const { data } = JSON.parse(answer) as {
      data: { exemplars: { labels: Record<string, string>; timestamp: number }[] }[] | null;
    };
    return (data ?? []).flatMap(({ exemplars }) =>
      exemplars.map(({ labels, timestamp }) => ({ labels, time: timestamp * 1000 })),
    );
  }

  private async ask(tenants: readonly string[], promql: string, seconds?: number) {
    const parameters = { query: promql, ...(seconds !== undefined && { time: String(seconds) }) };
    const { status, body } = await request({
      ...this.endpoint,
      path: "/prometheus/api/v1/query",
      method: "POST",
      body: Buffer.from(new URLSearchParams(parameters).toString()),
      headers: {
        "x-scope-orgid": tenants.join("|"),
        "content-type": "application/x-www-form-urlencoded",
      },
    });
    const answer = parsed(body);
    if (status !== 200 || !answer?.data)
      throw new Error(
        `${this.title} answers ${status} to ${promql}: ${answer?.error ?? body.slice(0, 200)}`,
      );
    return answer.data.result;
  }
}

function parsed(body: string): Answer | undefined {
  try {
    return JSON.parse(body) as Answer;
  } catch {
    return undefined;
  }
}
