/**
 * Proves: the data sources that Grafana is given are answered by the real backends, with our configuration, in the way that Grafana's plugins ask; each sees
 * its tenants and no other.
 * Does not prove: that Grafana reads the files (it cannot be run here).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DatasourcesModel, provisioning } from "../../components/hub/grafana/datasources";
import { deployedDatasources } from "../../components/hub/grafana/running-config";
import { lokiConfig } from "../../components/backends/loki/config";
import { lokiRuntimeConfig } from "../../components/backends/loki/limits";
import { RUNTIME_FILE } from "../../components/backends/kit/rings/config";
import { runtimeConfig } from "../../components/backends/kit/rings/deploy";
import { MIMIR_RINGS } from "../../components/backends/mimir";
import { tempoConfig } from "../../components/backends/tempo/config";
import { toYaml } from "../../components/kit/yaml";
import type { TracesReader } from "../../components/backends/requests";
import { datasources, readerOf } from "../../src/cli/commands/verify/checks/datasources";
import { hubView } from "../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, datasourcesMaps, entryOf } from "../cli/verify/fakes";
import { cellSources } from "../components/hub/flows";
import { connection } from "../components/hub/hub";
import type { BackendProcess } from "./support/backend-processes";
import { type ConfiguredMimir, push, startConfiguredMimir } from "./support/configured-mimir";
import { LokiProcesses, push as pushLines } from "./support/loki-processes";
import { type RunningStore, startMinio, STORE_KEYS } from "./support/minio";
import { until } from "./support/server";
import { pushSpans, type TempoProcess, TempoProcesses } from "./support/tempo-processes";
import { newTrace } from "./support/traces";

const tenants = ["acme", "globex"];
const readers = { metrics: "mimir-main:8080", logs: "loki-main:3100", traces: "tempo-main:3200" };
const cells = { main: cellSources(readers, tenants) };
const model: DatasourcesModel = { cells, organisations: { acme: ["acme"] } };
const organisations = { acme: { tenants: ["acme"], editors: [], viewers: [] } };
const files = Object.fromEntries(
  Object.entries(provisioning(model)).map(([name, file]) => [name, toYaml(file)]),
);

let folder: string;
let mimir: ConfiguredMimir;
let store: RunningStore;
const bucket = (name: string) => ({
  ...connection,
  bucket: name,
  endpoint: store.endpoint,
  insecure: true,
});
let lokis: LokiProcesses;
let loki: BackendProcess;
let tempos: TempoProcesses;
let tempo: TempoProcess;

async function startMimir(): Promise<void> {
  mkdirSync(join(folder, "mimir", "runtime"), { recursive: true });
  const load = { retentionDays: 30, edges: [{ activeSeries: 1000, outageSeconds: 3600 }] };
  const limits = toYaml(runtimeConfig(MIMIR_RINGS, { acme: load, globex: load }));
  writeFileSync(join(folder, "mimir", "runtime", RUNTIME_FILE), limits);
  mimir = await startConfiguredMimir(join(folder, "mimir"));
  for (const tenant of tenants) {
    const labels = { __name__: "up", tenant_id: tenant, cluster: tenant };
    expect(await push(mimir.url, tenant, [{ labels, samples: [[1, Date.now()]] }])).toBe(200);
  }
}

async function startLoki(): Promise<void> {
  const load = { retentionDays: 30, edges: [{ bytesPerSecond: 100_000, outageSeconds: 3600 }] };
  lokis = await LokiProcesses.in(folder, STORE_KEYS);
  lokis.limits(lokiRuntimeConfig({ acme: load, globex: load }));
  const schemaFrom = new Date().toISOString().slice(0, 10);
  loki = await lokis.start(
    "single",
    lokiConfig({ bucket: bucket("logs"), schemaFrom, memoryBytes: 2 ** 30 }),
  );
  await loki.ready();
  for (const tenant of tenants) {
    const labels = { tenant_id: tenant, cluster: tenant };
    expect(
      (await pushLines(loki.url, tenant, [{ labels, at: Date.now(), text: "hello" }])).status,
    ).toBe(204);
  }
}

async function startTempo(): Promise<void> {
  const load = { retentionDays: 7, spansPerSecond: 200 };
  tempos = await TempoProcesses.in(join(folder, "tempo"), { acme: load, globex: load });
  tempo = await tempos.start("single", tempoConfig(bucket("traces"), { outageSeconds: 3600 }));
  await tempo.ready();
  for (const tenant of tenants) {
    const resource = { "service.name": "shop", tenant_id: tenant, cluster: tenant };
    const write = async () =>
      (await pushSpans(tempo.otlpUrl, tenant, newTrace(3, { resource }))) === 200 || undefined;
    await until("Tempo takes a trace", write);
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-datasources-"));
  store = await startMinio(join(folder, "store"), ["logs", "traces"]);
  await Promise.all([startMimir(), startLoki(), startTempo()]);
}, 180_000);
afterAll(async () => {
  await Promise.all([mimir?.stop(), lokis?.stop(), tempos?.stop()]);
  await store?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What answers behind a Service. */
const behind = (service: string) => {
  const urls: Readonly<Record<string, string>> = {
    "mimir-main": mimir.url,
    "loki-main": loki.url,
    "tempo-main": tempo.url,
  };
  return { port: Number(new URL(urls[service]!).port) };
};

const hubOf = (cluster = clusterOf()) =>
  hubView("ops", cluster, contractOf({ acme: entryOf("acme"), globex: entryOf("globex") }));

const verdict = (data: Readonly<Record<string, string>>) => {
  const service = async (_namespace: string, name: string) => behind(name);
  const cluster = clusterOf({ configMap: datasourcesMaps(data), service });
  return datasources({ organisations }).run(hubOf(cluster));
};

describe("the data sources as provisioned", () => {
  it("are well", async () => {
    expect(await verdict(files)).toEqual({
      status: "passed",
      brief: "13 data sources",
      detail: "13 data sources are answered, and each sees its own tenants and no other",
    });
  });

  const readerAt = (uid: string, change = {}) => {
    const found = deployedDatasources(files).find(
      (each) => each.uid === uid && !each.organisation,
    )!;
    return readerOf(hubOf(), { ...found, ...change }, behind(new URL(found.url).hostname));
  };
  const tracesAt = (uid: string) => readerAt(uid) as TracesReader;

  it.each([
    ["metrics_main_acme", ["acme"]],
    ["metrics_main_globex", ["globex"]],
    ["all_metrics_main", ["acme", "globex"]],
    ["metrics_main_heliograph", []],
    ["logs_main_acme", ["acme"]],
    ["logs_main_globex", ["globex"]],
    ["all_logs_main", ["acme", "globex"]],
    ["traces_main_acme", ["acme"]],
    ["traces_main_globex", ["globex"]],
    ["all_traces_main", ["acme", "globex"]],
  ])("%s sees %j", async (uid, expected) => {
    expect((await readerAt(uid).tenants([])).sort()).toEqual(expected);
  });

  it("a trace is had by its id in its own tenant alone", async () => {
    const [id = ""] = await tracesAt("traces_main_acme").search("acme", {}, 1);
    expect(await tracesAt("traces_main_acme").trace("acme", id)).not.toEqual([]);
    expect(await tracesAt("traces_main_globex").trace("globex", id)).toEqual([]);
  });

  it("would not be without a header", async () => {
    for (const uid of ["metrics_main_acme", "logs_main_acme"])
      expect(await readerAt(uid, { headers: {} }).failure([])).toMatch(/^answers 401 to/);
  });
});
