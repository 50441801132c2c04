import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { tempoArchitecture, type TempoComponent } from "../../components/backends/tempo/plan";
import { tempoConfig, type TempoConfig } from "../../components/backends/tempo/config";
import { toYaml } from "../../components/kit/yaml";
import { connectionOf } from "../support/buckets";
import type { ObjectStoreConnection } from "../../components/storage/connection";
import { connection } from "../components/hub/hub";
import { startMinio, type RunningStore } from "./support/minio";
import { until } from "./support/server";
import { TempoProcesses } from "./support/tempo-processes";

const microservices = {
  name: "tempo-main",
  gossipHost: "tempo-main-gossip",
  frontendHost: "tempo-main-query-frontend-discovery",
  ingesterReplication: 3,
};
/** The compactor first waits a minute for others of its kind. */
const STARTED = /"msg":"Tempo started"|waiting until compactor ring/;

interface Combination {
  readonly target: TempoComponent | "all";
  readonly metricsGenerator: boolean;
}

/** Every process that a cell may have, with each option. */
const combinations = [false, true].flatMap((metricsGenerator): Combination[] => [
  { target: "all", metricsGenerator },
  ...tempoArchitecture(metricsGenerator).components.map((target) => ({ target, metricsGenerator })),
]);

/**
 * Tempo 1.5.0 cannot be asked whether it takes a configuration, so each is started. Those of clouds get as far as the cloud, which is after their
 * configuration was read.
 */
describe("Tempo is started with its configuration in every combination", () => {
  let folder: string;
  let store: RunningStore;
  let processes: TempoProcesses;
  const accepted: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-tempo-"));
    store = await startMinio(join(folder, "store"), ["traces"]);
    processes = await TempoProcesses.in(folder, {
      dev: { retentionDays: 7, spansPerSecond: 200, metricsGenerator: true },
    });
  });
  afterAll(async () => {
    await processes?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
    console.log(`${accepted.length} combinations accepted`);
  });

  const configOf = (
    bucket: ObjectStoreConnection,
    { target, metricsGenerator }: Combination,
  ): TempoConfig =>
    tempoConfig(bucket, {
      outageSeconds: 21_600,
      ...(metricsGenerator && { metricsUrl: "http://127.0.0.1:9/api/v1/push" }),
      ...(target !== "all" && { microservices }),
    });

  /** Starts it, and stops it once it says so, or ends by itself. */
  const says = async (bucket: ObjectStoreConnection, combination: Combination, what: RegExp) => {
    const { target, metricsGenerator } = combination;
    const name = [bucket.protocol, bucket.pathStyle, target, metricsGenerator].join("-");
    const part = target === "all" ? {} : { target };
    const tempo = await processes.start(name, configOf(bucket, combination), part);
    const said = async () => (what.test(tempo.output()) ? true : undefined);
    await until(`${name} says ${what}`, said).catch((error) => {
      throw new Error(`${String(error)}\n${tempo.output().slice(-2000)}`);
    });
    tempo.signal("SIGKILL");
    accepted.push(name);
  };

  const here = (bucket: ObjectStoreConnection) => ({
    ...bucket,
    endpoint: store.endpoint,
    insecure: true,
  });
  const title = "$target, metrics of spans: $metricsGenerator";

  it.each(combinations)(`an S3-compatible store: ${title}`, async (combination) => {
    await says(here({ ...connection, bucket: "traces" }), combination, STARTED);
  });

  it.each(combinations)(`S3: ${title}`, async (combination) => {
    const bucket = connectionOf("s3", { bucket: "traces", region: "us-east-1" }, undefined);
    await says(here({ ...bucket, pathStyle: false }), combination, STARTED);
  });

  const usesStore = combinations.filter(
    ({ target }) => target === "all" || tempoArchitecture(true).usesStore.includes(target),
  );

  it.each(usesStore)(`GCS: ${title}`, async (combination) => {
    const bucket = connectionOf("gcs", { bucket: "traces" }, undefined);
    await says(bucket, combination, /google: could not find default credentials|metadata\.google/);
  });

  it.each(usesStore)(`Azure: ${title}`, async (combination) => {
    const bucket = connectionOf(
      "azure",
      { storageAccount: "contoso", container: "traces" },
      undefined,
    );
    await says(bucket, combination, /169\.254\.169\.254|MSI|oken/);
  });

  it("and would refuse a key that it does not know", async () => {
    const config = {
      ...configOf(here(connection), { target: "all", metricsGenerator: false }),
      multi_tenancy: true,
    };
    const tempo = await processes.start("unknown", config as TempoConfig);
    const said = /field multi_tenancy not found/;
    await until("it refuses", async () => (said.test(tempo.output()) ? true : undefined));
  });

  it("and would not start with limits that it does not know", async () => {
    writeFileSync(
      join(folder, "runtime", "runtime.yaml"),
      toYaml({ overrides: { dev: { retention: "7d" } } }),
    );
    const tempo = await processes.start(
      "limits",
      configOf(here({ ...connection, bucket: "traces" }), {
        target: "all",
        metricsGenerator: false,
      }),
    );
    const said = /tenant dev: retention: not known here/;
    await until("it refuses", async () => (said.test(tempo.output()) ? true : undefined));
  });
});
