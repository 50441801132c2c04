/**
 * Proves: the real Thanos with the command lines of our pods, on a real MinIO: each tenant by itself and all together, late samples, pairs of agents, limits,
 * data sources, blocks in the bucket and all of it read back from there, retention by tenant.
 * Does not prove: what pods and policies do, other clouds, samples of 5 minutes and of an hour (they are made of blocks of two days).
 */
import { cellSources } from "../components/hub/flows";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import type { TenantLimits } from "../../components/backends/backend";
import { limitDifferences } from "../../components/backends/kit/runtime-limits";
import { backendOf } from "../../components/backends/registry";
import { provisioning } from "../../components/hub/grafana/datasources";
import type { TenantLoad } from "../../components/backends/kit/metrics/load";
import { thanosLimitsShown, type ThanosLimits } from "../../components/backends/thanos/limits";
import { fromYaml, toYaml } from "../../components/kit/yaml";
import { askAt } from "../../src/cli/cluster/ask";
import { cell, store as storeOf } from "../components/backends/support/cell";
import { retentionFlags } from "../../components/backends/thanos/program/retention";
import type { RulesModel } from "../../components/rules/model";
import { rules } from "../../components/rules/rule-file";
import type { Series } from "../../src/cli/cluster/remote-write";
import { datasources } from "../../src/cli/commands/verify/checks/datasources";
import { hubView } from "../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, datasourcesMaps, entryOf } from "../cli/verify/fakes";
import { model } from "../components/rules/model";
import { notShown } from "../components/rules/promql";
import { ownPath } from "./support/ring-backends";
import { untilAllIsRead } from "./support/accepted";
import { Accepted, push, query } from "./support/metrics-processes";
import { type ObjectStore, startObjectStore } from "./support/object-store";
import { until } from "./support/server";
import {
  THANOS_DELETES_SOON,
  THANOS_SHORT_BLOCKS,
  type ThanosProcess,
  ThanosProcesses,
} from "./support/thanos-processes";

const HOUR = 3600;
const WRITE_PATH = ownPath("thanos", "remote write");
const edge = { activeSeries: 1000, outageSeconds: 6 * HOUR };
const tenants: Record<string, TenantLoad> = {
  dev: { retentionDays: 7, edges: [edge] },
  no: { retentionDays: 365, edges: [] },
  ops: { retentionDays: 7, edges: [edge] },
  [HUB_TENANT]: { retentionDays: 365, edges: [] },
};
const rulesModel: RulesModel = { ...model, groupsNameTenants: false };
const watcher = { cluster: "ops", tenant: "ops" };

