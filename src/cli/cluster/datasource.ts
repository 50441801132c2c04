import type { DeployedDatasource } from "../../../components/in-force";
import { request, type Endpoint } from "./http";

/** How far back is looked for whose data there is. */
const LOOK_BACK_SECONDS = 3600;

interface Asked {
  readonly path: string;
  /** Sent as a form, as the plugin does; left out: GET. */
  readonly form?: Readonly<Record<string, string>>;
  readonly accept?: string;
}

type Signal = DeployedDatasource["signal"];

/** A data source of Grafana, asked as its plugin asks, with its own address and header. */
export class DatasourceClient {
  constructor(
    private readonly datasource: Pick<DeployedDatasource, "signal" | "url" | "headers">,
    private readonly endpoint: Endpoint,
  ) {}

  /** What the button `Test` of its settings does; what is wrong, where something is. */
  async problem(): Promise<string | undefined> {
    const { asked, answered } = HEALTH[this.datasource.signal];
    const { status, body } = await this.send(asked);
    if (status === 200 && answered(body)) return undefined;
    return `answers ${status} to ${asked.path}: ${body.slice(0, 200)}`;
  }

  /** Tenants of the data that it sees, by the label or attribute that every edge's data carries. */
  async tenants(): Promise<string[]> {
    const { asked, read } = TENANTS[this.datasource.signal](Math.ceil(Date.now() / 1000));
    const { status, body } = await this.send(asked);
    if (status !== 200)
      throw new Error(`it answers ${status} to ${asked.path}: ${body.slice(0, 200)}`);
    return read(body) ?? [];
  }

  /** Id of some trace of the last hour. */
  async someTrace(): Promise<string | undefined> {
    const { body } = await this.send({
      path: `/api/search?limit=1&${lastHour(Math.ceil(Date.now() / 1000))}`,
    });
    return (JSON.parse(body) as { traces?: { traceID: string }[] }).traces?.[0]?.traceID;
  }

  async hasTrace(id: string): Promise<boolean> {
    const { status, body } = await this.send({
      path: `/api/traces/${id}`,
      accept: "application/protobuf",
    });
    if (status !== 200 && status !== 404)
      throw new Error(`it answers ${status} for trace ${id}: ${body.slice(0, 200)}`);
    return status === 200;
  }

  private send({ path, form, accept }: Asked) {
    const { url, headers } = this.datasource;
    return request({
      ...this.endpoint,
      path: `${new URL(url).pathname.replace(/\/$/, "")}${path}`,
      method: form ? "POST" : "GET",
      headers: {
        ...headers,
        ...(accept && { accept }),
        ...(form && { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(form && { body: Buffer.from(new URLSearchParams(form).toString()) }),
    });
  }
}

/** pkg/promlib/healthcheck.go, pkg/tsdb/loki/healthcheck.go, and testDatasource of the Tempo plugin. */
const HEALTH: Readonly<Record<Signal, { asked: Asked; answered(body: string): boolean }>> = {
  metrics: {
    asked: { path: "/api/v1/query", form: { query: "1+1", time: "4" } },
    // Mimir answers nothing for a time before the tenant's retention, as this is, and the plugin is content with that.
    answered: (body) => (JSON.parse(body) as { status: string }).status === "success",
  },
  logs: {
    asked: {
      path: "/loki/api/v1/query?direction=backward&query=vector(1)%2Bvector(1)&time=4000000000",
    },
    answered: (body) =>
      (JSON.parse(body) as { data: { result: { value: [number, string] }[] } }).data.result[0]
        ?.value[1] === "2",
  },
  traces: { asked: { path: "/api/echo" }, answered: (body) => body.trim() === "echo" },
};

/** What fills the lists of values in a query's builder and in a dashboard's variables. */
const TENANTS: Readonly<
  Record<Signal, (now: number) => { asked: Asked; read(body: string): string[] | null | undefined }>
> = {
  // `up` alone: an application may have a label of this name for purposes of its own.
  metrics: (now) => ({
    asked: {
      path: "/api/v1/query",
      form: {
        query: `group by (tenant_id) (last_over_time(up[${LOOK_BACK_SECONDS}s]))`,
        time: String(now),
      },
    },
    read: (body) => {
      const { data } = JSON.parse(body) as {
        data: { result: { metric: { tenant_id?: string } }[] };
      };
      return data.result.flatMap(({ metric }) => metric.tenant_id ?? []);
    },
  }),
  logs: (now) => ({
    asked: { path: `/loki/api/v1/label/tenant_id/values?${lastHour(now, "000000000")}` },
    read: (body) => (JSON.parse(body) as { data?: string[] }).data,
  }),
  // Tempo 2 takes the same question as version 1.
  traces: () => ({
    asked: { path: "/api/search/tag/tenant_id/values" },
    read: (body) => (JSON.parse(body) as { tagValues?: string[] }).tagValues,
  }),
};

function lastHour(now: number, unit = ""): string {
  return `start=${now - LOOK_BACK_SECONDS}${unit}&end=${now}${unit}`;
}
