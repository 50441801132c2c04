import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOG_LABELS, LOG_METADATA } from "../../components/contract/names";
import { limitDifferences } from "../../components/backends/kit/runtime-limits";
import { lokiConfig } from "../../components/backends/loki/config";
import { LokiReader } from "../../components/backends/loki/reader";
import { askAt } from "../../src/cli/cluster/ask";
import { lokiRuntimeConfig, type LogTenantLoad } from "../../components/backends/loki/limits";
import type { TenantLimits } from "../../components/backends/backend";
import { rules } from "../../components/rules/rule-file";
import { model } from "../components/rules/model";
import { notShown } from "../components/rules/promql";
import type { BackendProcess } from "./support/backend-processes";
import { get, LokiProcesses, push, pushOtlp, query, type Line } from "./support/loki-processes";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { until } from "./support/server";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.now();
const lately = { from: now - 2 * HOUR, to: now + HOUR };
const metadata = {
  pod: "shop-7c9",
  node: "node-1",
  trace_id: "0af7651916cd43dd8448eb211c80319c",
  span_id: "b7ad6b7169203331",
};
const edge = { bytesPerSecond: 100_000, outageSeconds: 6 * 3600 };
const tenants: Record<string, LogTenantLoad> = {
  dev: { retentionDays: 30, edges: [edge] },
  stg: { retentionDays: 3, edges: [edge] },
};

/** What an agent says of a line; `app` tells the tests' lines apart. */
function labelsOf(app: string): Record<(typeof LOG_LABELS)[number], string> {
  return {
    cluster: "dev",
    environment: "dev",
    region: "uaenorth",
    cluster_type: "application",
    tenant_id: "dev",
    namespace: "shop",
    app,
    container: "web",
    stream: "stdout",
    service_name: app,
    level: "error",
  };
}

const lines = (app: string, count: number): Line[] =>
  Array.from({ length: count }, (_, index) => ({
    labels: labelsOf(app),
    at: now - 60_000 + index,
    text: `${app} ${index}`,
  }));