describe("Thanos, one pod of each part", () => {
  let folder: string;
  let store: ObjectStore;
  let processes: ThanosProcesses;
  const parts: Record<string, ThanosProcess> = {};

  const start = async (...names: string[]) => {
    for (const name of names)
      parts[name] = await processes.start(
        name,
        name.startsWith("ingester") ? { other: THANOS_SHORT_BLOCKS } : {},
      );
    await Promise.all(names.map((name) => parts[name]!.ready()));
  };
  const writes = () => parts["distributor"]!.writeUrl;
  const reads = () => parts["query-frontend"]!.url;
  const all = () => parts["all-querier"]!.url;
  const write = (tenant: string, name: string, hoursAgo: number, labels = {}, value = 1) => {
    const sample: Series = {
      labels: { __name__: name, ...labels },
      samples: [[value, Date.now() - hoursAgo * HOUR * 1000]],
    };
    return push(writes(), tenant, [sample], WRITE_PATH);
  };
  const labelsOf = async (url: string, tenant: string, promql: string) =>
    (await query(url, tenant, promql)).map(({ metric }) => metric);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-thanos-"));
    store = await startObjectStore(folder, "metrics");
    processes = await ThanosProcesses.in({ folder, store, tenants, watcher });
    await start(
      "ingester-0",
      "store-gateway",
      "all-querier",
      "querier",
      "query-frontend",
      "distributor",
    );
    await until("writes are taken", async () =>
      (await write("dev", "first", 0)) === 200 ? true : undefined,
    );
    await until("a query finds them", async () =>
      (await query(reads(), "dev", "first")).length > 0 ? true : undefined,
    );
  }, 120_000);
  afterAll(async () => {
    await processes?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("takes samples of an edge that was cut off, although another edge of the tenant has sent newer ones", async () => {
    expect(await write("dev", "edge_one", 0)).toBe(200);
    expect(await write("dev", "edge_two", 6)).toBe(200);
    expect(await write("dev", "edge_two", 6.9)).toBe(200);
  });

  it("refuses what is older than the window, and what is ahead of its clock, for good", async () => {
    expect(await write("dev", "edge_two", 7.1)).toBe(409);
    expect(await write("dev", "edge_two", -1)).toBe(409);
  });

  it("shows each tenant its own, as other backends do, and nobody who asks for several anything", async () => {
    expect(await write("no", "edge_three", 0, { tenant_id: "no" })).toBe(200);
    const selector = '{__name__=~"edge_.*"}';
    const names = async (tenant: string) =>
      (await labelsOf(reads(), tenant, selector)).map((each) => each.__name__);
    // Queriers learn within seconds which tenants an ingester has.
    await until("a new tenant is seen", async () =>
      (await names("no")).length > 0 ? true : undefined,
    );
    expect(await labelsOf(reads(), "no", selector)).toEqual([
      { __name__: "edge_three", tenant_id: "no" },
    ]);
    expect((await names("dev")).sort()).toEqual(["edge_one"]);
    expect(await names("dev|no")).toEqual([]);
    expect(await names("nobody")).toEqual([]);
    expect(
      await labelsOf(reads(), "dev", `${selector} or edge_three{__tenant_id__="no"}`),
    ).toHaveLength(1);
  });

  it("answers the same question of two tenants to each with its own, also when it is cached", async () => {
    // In a pod, nothing is cached that may still change.
    const other = { "query-range.response-cache-max-freshness": "1s" };
    const frontend = await processes.start("query-frontend", { group: "cached", other });
    await frontend.ready();
    const end = Math.floor(Date.now() / 1000) + 1;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const range = async (tenant: string) => {
      const query = 'count by (__name__) ({__name__=~"edge_(one|three)"})';
      const asked = new URLSearchParams({
        query,
        start: String(end - 60),
        end: String(end),
        step: "1",
      });
      const path = `/prometheus/api/v1/query_range?${asked.toString()}`;
      const answer = await fetch(`${frontend.url}${path}`, {
        headers: { "X-Scope-OrgID": tenant },
      });
      const { data } = (await answer.json()) as {
        data: { result: { metric: { __name__: string } }[] };
      };
      return data.result.map(({ metric }) => metric.__name__);
    };
    for (let time = 0; time < 2; time += 1) {
      expect(await range("dev")).toEqual(["edge_one"]);
      expect(await range("no")).toEqual(["edge_three"]);
    }
    expect(await (await fetch(`${frontend.url}/metrics`)).text()).toMatch(
      /^cortex_cache_hits\S* [1-9]/m,
    );
  });

  it("shows all tenants at the other address, and whose each is", async () => {
    const found = await labelsOf(all(), "", 'count by (__tenant_id__) ({__name__=~"edge_.*"})');
    expect(found.map(({ __tenant_id__: tenant }) => tenant).sort()).toEqual(["dev", "no"]);
  });

  it("shows samples of a pair of agents once, without the label that tells them apart", async () => {
    for (const replica of ["agent-0", "agent-1"])
      expect(await write("dev", "pair", 0, { __replica__: replica, cluster: "a" })).toBe(200);
    expect(await labelsOf(reads(), "dev", "pair")).toEqual([{ __name__: "pair", cluster: "a" }]);
  });

  it("takes OTLP where the gateway passes it on to, and names it as Prometheus does", async () => {
    const point = { asDouble: 1, timeUnixNano: `${Date.now()}000000`, attributes: [] };
    const sum = { dataPoints: [point], isMonotonic: true, aggregationTemporality: 2 };
    const metrics = [{ name: "orders", unit: "s", sum }];
    const body = JSON.stringify({
      resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }],
    });
    const headers = { "Content-Type": "application/json", "X-Scope-OrgID": "dev" };
    const { status } = await fetch(`${writes()}${ownPath("thanos", "OTLP/HTTP")}`, {
      method: "POST",
      headers,
      body,
    });
    expect(status).toBe(200);
    expect(await labelsOf(reads(), "dev", "orders_seconds_total")).toHaveLength(1);
  });

  it("runs the limits, and others without a restart", async () => {
    const limitsIn = ({ write }: ThanosLimits): TenantLimits => write.tenants ?? {};
    const differences = async (text: string) => {
      const metrics = await (await fetch(`${parts["distributor"]!.url}/metrics`)).text();
      return limitDifferences(
        limitsIn(fromYaml(text) as ThanosLimits),
        limitsIn(thanosLimitsShown(metrics)),
      );
    };
    const runs = (text: string) => async () =>
      (await differences(text)).length === 0 ? true : undefined;
    await until("the limits are loaded", runs(processes.limits(tenants)));
    const others = {
      ...tenants,
      dev: { retentionDays: 7, edges: [{ ...edge, activeSeries: 1_000_000 }] },
    };
    const text = processes.limits(others);
    expect(await differences(text)).not.toEqual([]);
    await until("the others are loaded", runs(text));
    processes.limits(tenants);
  });

  it("lets a tenant with too many series wait, and no other, until it has fewer", async () => {
    const count = (series: number) =>
      write(
        "ops",
        "prometheus_tsdb_head_series",
        0,
        { tenant: "dev", cluster: "ops", pod: "thanos-main-ingester-0" },
        series,
      );
    const answers = (status: number) => async () =>
      (await write("dev", "more", 0)) === status ? true : undefined;
    expect(await count(1e6)).toBe(200);
    await until("the limit holds", answers(429));
    expect(await write("no", "more", 0)).toBe(200);
    expect(await count(1000)).toBe(200);
    await until("it is lifted", answers(200));
  });

  it("answers the data sources that Grafana is given, each with its own tenants", async () => {
    for (const tenant of ["dev", "no"])
      expect(await write(tenant, "up", 0, { tenant_id: tenant })).toBe(200);
    const cells = {
      main: cellSources({ metrics: "one:1" }, ["dev", "no"], {
        allReaders: { metrics: "all:1" },
        metricsBackend: "thanos",
      }),
    };
    const files = Object.entries(provisioning({ cells, organisations: {} }));
    const data = Object.fromEntries(files.map(([file, sources]) => [file, toYaml(sources)]));
    const service = async (_: string, name: string) => ({
      port: Number(new URL(name === "all" ? all() : reads()).port),
    });
    const cluster = clusterOf({ configMap: datasourcesMaps(data), service });
    const hub = hubView("ops", cluster, contractOf({ dev: entryOf("dev"), no: entryOf("no") }));
    expect(await datasources({ organisations: {} }).run(hub)).toEqual({
      status: "passed",
      brief: "4 data sources",
      detail: "4 data sources are answered, and each sees its own tenants and no other",
    });
  });

  it("reads from the bucket everything that it had accepted, once its disk is lost", async () => {
    const accepted = new Accepted(WRITE_PATH);
    const now = Date.now();
    // The newest first, so that all others are late.
    for (let value = 0; value < 240; value += 1)
      expect(
        await accepted.push(writes(), "dev", `kept_${value % 4}`, now - value * 1000, value),
      ).toBe(200);
    expect(await accepted.push(writes(), "dev", "kept_0", now - 5 * HOUR * 1000, 1)).toBe(200);
    const bucketAlone = await processes.start("querier", {
      group: "bucket",
      other: { endpoint: "127.0.0.1:9" },
    });
    await bucketAlone.ready();
    await untilAllIsRead(accepted, bucketAlone.url, 240);
    parts["ingester-0"]!.signal("SIGKILL");
    await parts["ingester-0"]!.stop();
    rmSync(join(processes.disks, "ingester-0"), { recursive: true });
    await start("ingester-0");
    const { length: blocks } = await processes.blocksOf("dev");
    expect(blocks).toBeGreaterThan(0);
    const seconds = await untilAllIsRead(accepted, reads(), 60);
    console.log(
      `thanos: ${accepted.count} of ${accepted.count} samples read from ${blocks} blocks in the bucket, ${seconds} s after a start with an empty disk`,
    );
  }, 400_000);

  it("deletes what is older than the retention of its tenant, and nothing of another", async () => {
    expect((await processes.blocksOf("no")).length).toBeGreaterThan(0);
    // Nothing here is older than a day.
    const short = { ...THANOS_DELETES_SOON, "retention.resolution-raw": "1s" };
    const compactors = [
      await processes.start("compactor", { group: "7d", other: short }),
      await processes.start("compactor", { group: "365d", other: THANOS_DELETES_SOON }),
    ];
    await Promise.all(compactors.map(({ ready }) => ready()));
    const [, retention] = backendOf("metrics", "thanos").limits(
      storeOf("metrics", { backend: "thanos" }),
      cell(),
    );
    const shown = await Promise.all(
      compactors.map(({ url }) => retention?.read(askAt({ port: Number(new URL(url).port) }), [])),
    );
    const days = Object.entries(tenants).map(([id, { retentionDays: each }]) => [
      id,
      retentionFlags([each, each, each]),
    ]);
    const intended = Object.fromEntries(days) as TenantLimits;
    expect(limitDifferences(intended, Object.assign({}, ...shown) as TenantLimits)).toEqual([
      "tenant dev: retention.resolution-raw should be 7d, is 1s",
      "tenant ops: retention.resolution-raw should be 7d, is 1s",
    ]);
    const sources = [...compactors, parts["ingester-0"]!];
    await until("they show the series that alerts ask for", async () => {
      const shown = await Promise.all(
        sources.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
      );
      return notShown(rules(rulesModel, ""), /^(thanos|prometheus_tsdb)_/, shown.join("\n"))
        .length === 0
        ? true
        : undefined;
    });
    await until("the blocks of dev are gone", async () =>
      (await processes.blocksOf("dev")).length === 0 ? true : undefined,
    );
    await until("queries do not find it any more", async () =>
      (await query(reads(), "dev", "kept_0[12h]")).length === 0 ? true : undefined,
    );
    expect((await processes.blocksOf("no")).length).toBeGreaterThan(0);
    expect(await query(reads(), "no", "edge_three[12h]")).toHaveLength(1);
  }, 120_000);
});
