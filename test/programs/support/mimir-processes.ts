import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MIMIR_PATHS, RUNTIME_FILE, type MimirConfig } from "../../../components/hub/mimir/config";
import { runtimeConfig, type TenantLoad } from "../../../components/hub/mimir/limits";
import { toYaml } from "../../../components/kit/yaml";
import { encodeWrite, type Series } from "../../../src/cli/clients/remote-write";
import { program } from "./programs";
import { freePorts, run, until, type RunningProgram } from "./server";

const LOOPBACK = "127.0.0.1";

/** A process of Mimir on loopback, with the configuration of the pods but for folders and ports, and a folder for a bucket. */
export interface MimirProcess extends RunningProgram {
  readonly name: string;
  readonly url: string;
  readonly ready: () => Promise<void>;
}

/** Processes that share a bucket and limits, and gossip with each other. */
export class MimirProcesses {
  private readonly running: MimirProcess[] = [];

  private constructor(
    private readonly folder: string,
    /** Where microservices find the first of them. */
    private readonly seed: number,
  ) {}

  static async in(folder: string, tenants: Readonly<Record<string, TenantLoad>>): Promise<MimirProcesses> {
    for (const name of ["runtime", "rules", "bucket"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "runtime", RUNTIME_FILE), toYaml(runtimeConfig(tenants)));
    const [seed = 0] = await freePorts(1);
    return new MimirProcesses(folder, seed);
  }

  /** `target`: which of the microservices; left out, what the configuration says. `more`: flags. One of a name that has run before finds its data. */
  async start(name: string, config: MimirConfig, target?: string, more: readonly string[] = []): Promise<MimirProcess> {
    const [http = 0, grpc = 0, free = 0] = await freePorts(3);
    const gossip = this.running.some((other) => other.name !== "single") || !config.memberlist ? free : this.seed;
    const data = join(this.folder, name);
    mkdirSync(data, { recursive: true });
    const file = join(this.folder, `${name}.yaml`);
    writeFileSync(file, this.onThisMachine(config, data));
    const args = [
      `-config.file=${file}`,
      "-config.expand-env=true",
      ...(target ? [`-target=${target}`] : []),
      `-server.http-listen-port=${http}`,
      `-server.grpc-listen-port=${grpc}`,
      ...["http", "grpc"].map((protocol) => `-server.${protocol}-listen-address=${LOOPBACK}`),
      `-memberlist.bind-addr=${LOOPBACK}`,
      `-memberlist.bind-port=${gossip}`,
      `-memberlist.advertise-port=${gossip}`,
      // On one machine all have the same host name.
      `-ingester.ring.instance-id=${name}`,
      `-store-gateway.sharding-ring.instance-id=${name}`,
      ...more,
    ];
    const env = { POD_IP: LOOPBACK, ZONE: name.replace(/-\d+$/, "") };
    // A working directory that nobody can write to, like the read-only root of the pod.
    const started = run(program("mimir", "mimir"), args, { cwd: "/proc", env });
    const url = `http://${LOOPBACK}:${http}`;
    const ready = async () => {
      const ask = async () => ((await fetch(`${url}/ready`)).ok ? true : undefined);
      await until(`${name} is ready`, ask, 120).catch((error) => {
        throw new Error(`${String(error)}\n${started.output().slice(-3000)}`);
      });
    };
    const mimir = { ...started, name, url, ready };
    this.running.push(mimir);
    return mimir;
  }

  async stop(): Promise<void> {
    // A stop ships what it holds; here nobody will read it.
    for (const { signal } of this.running) signal("SIGKILL");
    await Promise.all(this.running.map(({ stop }) => stop()));
  }

  private onThisMachine(config: MimirConfig, data: string): string {
    const { tsdb, bucket_store } = config.blocks_storage;
    // Sooner than in earnest, which the lab's scenario waits for.
    const sooner = { ...bucket_store, sync_interval: "10s" };
    const bucket = { backend: "filesystem", filesystem: { dir: join(this.folder, "bucket") } };
    const here = {
      ...config,
      ...(config.memberlist && {
        memberlist: { ...config.memberlist, join_members: [`${LOOPBACK}:${this.seed}`] },
      }),
      compactor: { ...config.compactor, cleanup_interval: "10s" },
      blocks_storage: { tsdb, bucket_store: sooner, ...bucket },
    };
    return toYaml(here)
      .replaceAll(`${MIMIR_PATHS.data}/`, `${data}/`)
      .replaceAll(MIMIR_PATHS.rules, join(this.folder, "rules"))
      .replaceAll(`${MIMIR_PATHS.runtime}/`, `${join(this.folder, "runtime")}/`);
  }
}

/** The status of the answer; 0 where there is none. */
export async function push(url: string, tenant: string, series: readonly Series[]): Promise<number> {
  const headers = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Scope-OrgID": tenant,
  };
  const body = new Uint8Array(encodeWrite(series));
  return fetch(`${url}/api/v1/push`, { method: "POST", headers, body }).then(
    ({ status }) => status,
    () => 0,
  );
}

export interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
}

export async function query(url: string, tenant: string, promql: string): Promise<Found[]> {
  const path = `/prometheus/api/v1/query?query=${encodeURIComponent(promql)}`;
  const response = await fetch(`${url}${path}`, { headers: { "X-Scope-OrgID": tenant } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} to ${promql}: ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { data: { result: Found[] } }).data.result;
}
