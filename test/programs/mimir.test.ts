import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mimirConfig, RUNTIME_FILE } from "../../components/hub/mimir/config";
import { runtimeDifferences } from "../../components/hub/backend/in-force";
import { RUNTIME_CONFIG_PATH } from "../../components/hub/mimir/in-force";
import { runtimeConfig, type TenantLoad } from "../../components/hub/mimir/limits";
import { toYaml } from "../../components/kit/yaml";
import { connectionOf } from "../../components/storage/location";
import type { Series } from "../../src/cli/clients/remote-write";
import { connection } from "../components/hub/hub";
import { push, startConfiguredMimir, type ConfiguredMimir } from "./support/configured-mimir";
import { program } from "./support/programs";
import { until } from "./support/server";

const HOUR = 3600;
const edge = { activeSeries: 1000, outageSeconds: 6 * HOUR };
/** Tenants whose names mean something in YAML, and retentions that Mimir spells in another way. */
const tenants: Record<string, TenantLoad> = {
  dev: { retentionDays: 30, edges: [edge, edge] },
  no: { retentionDays: 364, edges: [] },
  null: { retentionDays: 365, edges: [] },
  e2: { retentionDays: 1, edges: [{ ...edge, outageSeconds: 90 }] },
};

describe("Mimir reads its start-up configuration", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-mimir-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const modules = (config: object): string => {
    const file = join(folder, "mimir.yaml");
    writeFileSync(file, toYaml(config));
    return execFileSync(program("mimir", "mimir"), ["-modules", `-config.file=${file}`], { stdio: "pipe" }).toString();
  };

  it.each([
    ["an S3-compatible store", connection],
    ["S3", connectionOf("s3", { bucket: "metrics", region: "me-central-1" }, undefined)],
    ["Azure", connectionOf("azure", { storageAccount: "contoso", container: "metrics" }, undefined)],
    ["GCS", connectionOf("gcs", { bucket: "metrics" }, undefined)],
  ])("with %s", (_, bucket) => {
    expect(modules(mimirConfig(bucket))).toContain("ingester (in: all)");
  });

  it("as microservices with zones and caches", () => {
    const layout = {
      name: "mimir-main",
      gossipHost: "mimir-main-gossip",
      replication: { ingester: 3, "store-gateway": 3 },
      zoneAware: true,
      cacheHost: "mimir-main-memcached",
    };
    expect(modules(mimirConfig(connection, layout))).toContain("ingester (in: all)");
  });

  it("and would refuse a key that it does not know", () => {
    expect(() => modules({ ...mimirConfig(connection), multi_tenancy: true })).toThrow(/field multi_tenancy not found/);
  });
});

describe("Mimir, with our configuration on a disk instead of a bucket", () => {
  let folder: string;
  let url: string;
  let mimir: ConfiguredMimir;

  const writeRuntime = (text: string) => writeFileSync(join(folder, "runtime", RUNTIME_FILE), text);
  const get = async (path: string) => (await fetch(`${url}${path}`)).text();
  const differences = async (text: string) => runtimeDifferences(text, await get(RUNTIME_CONFIG_PATH));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-mimir-"));
    mkdirSync(join(folder, "runtime"));
    writeRuntime(toYaml(runtimeConfig(tenants)));
    mimir = await startConfiguredMimir(folder);
    url = mimir.url;
  });
  afterAll(async () => {
    await mimir?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("has the limits of every tenant in force", async () => {
    expect(await differences(toYaml(runtimeConfig(tenants)))).toEqual([]);
  });

  it("loads other limits without a restart", async () => {
    const text = toYaml(runtimeConfig({ ...tenants, dev: { retentionDays: 7, edges: [edge] }, stg: tenants["dev"]! }));
    expect(await differences(text)).not.toEqual([]);
    writeRuntime(text);
    await until("other limits are in force", async () => ((await differences(text)).length === 0 ? true : undefined));
  });

  it("keeps the limits in force when the file is wrong: the file is read strictly", async () => {
    const good = toYaml(runtimeConfig(tenants));
    writeRuntime(good);
    await until("the good file is in force", async () => ((await differences(good)).length === 0 ? true : undefined));
    writeRuntime("overrides:\n  dev:\n    no_such_limit: 1\n");
    const failed = /^cortex_runtime_config_last_reload_successful\{.*\} 0$/m;
    await until("the wrong file is refused", async () => (failed.test(await get("/metrics")) ? true : undefined));
    expect(await differences(good)).toEqual([]);
    writeRuntime(good);
  });

  const write = async (tenant: string, name: string, hoursAgo: number, labels = {}): Promise<number> => {
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

  const find = async (tenant: string, selector: string) => {
    const path = `/prometheus/api/v1/query?query=${encodeURIComponent(selector)}`;
    const response = await fetch(`${url}${path}`, { headers: { "X-Scope-OrgID": tenant } });
    const { data } = (await response.json()) as { data: { result: { metric: Record<string, string> }[] } };
    return data.result.map(({ metric }) => metric);
  };

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
    const query = async (tenant: string) =>
      (await find(tenant, 'count({__name__=~"edge_.*"})by(__tenant_id__,__name__)'))
        .map(({ __name__ }) => __name__)
        .sort();
    expect(await query("dev|e2")).toEqual(["edge_one", "edge_three"]);
    expect(await query("e2")).toEqual(["edge_three"]);
    expect(await query("no")).toEqual([]);
  });
});
