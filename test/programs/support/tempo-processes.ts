import {
  TEMPO_PATHS,
  TEMPO_RUNTIME_FILE,
  type TempoConfig,
} from "../../../components/backends/tempo/config";
import {
  tempoRuntimeConfig,
  type TraceTenantLoad,
} from "../../../components/backends/tempo/limits";
import { encodeSpans, type Span } from "../../../src/cli/cluster/otlp";
import { TempoReader } from "../../../components/backends/tempo/reader";
import { askAt } from "../../../src/cli/cluster/ask";
import { BackendProcesses, LOOPBACK, type BackendProcess } from "./backend-processes";
import { STORE_KEYS } from "./minio";
import { program } from "./programs";
import { freePorts } from "./server";

export interface TempoProcess extends BackendProcess {
  /** Where it takes OTLP over HTTP, if it is a part that does. */
  readonly otlpUrl: string;
}

interface Part {
  /** Which of the microservices; left out, what the configuration says. */
  readonly target?: string;
  /** Changes what a test cannot wait for. */
  readonly sooner?: (config: TempoConfig) => TempoConfig;
}

/**
 * Processes of Tempo on a bucket, behind the program of the lab's image, which takes the files of
 * Tempo 2.
 */
export class TempoProcesses extends BackendProcesses {
  private constructor(
    folder: string,
    seed: number,
    /** Where queriers find the query frontend. */
    private readonly frontend: number,
    /** Keys of the bucket. */
    private readonly env: Readonly<Record<string, string>>,
  ) {
    super(
      { backend: "tempo-front", paths: TEMPO_PATHS, runtimeFile: TEMPO_RUNTIME_FILE },
      folder,
      seed,
    );
  }

  static async in(
    folder: string,
    tenants: Readonly<Record<string, TraceTenantLoad>>,
    env: Readonly<Record<string, string>> = STORE_KEYS,
  ): Promise<TempoProcesses> {
    const [seed = 0, frontend = 0] = await freePorts(2);
    const processes = new TempoProcesses(folder, seed, frontend, env);
    processes.limit(tenants);
    return processes;
  }

  limit(tenants: Readonly<Record<string, TraceTenantLoad>>): string {
    return this.limits(tempoRuntimeConfig(tenants));
  }

  /** One of a name that has run before finds its data. */
  async start(
    name: string,
    config: TempoConfig,
    { target, sooner = (same) => same }: Part = {},
  ): Promise<TempoProcess> {
    const [free = 0, otlp = 0, otlpHttp = 0] = await freePorts(3);
    const grpcPort = target === "query-frontend" ? this.frontend : free;
    // A single process is its own.
    const frontend = config.memberlist ? this.frontend : grpcPort;
    const here = this.withPorts(name, sooner(config), { frontend, otlp, otlpHttp });
    const env = { ...this.env, TEMPO: program("tempo", "tempo") };
    const tempo = await this.launch(name, here, { target, env, grpcPort });
    return { ...tempo, otlpUrl: `http://${LOOPBACK}:${otlpHttp}` };
  }

  private withPorts(
    name: string,
    config: TempoConfig,
    { frontend, otlp, otlpHttp }: Record<"frontend" | "otlp" | "otlpHttp", number>,
  ) {
    const { ring } = config.distributor;
    // On one machine all have the same host name.
    const instance = { instance_id: name };
    return {
      ...config,
      distributor: {
        ...config.distributor,
        ...(ring && { ring: { ...ring, ...instance } }),
        receivers: {
          otlp: {
            protocols: {
              grpc: { endpoint: `${LOOPBACK}:${otlp}` },
              http: { endpoint: `${LOOPBACK}:${otlpHttp}` },
            },
          },
        },
      },
      ingester: { ...config.ingester, lifecycler: { ...config.ingester.lifecycler, id: name } },
      ...(config.compactor && {
        compactor: { ...config.compactor, ring: { ...config.compactor.ring, ...instance } },
      }),
      querier: { frontend_worker: { frontend_address: `${LOOPBACK}:${frontend}` } },
    };
  }
}

/** Writes spans as a tenant over OTLP HTTP; the status of the answer, 0 where there is none. */
export function pushSpans(url: string, tenant: string, spans: readonly Span[]): Promise<number> {
  const headers = {
    "Content-Type": "application/x-protobuf",
    ...(tenant && { "X-Scope-OrgID": tenant }),
  };
  const body = new Uint8Array(encodeSpans(spans));
  return fetch(`${url}/v1/traces`, { method: "POST", headers, body }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** Number of spans that Tempo has of a trace. */
export async function spansOf(url: string, tenant: string, traceId: string): Promise<number> {
  return (await new TempoReader(askAt({ port: Number(new URL(url).port) })).trace(tenant, traceId))
    .length;
}

/** Ids of the traces that a search finds. */
export async function search(
  url: string,
  tenant: string,
  query: Readonly<Record<string, string>>,
): Promise<string[]> {
  const response = await fetch(`${url}/api/search?${new URLSearchParams(query).toString()}`, {
    headers: { "X-Scope-OrgID": tenant },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} to a search: ${text.slice(0, 300)}`);
  // Tempo writes the id as a number: without the zeros in front of it.
  return ((JSON.parse(text) as { traces?: { traceID: string }[] }).traces ?? []).map(
    ({ traceID }) => traceID.padStart(32, "0"),
  );
}
