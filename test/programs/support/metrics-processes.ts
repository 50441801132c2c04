import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  RUNTIME_FILE,
  type MicroservicesConfigArgs,
} from "../../../components/backends/kit/rings/config";
import type { TenantLoad } from "../../../components/backends/kit/metrics/load";
import { runtimeConfig, type RingSettings } from "../../../components/backends/kit/rings/deploy";
import type { CortexConfig } from "../../../components/backends/cortex/config";
import { MIMIR_RINGS } from "../../../components/backends/mimir";
import type { MimirConfig } from "../../../components/backends/mimir/config";
import { encodeWrite, type Series } from "../../../src/cli/cluster/remote-write";
import { connection } from "../../components/hub/hub";
import { BackendProcesses, LOOPBACK, type BackendProcess } from "./backend-processes";
import type { ObjectStore } from "./object-store";
import { freePorts } from "./server";

type Config = MimirConfig | CortexConfig;

/** On one machine all have the same host name, by which rings tell their members apart. */
const INSTANCE_FLAGS = {
  mimir: "-ingester.ring.instance-id",
  cortex: "-ingester.lifecycler.ID",
} as const;

/** In earnest the lab's scenarios wait for it. */
export const METRICS_SOONER = {
  "compactor.cleanup_interval": "10s",
  "blocks_storage.bucket_store.sync_interval": "10s",
} as const;

export interface MetricsProcessesArgs {
  readonly settings: RingSettings;
  readonly folder: string;
  readonly tenants: Readonly<Record<string, TenantLoad>>;
  /** Left out, a folder is the bucket. */
  readonly store?: ObjectStore;
  /** What pods find in their environment beside the keys of the bucket. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long a block that is not needed stays in the bucket; left out, as long as in earnest. */
  readonly deletionDelay?: string;
}

/** Processes of a backend of metrics on one bucket. */
export class MetricsProcesses extends BackendProcesses {
  private constructor(
    private readonly args: MetricsProcessesArgs,
    seed: number,
    /** Where queriers find the query frontend. */
    private readonly frontend: number,
  ) {
    const { settings, folder } = args;
    super(
      { backend: settings.architecture.name, paths: settings.paths, runtimeFile: RUNTIME_FILE },
      folder,
      seed,
    );
  }

  static async in(args: MetricsProcessesArgs): Promise<MetricsProcesses> {
    for (const name of ["rules", "bucket"]) mkdirSync(join(args.folder, name), { recursive: true });
    const [seed = 0, frontend = 0] = await freePorts(2);
    const processes = new MetricsProcesses(args, seed, frontend);
    processes.limits(runtimeConfig(args.settings, args.tenants));
    return processes;
  }

  /** Everything in one process. One of a name that has run before finds its data. */
  async startSingle(name: string): Promise<BackendProcess> {
    const { settings, store } = this.args;
    const config = settings.config(store?.connection ?? connection) as Config;
    const [gossip, grpcPort = 0] = await freePorts(2);
    // It gossips with nobody, as in its pod.
    const alone = [`-memberlist.bind-addr=${LOOPBACK}`, `-memberlist.bind-port=${gossip}`];
    const here = this.here(config);
    // Where its parts find each other.
    const own = "auth_enabled" in here && {
      querier: { ...here.querier, store_gateway_addresses: `${LOOPBACK}:${grpcPort}` },
    };
    return this.launch(
      name,
      { ...here, ...own, memberlist: undefined },
      { flags: alone, env: this.env(name), grpcPort },
    );
  }

  /** One of the microservices. */
  async start(
    name: string,
    layout: MicroservicesConfigArgs,
    target: string,
    more: readonly string[] = [],
  ): Promise<BackendProcess> {
    const { settings, store } = this.args;
    const config = settings.config(store?.connection ?? connection, layout) as Config;
    const instances = [
      `${INSTANCE_FLAGS[settings.architecture.name as keyof typeof INSTANCE_FLAGS]}=${name}`,
      `-store-gateway.sharding-ring.instance-id=${name}`,
    ];
    return this.launch(name, this.here(config), {
      target,
      flags: [...instances, ...more],
      env: this.env(name),
      ...(target.includes("query-frontend") && { grpcPort: this.frontend }),
    });
  }

  private env(name: string) {
    return { ...this.args.store?.env, ...this.args.env, ZONE: name.replace(/-\d+$/, "") };
  }

  private here(config: Config) {
    const { store, folder, deletionDelay } = this.args;
    const { tsdb, bucket_store } = config.blocks_storage;
    const sooner = {
      ...bucket_store,
      sync_interval: METRICS_SOONER["blocks_storage.bucket_store.sync_interval"],
    };
    const bucket = { backend: "filesystem", filesystem: { dir: join(folder, "bucket") } };
    return {
      ...config,
      compactor: {
        ...config.compactor,
        cleanup_interval: METRICS_SOONER["compactor.cleanup_interval"],
        ...(deletionDelay && { deletion_delay: deletionDelay }),
      },
      blocks_storage: store
        ? { ...config.blocks_storage, bucket_store: sooner }
        : { tsdb, bucket_store: sooner, ...bucket },
      ...("ruler_storage" in config && {
        ruler_storage: { backend: "local", local: { directory: join(folder, "rules") } },
      }),
      ...("frontend_worker" in config && {
        frontend_worker: { frontend_address: `${LOOPBACK}:${this.frontend}` },
      }),
    };
  }
}

/** The status of the answer; 0 where there is none. */
export async function push(
  url: string,
  tenant: string,
  series: readonly Series[],
  path = MIMIR_RINGS.writePaths.push,
): Promise<number> {
  const headers = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Scope-OrgID": tenant,
  };
  const body = new Uint8Array(encodeWrite(series));
  return fetch(`${url}${path}`, { method: "POST", headers, body }).then(
    ({ status }) => status,
    () => 0,
  );
}

export interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

export async function query(url: string, tenant: string, promql: string): Promise<Found[]> {
  // Left out, the time would be that of the last whole second to Cortex.
  const at = new URLSearchParams({ query: promql, time: String(Date.now() / 1000) });
  const path = `/prometheus/api/v1/query?${at.toString()}`;
  const response = await fetch(`${url}${path}`, { headers: { "X-Scope-OrgID": tenant } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} to ${promql}: ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { data: { result: Found[] } }).data.result;
}

/** Samples that a backend has accepted, by series: what has to be read back. */
export class Accepted {
  private readonly samples = new Map<string, Map<number, number>>();

  constructor(private readonly path?: string) {}

  /** Writes one sample; gives the status of the answer. */
  async push(
    url: string,
    tenant: string,
    name: string,
    at: number,
    value: number,
  ): Promise<number> {
    const status = await push(
      url,
      tenant,
      [{ labels: { __name__: name }, samples: [[value, at]] }],
      this.path,
    );
    if (status !== 200) return status;
    const series = this.samples.get(`${tenant}/${name}`) ?? new Map<number, number>();
    this.samples.set(`${tenant}/${name}`, series.set(at, value));
    return status;
  }

  get count(): number {
    return [...this.samples.values()].reduce((total, { size }) => total + size, 0);
  }

  async readBack(url: string): Promise<number> {
    let found = 0;
    for (const [key, wanted] of this.samples) {
      const [tenant = "", name = ""] = key.split("/");
      const [series] = await query(url, tenant, `${name}[48h]`);
      const values = new Map(
        series?.values?.map(([seconds, value]) => [Math.round(seconds * 1000), Number(value)]),
      );
      for (const [at, value] of wanted) if (values.get(at) === value) found += 1;
    }
    return found;
  }
}
