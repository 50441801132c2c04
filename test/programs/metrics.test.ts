import { cellSources } from "../components/hub/flows";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cache, REDIS_PASSWORD } from "../../components/backends/kit/cache-config";
import { limitDifferences, overridesIn } from "../../components/backends/kit/runtime-limits";
import { cortexConfig } from "../../components/backends/cortex/config";
import { provisioning } from "../../components/hub/grafana/datasources";
import { RUNTIME_FILE } from "../../components/backends/kit/rings/config";
import type { TenantLoad } from "../../components/backends/kit/metrics/load";
import { runtimeConfig } from "../../components/backends/kit/rings/deploy";
import { toYaml } from "../../components/kit/yaml";
import { connectionOf } from "../support/buckets";
import type { Series } from "../../src/cli/cluster/remote-write";
import { datasources } from "../../src/cli/commands/verify/checks/datasources";
import { hubView } from "../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, datasourcesMaps, entryOf } from "../cli/verify/fakes";
import { connection } from "../components/hub/hub";
import { RINGS } from "./support/ring-backends";
import { MetricsProcesses, push, query } from "./support/metrics-processes";
import { program } from "./support/programs";
import { until } from "./support/server";

const HOUR = 3600;
const edge = { activeSeries: 1000, outageSeconds: 6 * HOUR };
/** Tenants whose names mean something in YAML, and retentions that backends spell in another way. */
const tenants: Record<string, TenantLoad> = {
  dev: { retentionDays: 30, edges: [edge, edge] },
  no: { retentionDays: 364, edges: [] },
  null: { retentionDays: 365, edges: [] },
  e2: { retentionDays: 1, edges: [{ ...edge, outageSeconds: 90 }] },
};
const BACKENDS = ["mimir", "cortex"] as const;
const redis = { endpoint: "redis.example.com:6380", tls: true, database: 3, password: true };

describe.each(BACKENDS)("%s reads its start-up configuration", (name) => {
  const { config } = RINGS[name];
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), `heliograph-${name}-`))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const modules = (text: object): string => {
    const file = join(folder, "config.yaml");
    writeFileSync(file, toYaml(text));
    const args = ["-modules", "-config.expand-env=true", `-config.file=${file}`];
    const env = {
      ...process.env,
      POD_IP: "127.0.0.1",
      ZONE: "a",
      [REDIS_PASSWORD]: JSON.stringify(`#": '`),
    };
    return execFileSync(program(name, name), args, { stdio: "pipe", env }).toString();
  };

  it.each([
    ["an S3-compatible store", connection],
    ["S3", connectionOf("s3", { bucket: "metrics", region: "me-central-1" }, undefined)],
    [
      "Azure",
      connectionOf("azure", { storageAccount: "contoso", container: "metrics" }, undefined),
    ],
    ["GCS", connectionOf("gcs", { bucket: "metrics" }, undefined)],
  ])("with %s", (_, bucket) => {
    expect(modules(config(bucket))).toContain("ingester");
  });

  it.each<[string, Cache]>([
    ["memcached", { memcached: ["metrics-main-memcached-0", "metrics-main-memcached-1"] }],
    // Mimir has no client for it: the configuration refuses it.
    ...(name === "cortex" ? [["Redis", { redis }] satisfies [string, Cache]] : []),
  ])("as microservices with zones and %s", (_, cache) => {
    const layout = {
      name: "metrics-main",
      gossipHost: "metrics-main-gossip",
      frontendHost: "metrics-main-query-frontend-discovery",
      replication: { ingester: 3, "store-gateway": 3 },
      zoneAware: true,
      cache,
    };
    expect(modules(config(connection, layout))).toContain("ingester");
  });

  it("and would refuse a key that it does not know", () => {
    expect(() => modules({ ...config(connection), multi_tenancy: true })).toThrow(
      /field multi_tenancy not found/,
    );
  });
});

it("Cortex is given no bucket with a prefix, which it would not use", () => {
  expect(() => cortexConfig({ ...connection, prefix: "metrics" })).toThrow(
    "Cortex takes the whole of a bucket: it knows no prefix, such as metrics",
  );
});