describe("the real Loki as one process, with the pod's configuration and a real bucket", () => {
  let folder: string;
  let store: ObjectStore;
  let lokis: LokiProcesses;
  let loki: BackendProcess;

  // The schema begins today, and lines are older: an edge's first ones are what its nodes kept.
  const config = () =>
    lokiConfig({
      bucket: store.connection,
      schemaFrom: new Date(now).toISOString().slice(0, 10),
      memoryBytes: 2 ** 30,
    });
  const start = async () => {
    loki = await lokis.start("single", config());
    await loki.ready();
  };
  const texts = async (app: string, { tenant = "dev", between = lately } = {}) => {
    const found = await query(loki.url, tenant, `{app="${app}"}`, between);
    return found.flatMap(({ values }) => values.map(([, text]) => text)).sort();
  };
  const running = () =>
    new LokiReader(askAt({ port: Number(new URL(loki.url).port) })).limits(["dev", "stg"]);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-loki-"));
    store = await startObjectStore(folder, "logs");
    lokis = await LokiProcesses.in(folder, store.env);
    lokis.limits(lokiRuntimeConfig(tenants));
    await start();
  }, 150_000);
  afterAll(async () => {
    await lokis?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("gives a line the same labels and metadata whether it was pushed or came by OTLP", async () => {
    const { service_name, stream, level, ...resource } = labelsOf("both");
    const pushed = { labels: labelsOf("both"), at: now, text: "pushed", metadata };
    expect((await push(loki.url, "dev", [pushed])).status).toBe(204);
    const { pod, node, trace_id: traceId, span_id: spanId } = metadata;
    // An application that says who it is where only the agent does.
    const attributes = { stream, level, tenant_id: "stg", cluster: "prd" };
    const record = { attributes, at: now, text: "otlp", traceId, spanId };
    const answer = await pushOtlp(loki.url, "dev", [
      {
        ...record,
        resource: { ...resource, "service.name": service_name, pod, node, "k8s.pod.uid": "1" },
      },
    ]);
    expect(answer.status).toBe(204);

    const series = `${loki.url}/loki/api/v1/series?match[]={app="both"}&start=${lately.from}000000&end=${lately.to}000000`;
    expect((JSON.parse(await get(series, "dev")) as { data: object[] }).data).toEqual([
      labelsOf("both"),
    ]);
    const found = await query(loki.url, "dev", '{app="both"}', lately);
    const byText = new Map(found.map(({ stream: shown, values }) => [values[0]?.[1], shown]));
    for (const text of ["pushed", "otlp"])
      expect(byText.get(text)).toMatchObject({ ...labelsOf("both"), ...metadata });
    expect(LOG_METADATA.every((name) => name in (byText.get("pushed") ?? {}))).toBe(true);
  });

  it("keeps tenants apart, shows several to whoever asks for several, and nothing without a tenant", async () => {
    for (const tenant of ["dev", "stg"])
      await push(loki.url, tenant, [{ labels: labelsOf("apart"), at: now, text: `of ${tenant}` }]);
    expect(await texts("apart")).toEqual(["of dev"]);
    expect(await texts("apart", { tenant: "stg" })).toEqual(["of stg"]);
    expect(await texts("apart", { tenant: "dev|stg" })).toEqual(["of dev", "of stg"]);
    expect((await fetch(`${loki.url}/loki/api/v1/labels`)).status).toBe(401);
  });

  it("takes what an edge kept through an outage while others of its stream were there, in any order", async () => {
    const at = (hours: number) => ({
      labels: labelsOf("late"),
      at: now - hours * HOUR,
      text: `${hours} h`,
    });
    for (const hours of [0, 6, 1, 4, 2, 0.6, 0.7, 167])
      expect([hours, (await push(loki.url, "dev", [at(hours)])).status]).toEqual([hours, 204]);
    // And one whose clock is ahead does not shut out the others.
    expect((await push(loki.url, "dev", [at(-0.15), at(0.66)])).status).toBe(204);
    expect(await push(loki.url, "dev", [at(169)])).toMatchObject({
      status: 400,
      text: /timestamp too old/,
    });
  });

  it("takes lines longer than it keeps, and as many bytes as the gateway lets through", async () => {
    const long = { labels: labelsOf("long"), at: now, text: "x".repeat(3_000_000) };
    expect((await push(loki.url, "dev", [long])).status).toBe(204);
    expect((await texts("long")).map(({ length }) => length)).toEqual([2 ** 20]);
    const large = Array.from({ length: 30 }, (_, index) => ({
      ...long,
      at: now + index,
      text: "y".repeat(1_000_000),
    }));
    expect((await push(loki.url, "stg", large)).status).toBe(204);
  });

  it("runs the limits and the retention of each tenant, and others 10 s after they changed", async () => {
    const differences = async ({ overrides }: ReturnType<typeof lokiRuntimeConfig>) =>
      limitDifferences(overrides as Record<string, object> as TenantLimits, await running());
    expect(await differences(lokiRuntimeConfig(tenants))).toEqual([]);

    const more = { bytesPerSecond: 2_000_000, outageSeconds: (10 * DAY) / 1000 };
    const changed = lokiRuntimeConfig({
      ...tenants,
      stg: { retentionDays: 90, edges: [edge, more] },
    });
    expect(await differences(changed)).toContain(
      "tenant stg: retention_period should be 90d, is 3d",
    );
    lokis.limits(changed);
    await until("the limits are loaded", async () =>
      (await differences(changed)).length === 0 ? true : undefined,
    );
  });

  it("shows what alerts ask for", async () => {
    const metrics = await get(`${loki.url}/metrics`, "");
    const missing = [
      // It appears with the first run.
      "loki_compactor_apply_retention_operation_total",
      // Of rules, which this one has none of: loki-rules.test.ts.
      "loki_prometheus_rule_evaluation_failures_total",
    ];
    expect(notShown(rules(model, ""), /^loki/, metrics)).toEqual(missing);
  });

  it("keeps what it has acknowledged when it is killed", async () => {
    expect((await push(loki.url, "dev", lines("killed", 1000))).status).toBe(204);
    loki.signal("SIGKILL");
    await loki.stop();
    await start();
    expect(await texts("killed")).toEqual(
      lines("killed", 1000)
        .map(({ text }) => text)
        .sort(),
    );
  });

  it("ships what it holds when it is stopped, and shows it without its disk", async () => {
    expect((await push(loki.url, "dev", lines("shipped", 1000))).status).toBe(204);
    await loki.stop();
    rmSync(join(folder, "single"), { recursive: true });
    await start();
    expect(await texts("shipped")).toHaveLength(1000);
    // Among it what was hours old when it came: one process shows such lines from the bucket alone.
    // What is of a time to come it shows then, or, where that is the next day, when it has come:
    // that line is left out.
    expect(await texts("late", { between: { from: now - 8 * DAY, to: now + 1 } })).toHaveLength(9);
  });
}, 120_000);
