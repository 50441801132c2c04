import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mimirConfig, MIMIR_PATHS } from "../../../components/backends/mimir/config";
import { toYaml } from "../../../components/kit/yaml";
import { encodeWrite, type Series } from "../../../src/cli/cluster/remote-write";
import { connection } from "../../components/hub/hub";
import { program } from "./programs";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

export interface ConfiguredMimir extends RunningProgram {
  readonly url: string;
}

/**
 * The real Mimir with the pod's configuration, on a disk instead of a bucket. It reads `runtime`
 * and `rules` of the folder, which may be there before.
 */
export async function startConfiguredMimir(folder: string): Promise<ConfiguredMimir> {
  for (const name of ["data", "runtime", "rules", "bucket"])
    mkdirSync(join(folder, name), { recursive: true });
  const [http = 0, grpc = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${http}`;
  writeFileSync(join(folder, "mimir.yaml"), onThisMachine(folder, http, grpc));
  // A working directory that nobody can write to, like the read-only root of the pod.
  const mimir = run(program("mimir", "mimir"), [`-config.file=${join(folder, "mimir.yaml")}`], {
    cwd: "/proc",
  });
  const ready = async () => ((await fetch(`${url}/ready`)).ok ? true : undefined);
  await untilReady("Mimir", mimir, ready);
  return { ...mimir, url };
}

/** Writes series as a tenant; gives the status of the answer. */
export async function push(
  url: string,
  tenant: string,
  series: readonly Series[],
): Promise<number> {
  const headers = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Scope-OrgID": tenant,
  };
  const body = new Uint8Array(encodeWrite(series));
  return (await fetch(`${url}/api/v1/push`, { method: "POST", headers, body })).status;
}

/** The pod's configuration with folders and ports of this machine, and a folder for a bucket. */
function onThisMachine(folder: string, http: number, grpc: number): string {
  const { tsdb, bucket_store } = mimirConfig(connection).blocks_storage;
  const config = {
    ...mimirConfig(connection),
    server: {
      ...mimirConfig(connection).server,
      http_listen_address: "127.0.0.1",
      grpc_listen_address: "127.0.0.1",
      http_listen_port: http,
      grpc_listen_port: grpc,
    },
    // Minutes in a pod, seconds in a test.
    ruler: { ...mimirConfig(connection).ruler, poll_interval: "1s" },
    blocks_storage: {
      tsdb,
      bucket_store,
      backend: "filesystem",
      filesystem: { dir: join(folder, "bucket") },
    },
  };
  return toYaml(config)
    .replaceAll(`${MIMIR_PATHS.data}/`, `${join(folder, "data")}/`)
    .replaceAll(`${MIMIR_PATHS.runtime}/`, `${join(folder, "runtime")}/`)
    .replaceAll(MIMIR_PATHS.rules, join(folder, "rules"));
}
