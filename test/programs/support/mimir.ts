import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "../../../src/cli/cluster/http";
import { program } from "./programs";
import { freePorts, run, untilReady } from "./server";

export interface RunningMimir {
  readonly port: number;
  stop(): Promise<void>;
}

/** The real Mimir, ready; `more`: flags that a test adds. */
export async function startMimir(more: readonly string[] = []): Promise<RunningMimir> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-mimir-"));
  const [port = 0, grpc = 0] = await freePorts(2);
  const server = run(program("mimir", "mimir"), [...mimirArguments(folder, port, grpc), ...more]);
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const ready = async () =>
    (await request({ port, path: "/ready" })).status === 200 ? true : undefined;
  await untilReady("Mimir", server, ready).catch(async (error) => {
    await stop();
    throw error;
  });
  return { port, stop };
}

/**
 * As little of a Mimir as takes writes and answers queries: everything in memory, but for blocks on
 * a disk.
 */
function mimirArguments(folder: string, http: number, grpc: number): string[] {
  const rings = [
    "distributor",
    "ingester",
    "querier",
    "store-gateway.sharding",
    "compactor",
    "ruler",
    "query-scheduler",
  ];
  const ring = rings.flatMap((name) => {
    const prefix =
      name === "store-gateway.sharding" ? "store-gateway.sharding-ring" : `${name}.ring`;
    return [`-${prefix}.store=inmemory`, `-${prefix}.instance-addr=127.0.0.1`];
  });
  return [
    "-target=all",
    "-tenant-federation.enabled=true",
    "-usage-stats.enabled=false",
    "-server.http-listen-address=127.0.0.1",
    "-server.grpc-listen-address=127.0.0.1",
    `-server.http-listen-port=${http}`,
    `-server.grpc-listen-port=${grpc}`,
    `-activity-tracker.filepath=${join(folder, "activity")}`,
    "-blocks-storage.backend=filesystem",
    `-blocks-storage.filesystem.dir=${join(folder, "blocks")}`,
    `-blocks-storage.tsdb.dir=${join(folder, "tsdb")}`,
    `-blocks-storage.bucket-store.sync-dir=${join(folder, "sync")}`,
    `-compactor.data-dir=${join(folder, "compactor")}`,
    "-ruler-storage.backend=filesystem",
    `-ruler-storage.filesystem.dir=${join(folder, "rules")}`,
    `-alertmanager-storage.filesystem.dir=${join(folder, "alerts")}`,
    "-distributor.ha-tracker.store=inmemory",
    "-query-frontend.instance-addr=127.0.0.1",
    "-ingester.ring.replication-factor=1",
    "-store-gateway.sharding-ring.replication-factor=1",
    ...ring,
  ];
}