describe.each(BACKENDS)("%s, with our configuration", (name) => {
  const of = RINGS[name];
  let folder: string;
  let url: string;
  let processes: MetricsProcesses;

  const get = async (path: string) => (await fetch(`${url}${path}`)).text();
  const differences = async (text: string) =>
    limitDifferences(overridesIn(text), overridesIn(await get("/runtime_config")));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), `heliograph-${name}-`));
    processes = await MetricsProcesses.in({ settings: of, folder, tenants });
    const running = await processes.startSingle("single");
    await running.ready();
    url = running.url;
  });
  afterAll(async () => {
    await processes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs the limits of every tenant", async () => {
    expect(await differences(toYaml(runtimeConfig(of, tenants)))).toEqual([]);
  });

  it("loads other limits without a restart", async () => {
    const others = { ...tenants, dev: { retentionDays: 7, edges: [edge] }, stg: tenants["dev"]! };
    expect(await differences(toYaml(runtimeConfig(of, others)))).not.toEqual([]);
    const text = processes.limits(runtimeConfig(of, others));
    await until("other limits are loaded", async () =>
      (await differences(text)).length === 0 ? true : undefined,
    );
  });

  it("keeps running the limits when the file is wrong: the file is read strictly", async () => {
    const good = processes.limits(runtimeConfig(of, tenants));
    await until("the good file is loaded", async () =>
      (await differences(good)).length === 0 ? true : undefined,
    );
    writeFileSync(
      join(folder, "runtime", RUNTIME_FILE),
      "overrides:\n  dev:\n    no_such_limit: 1\n",
    );
    const failed = /^cortex_runtime_config_last_reload_successful(\{.*\})? 0$/m;
    await until("the wrong file is refused", async () =>
      failed.test(await get("/metrics")) ? true : undefined,
    );
    expect(await differences(good)).toEqual([]);
    processes.limits(runtimeConfig(of, tenants));
  });

  const write = async (
    tenant: string,
    name: string,
    hoursAgo: number,
    labels = {},
  ): Promise<number> => {
    const at = Date.now() - hoursAgo * HOUR * 1000;
    const sample: Series = { labels: { __name__: name, ...labels }, samples: [[1, at]] };
    return push(url, tenant, [sample]);
  };

  it("takes samples of an edge that was cut off, although another edge of the tenant has sent newer ones", async () => {
    expect(await write("dev", "edge_one", 0)).toBe(200);
    expect(await write("dev", "edge_two", 6)).toBe(200);
    expect(await write("dev", "edge_two", 6.9)).toBe(200);
  });

  it("refuses what is older than the window, for good", async () => {
    expect(await write("dev", "edge_two", 7.1)).toBe(400);
  });

  const find = async (tenant: string, selector: string) =>
    (await query(url, tenant, selector)).map(({ metric }) => metric);

  it.each([
    ["", "dev"],
    [", also for a tenant that no override has reached yet", "unheard-of"],
  ])(
    "takes samples of one agent of a pair, without the label that tells them apart, and drops the other's%s",
    async (_, tenant) => {
      const of = (replica: string, probe: string) =>
        write(tenant, "pair", 0, { __replica__: replica, cluster: "a", probe });
      expect(await of("agent-0", "first")).toBe(200);
      // Neither an error nor a retry: the agent goes on with its next samples.
      expect(await of("agent-1", "second")).toBe(202);
      expect(await write(tenant, "pair", 0, { cluster: "a", probe: "alone" })).toBe(200);
      const found = await find(tenant, "pair");
      expect(found.map(({ probe }) => probe).sort()).toEqual(["alone", "first"]);
      expect(found.some((labels) => "__replica__" in labels)).toBe(false);
    },
  );

  it("answers a query over several tenants, each only with its own", async () => {
    expect(await write("e2", "edge_three", 0)).toBe(200);
    const names = async (tenant: string) =>
      (await find(tenant, 'count({__name__=~"edge_.*"})by(__tenant_id__,__name__)'))
        .map(({ __name__ }) => __name__)
        .sort();
    expect(await names("dev|e2")).toEqual(["edge_one", "edge_three"]);
    expect(await names("e2")).toEqual(["edge_three"]);
    expect(await names("no")).toEqual([]);
  });

  it("takes OTLP where the gateway passes it on to, and names it as Prometheus does", async () => {
    const point = { asDouble: 1, timeUnixNano: `${Date.now()}000000`, attributes: [] };
    const sum = { dataPoints: [point], isMonotonic: true, aggregationTemporality: 2 };
    const metrics = [{ name: "orders", unit: "s", sum }];
    const body = JSON.stringify({
      resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }],
    });
    const headers = { "Content-Type": "application/json", "X-Scope-OrgID": "dev" };
    const { status } = await fetch(`${url}${of.writePaths.otlp}`, {
      method: "POST",
      headers,
      body,
    });
    expect(status).toBe(200);
    expect(await find("dev", "orders_seconds_total")).toHaveLength(1);
  });

  it("answers the data sources that Grafana is given, each with its own tenants", async () => {
    for (const tenant of ["dev", "e2"])
      expect(await write(tenant, "up", 0, { tenant_id: tenant })).toBe(200);
    const readers = { metrics: `${name}-main:8080` };
    const cells = { main: cellSources(readers, ["dev", "e2"], { metricsBackend: name }) };
    const files = Object.entries(provisioning({ cells, organisations: {} }));
    const data = Object.fromEntries(files.map(([file, sources]) => [file, toYaml(sources)]));
    const service = async () => ({ port: Number(new URL(url).port) });
    const cluster = clusterOf({ configMap: datasourcesMaps(data), service });
    const hub = hubView("ops", cluster, contractOf({ dev: entryOf("dev"), e2: entryOf("e2") }));
    expect(await datasources({ organisations: {} }).run(hub)).toEqual({
      status: "passed",
      brief: "4 data sources",
      detail: "4 data sources are answered, and each sees its own tenants and no other",
    });
  });
});
