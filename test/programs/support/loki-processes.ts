import {
  LOKI_PATHS,
  LOKI_RUNTIME_FILE,
  type LokiConfig,
} from "../../../components/backends/loki/config";
import { expect } from "vitest";
import { BackendProcesses, LOOPBACK, type BackendProcess } from "./backend-processes";
import { freePorts } from "./server";

const HOUR = 3_600_000;

/** Processes of Loki on a bucket. */
export class LokiProcesses extends BackendProcesses {
  private constructor(
    folder: string,
    /** Keys of the bucket. */
    private readonly env: Readonly<Record<string, string>>,
    seed: number,
    /** Where microservices find the compactor. */
    private readonly compactor: number,
  ) {
    super({ backend: "loki", paths: LOKI_PATHS, runtimeFile: LOKI_RUNTIME_FILE }, folder, seed);
  }

  static async in(folder: string, env: Readonly<Record<string, string>>): Promise<LokiProcesses> {
    const [seed = 0, compactor = 0] = await freePorts(2);
    return new LokiProcesses(folder, env, seed, compactor);
  }

  /**
   * `target`: which of the microservices; left out, what the configuration says. One of a name that
   * has run before finds its data.
   */
  start(
    name: string,
    config: LokiConfig,
    target?: string,
    flags?: readonly string[],
  ): Promise<BackendProcess> {
    const { common } = config;
    const here = {
      ...config,
      common: {
        ...common,
        // On one machine all have the same host name.
        ring: { ...common.ring, instance_id: name },
        ...(common.compactor_grpc_address && {
          compactor_grpc_address: `${LOOPBACK}:${this.compactor}`,
        }),
      },
    };
    const grpcPort = target === "compactor" ? this.compactor : undefined;
    return this.launch(name, here, { target, flags, env: this.env, grpcPort });
  }
}

export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly at: number;
  readonly text: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Status 0 where there is no answer. */
async function post(url: string, tenant: string, body: unknown): Promise<Answered> {
  const headers = { "Content-Type": "application/json", "X-Scope-OrgID": tenant };
  try {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

const nanoseconds = (at: number) => `${at}000000`;

export function push(url: string, tenant: string, lines: readonly Line[]): Promise<Answered> {
  const streams = lines.map(({ labels, at, text, metadata }) => ({
    stream: labels,
    values: [[nanoseconds(at), text, ...(metadata ? [metadata] : [])]],
  }));
  return post(`${url}/loki/api/v1/push`, tenant, { streams });
}

export interface OtlpRecord {
  readonly resource: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: number;
  readonly text: string;
  readonly traceId?: string;
  readonly spanId?: string;
}

export function pushOtlp(
  url: string,
  tenant: string,
  records: readonly OtlpRecord[],
): Promise<Answered> {
  const list = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const resourceLogs = records.map(({ resource, attributes, at, text, traceId, spanId }) => ({
    resource: { attributes: list(resource) },
    scopeLogs: [
      {
        logRecords: [
          {
            timeUnixNano: nanoseconds(at),
            body: { stringValue: text },
            attributes: list(attributes),
            traceId,
            spanId,
          },
        ],
      },
    ],
  }));
  return post(`${url}/otlp/v1/logs`, tenant, { resourceLogs });
}

export interface FoundStream {
  /** Of the index, and what was beside the line. */
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [string, string])[];
}

export interface Between {
  readonly from: number;
  readonly to: number;
}

export async function query(
  url: string,
  tenant: string,
  logql: string,
  { from, to }: Between,
): Promise<FoundStream[]> {
  const parameters = new URLSearchParams({
    query: logql,
    start: nanoseconds(from),
    end: nanoseconds(to),
    limit: "5000",
  });
  const answer = await get(`${url}/loki/api/v1/query_range?${parameters.toString()}`, tenant);
  return (JSON.parse(answer) as { data: { result: FoundStream[] } }).data.result;
}

export async function get(url: string, tenant: string): Promise<string> {
  const response = await fetch(url, { headers: { "X-Scope-OrgID": tenant } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} from ${url}: ${text.slice(0, 300)}`);
  return text;
}

/** Lines that Loki has accepted, by tenant and application: what has to be read back. */
export class AcceptedLines {
  private readonly lines = new Map<string, Set<string>>();

  /** Writes one line; whether it was accepted. */
  async write(
    url: string,
    tenant: string,
    app: string,
    at: number,
    text: string,
  ): Promise<boolean> {
    const { status } = await push(url, tenant, [{ labels: { cluster: tenant, app }, at, text }]);
    // Whatever else is answered has to make an agent try again.
    expect([0, 204, 429, 500, 502, 503]).toContain(status);
    if (status !== 204) return false;
    const key = `${tenant}/${app}`;
    this.lines.set(key, (this.lines.get(key) ?? new Set()).add(text));
    return true;
  }

  get count(): number {
    return [...this.lines.values()].reduce((total, { size }) => total + size, 0);
  }

  async readBack(url: string): Promise<number> {
    const between = { from: Date.now() - 48 * HOUR, to: Date.now() + HOUR };
    let found = 0;
    for (const [key, wanted] of this.lines) {
      const [tenant = "", app = ""] = key.split("/");
      const streams = await query(url, tenant, `{app="${app}"}`, between);
      const texts = new Set(streams.flatMap(({ values }) => values.map(([, text]) => text)));
      found += [...wanted].filter((text) => texts.has(text)).length;
    }
    return found;
  }
}
