import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { MIMIR_PATHS, RUNTIME_FILE, type MimirConfig } from "../../../components/hub/mimir/config";
import { runtimeConfig, type TenantLoad } from "../../../components/hub/mimir/limits";
import { encodeWrite, type Series } from "../../../src/cli/clients/remote-write";
import { BackendProcesses, type BackendProcess } from "./backend-processes";
import { freePorts } from "./server";

/** Processes of Mimir on a folder for a bucket. */
export class MimirProcesses extends BackendProcesses {
  private constructor(folder: string, seed: number) {
    super({ backend: "mimir", paths: MIMIR_PATHS, runtimeFile: RUNTIME_FILE }, folder, seed);
  }

  static async in(folder: string, tenants: Readonly<Record<string, TenantLoad>>): Promise<MimirProcesses> {
    for (const name of ["rules", "bucket"]) mkdirSync(join(folder, name));
    const [seed = 0] = await freePorts(1);
    const processes = new MimirProcesses(folder, seed);
    processes.limits(runtimeConfig(tenants));
    return processes;
  }

  /** `target`: which of the microservices; left out, what the configuration says. One of a name that has run before finds its data. */
  start(name: string, config: MimirConfig, target?: string, more: readonly string[] = []): Promise<BackendProcess> {
    // On one machine all have the same host name.
    const instances = [`-ingester.ring.instance-id=${name}`, `-store-gateway.sharding-ring.instance-id=${name}`];
    const env = { ZONE: name.replace(/-\d+$/, "") };
    return this.launch(name, this.inFolder(config), { target, flags: [...instances, ...more], env });
  }

  private inFolder(config: MimirConfig) {
    const { tsdb, bucket_store } = config.blocks_storage;
    // Sooner than in earnest, which the lab's scenario waits for.
    const sooner = { ...bucket_store, sync_interval: "10s" };
    const bucket = { backend: "filesystem", filesystem: { dir: join(this.folder, "bucket") } };
    return {
      ...config,
      compactor: { ...config.compactor, cleanup_interval: "10s" },
      blocks_storage: { tsdb, bucket_store: sooner, ...bucket },
      ruler_storage: { ...config.ruler_storage, local: { directory: join(this.folder, "rules") } },
    };
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
