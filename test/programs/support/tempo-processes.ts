import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TEMPO_PATHS, TEMPO_RUNTIME_FILE, type TempoConfig } from "../../../components/hub/tempo/config";
import { tempoRuntimeConfig, type TraceTenantLoad } from "../../../components/hub/tempo/limits";
import { toYaml } from "../../../components/kit/yaml";
import { encodeSpans, type Span } from "../../../src/cli/clients/otlp";
import { Tempo } from "../../../src/cli/clients/tempo";
import { STORE_KEYS } from "./minio";
import { program } from "./programs";
import { freePorts, run, until, type RunningProgram } from "./server";

const LOOPBACK = "127.0.0.1";

/** A process of Tempo on loopback, with the configuration of the pods but for folders, ports and the store's address. */
export interface TempoProcess extends RunningProgram {
  readonly url: string;
  /** Where it takes OTLP over HTTP, if it is a part that does: through the program that the lab's image has for it. */
  readonly otlpUrl: string;
  readonly ready: () => Promise<void>;
}

interface Part {
  /** Which of the microservices; left out, what the configuration says. */
  readonly target?: string;
  /** Changes what a test cannot wait for. */
  readonly sooner?: (config: TempoConfig) => TempoConfig;
}

/** Processes that share a bucket and limits, and gossip with each other. */
export class TempoProcesses {
  private readonly running: RunningProgram[] = [];
  private gossiping = 0;

  private constructor(
    private readonly folder: string,
    /** Where microservices find the first of them, and where queriers find the query frontend. */
    private readonly seed: number,
    private readonly frontend: number,
  ) {}

  static async in(folder: string, tenants: Readonly<Record<string, TraceTenantLoad>>): Promise<TempoProcesses> {
    mkdirSync(join(folder, "runtime"), { recursive: true });
    const [seed = 0, frontend = 0] = await freePorts(2);
    const processes = new TempoProcesses(folder, seed, frontend);
    processes.limit(tenants);
    return processes;
  }

  /** Writes the limits that all of them read again. */
  limit(tenants: Readonly<Record<string, TraceTenantLoad>>): string {
    const text = toYaml(tempoRuntimeConfig(1, tenants));
    writeFileSync(join(this.folder, "runtime", TEMPO_RUNTIME_FILE), text);
    return text;
  }

  /** One of a name that has run before finds its data. */
  async start(
    name: string,
    config: TempoConfig,
    { target, sooner = (same) => same }: Part = {},
  ): Promise<TempoProcess> {
    const [http = 0, free = 0, otlp = 0, otlpHttp = 0, freeGossip = 0] = await freePorts(5);
    const ports = { http, grpc: target === "query-frontend" ? this.frontend : free, otlp, gossip: freeGossip };
    if (config.memberlist && this.gossiping++ === 0) ports.gossip = this.seed;
    const file = join(this.folder, `${name}.yaml`);
    writeFileSync(file, this.onThisMachine(name, sooner(config), ports));
    const args = [`-config.file=${file}`, "-config.expand-env=true", ...(target ? [`-target=${target}`] : [])];
    // A working directory that nobody can write to, like the read-only root of the pod.
    const tempo = run(program("tempo", "tempo"), args, { cwd: "/proc", env: { ...STORE_KEYS, POD_IP: LOOPBACK } });
    this.running.push(tempo);
    if (!target || target === "distributor") this.front(otlpHttp, otlp);
    const url = `http://${LOOPBACK}:${http}`;
    const ask = async () => ((await fetch(`${url}/ready`)).ok ? true : undefined);
    const ready = async () => {
      await until(`${name} is ready`, ask, 120).catch((error) => {
        throw new Error(`${String(error)}\n${tempo.output().slice(-3000)}`);
      });
    };
    return { ...tempo, url, otlpUrl: `http://${LOOPBACK}:${otlpHttp}`, ready };
  }

  async stop(): Promise<void> {
    for (const { signal } of this.running) signal("SIGKILL");
    await Promise.all(this.running.map(({ stop }) => stop()));
  }

  private front(http: number, grpc: number): void {
    const env = { FRONT: `${LOOPBACK}:${http} ${LOOPBACK}:${grpc}` };
    this.running.push(run(program("tempo-front", "tempo-front"), [], { env }));
  }

  private onThisMachine(name: string, config: TempoConfig, ports: Record<"http" | "grpc" | "otlp" | "gossip", number>) {
    const { ring } = config.distributor;
    const instance = { instance_id: name };
    const here = {
      ...config,
      server: {
        ...config.server,
        http_listen_address: LOOPBACK,
        http_listen_port: ports.http,
        grpc_listen_address: LOOPBACK,
        grpc_listen_port: ports.grpc,
      },
      distributor: {
        ...config.distributor,
        ...(ring && { ring: { ...ring, ...instance } }),
        receivers: { otlp: { protocols: { grpc: { endpoint: `${LOOPBACK}:${ports.otlp}` } } } },
      },
      // On one machine all have the same host name.
      ingester: { ...config.ingester, lifecycler: { ...config.ingester.lifecycler, id: name } },
      ...(config.compactor && { compactor: { ...config.compactor, ring: { ...config.compactor.ring, ...instance } } }),
      querier: {
        frontend_worker: { frontend_address: `${LOOPBACK}:${config.memberlist ? this.frontend : ports.grpc}` },
      },
      ...(config.memberlist && {
        memberlist: {
          ...config.memberlist,
          bind_addr: [LOOPBACK],
          bind_port: ports.gossip,
          advertise_port: ports.gossip,
          join_members: [`${LOOPBACK}:${this.seed}`],
        },
      }),
    };
    return toYaml(here)
      .replaceAll(`${TEMPO_PATHS.data}/`, `${join(this.folder, "data", name)}/`)
      .replaceAll(`${TEMPO_PATHS.runtime}/`, `${join(this.folder, "runtime")}/`);
  }
}

/** Writes spans as a tenant over OTLP HTTP; the status of the answer, 0 where there is none. */
export function pushSpans(url: string, tenant: string, spans: readonly Span[]): Promise<number> {
  const headers = { "Content-Type": "application/x-protobuf", ...(tenant && { "X-Scope-OrgID": tenant }) };
  const body = new Uint8Array(encodeSpans(spans));
  return fetch(`${url}/v1/traces`, { method: "POST", headers, body }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** Number of spans that Tempo has of a trace. */
export async function spansOf(url: string, tenant: string, traceId: string): Promise<number> {
  return (await new Tempo({ port: Number(new URL(url).port) }).trace(tenant, traceId)).length;
}

/** Ids of the traces that a search finds. */
export async function search(url: string, tenant: string, query: Readonly<Record<string, string>>): Promise<string[]> {
  const response = await fetch(`${url}/api/search?${new URLSearchParams(query).toString()}`, {
    headers: { "X-Scope-OrgID": tenant },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} to a search: ${text.slice(0, 300)}`);
  // Tempo writes the id as a number: without the zeros in front of it.
  return ((JSON.parse(text) as { traces?: { traceID: string }[] }).traces ?? []).map(({ traceID }) =>
    traceID.padStart(32, "0"),
  );
}
