import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOKI_PATHS, LOKI_RUNTIME_FILE, type LokiConfig } from "../../../components/hub/loki/config";
import type { LokiRuntimeConfig } from "../../../components/hub/loki/limits";
import { toYaml } from "../../../components/kit/yaml";
import { program } from "./programs";
import { freePorts, run, until, type RunningProgram } from "./server";

const LOOPBACK = "127.0.0.1";

/** A process of Loki on loopback, with the configuration of the pods but for folders and ports. */
export interface LokiProcess extends RunningProgram {
  readonly name: string;
  readonly url: string;
  readonly ready: () => Promise<void>;
}

/** Processes that share a bucket and limits, and gossip with each other. */
export class LokiProcesses {
  private readonly running: LokiProcess[] = [];

  private constructor(
    private readonly folder: string,
    /** Keys of the bucket. */
    private readonly env: Readonly<Record<string, string>>,
    /** Where microservices find the first of them, and the compactor. */
    private readonly seed: number,
    private readonly compactor: number,
  ) {}

  static async in(folder: string, env: Readonly<Record<string, string>>): Promise<LokiProcesses> {
    mkdirSync(join(folder, "runtime"));
    const [seed = 0, compactor = 0] = await freePorts(2);
    return new LokiProcesses(folder, env, seed, compactor);
  }

  /** Read within 10 s by those that run. */
  limits(runtime: LokiRuntimeConfig): void {
    writeFileSync(join(this.folder, "runtime", LOKI_RUNTIME_FILE), toYaml(runtime));
  }

  /** `target`: which of the microservices; left out, what the configuration says. `more`: flags. One of a name that has run before finds its data. */
  async start(name: string, config: LokiConfig, target?: string, more: readonly string[] = []): Promise<LokiProcess> {
    const [http = 0, free = 0, ownGossip = 0] = await freePorts(3);
    const grpc = target === "compactor" ? this.compactor : free;
    const first = config.memberlist && !this.running.some((other) => other.name !== "single");
    const gossip = first ? this.seed : ownGossip;
    const data = join(this.folder, name);
    mkdirSync(data, { recursive: true });
    const file = join(this.folder, `${name}.yaml`);
    writeFileSync(file, this.onThisMachine(name, config, data));
    const args = [
      `-config.file=${file}`,
      "-config.expand-env=true",
      ...(target ? [`-target=${target}`] : []),
      `-server.http-listen-port=${http}`,
      `-server.grpc-listen-port=${grpc}`,
      ...["http", "grpc"].map((protocol) => `-server.${protocol}-listen-address=${LOOPBACK}`),
      `-memberlist.bind-port=${gossip}`,
      `-memberlist.advertise-port=${gossip}`,
      ...more,
    ];
    // A working directory that nobody can write to, like the read-only root of the pod.
    const started = run(program("loki", "loki"), args, { cwd: "/proc", env: { ...this.env, POD_IP: LOOPBACK } });
    const url = `http://${LOOPBACK}:${http}`;
    const ready = async () => {
      const ask = async () => ((await fetch(`${url}/ready`)).ok ? true : undefined);
      await until(`${name} is ready`, ask, 120).catch((error) => {
        throw new Error(`${String(error)}\n${started.output().slice(-3000)}`);
      });
    };
    const loki = { ...started, name, url, ready };
    this.running.push(loki);
    return loki;
  }

  async stop(): Promise<void> {
    // A stop ships what it holds; here nobody will read it.
    for (const { signal } of this.running) signal("SIGKILL");
    await Promise.all(this.running.map(({ stop }) => stop()));
  }

  private onThisMachine(name: string, config: LokiConfig, data: string): string {
    const { common } = config;
    const here = {
      ...config,
      ...(config.memberlist && {
        // Not by flags, which Loki reads twice: it would listen twice.
        memberlist: { ...config.memberlist, bind_addr: [LOOPBACK], join_members: [`${LOOPBACK}:${this.seed}`] },
      }),
      common: {
        ...common,
        // On one machine all have the same host name.
        ring: { ...common.ring, instance_id: name },
        ...(common.compactor_grpc_address && { compactor_grpc_address: `${LOOPBACK}:${this.compactor}` }),
      },
    };
    return toYaml(here).replaceAll(LOKI_PATHS.data, data).replaceAll(LOKI_PATHS.runtime, join(this.folder, "runtime"));
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

export function pushOtlp(url: string, tenant: string, records: readonly OtlpRecord[]): Promise<Answered> {
  const list = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const resourceLogs = records.map(({ resource, attributes, at, text, traceId, spanId }) => ({
    resource: { attributes: list(resource) },
    scopeLogs: [
      {
        logRecords: [
          { timeUnixNano: nanoseconds(at), body: { stringValue: text }, attributes: list(attributes), traceId, spanId },
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

export async function query(url: string, tenant: string, logql: string, { from, to }: Between): Promise<FoundStream[]> {
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
