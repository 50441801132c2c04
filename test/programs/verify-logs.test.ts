import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EdgeFacts, labelsOf, WRITE_PATHS } from "../../components/contract/hub";
import { lokiConfig } from "../../components/backends/loki/config";
import { lokiRuntimeConfig } from "../../components/backends/loki/limits";
import { LokiReader } from "../../components/backends/loki/reader";
import { askAt } from "../../src/cli/cluster/ask";
import { request } from "../../src/cli/cluster/http";
import { encodeLines, type LogLine } from "../../src/cli/cluster/otlp";
import type { WriteTarget } from "../../src/cli/cluster/remote-write";
import { countProbes, writeProbe } from "../../src/cli/commands/verify/checks/probe";
import { newestLine } from "../../src/cli/commands/verify/checks/logs";
import { edgeView, type EdgeView } from "../../src/cli/commands/verify/edge";
import { hubView, type HubView } from "../../src/cli/commands/verify/hub";
import { answeredBy, clusterOf, contractOf, entryOf } from "../cli/verify/fakes";
import { LokiProcesses } from "./support/loki-processes";
import { type ObjectStore, startObjectStore } from "./support/object-store";

const edges = {
  dev: entryOf("shared", { environment: "dev" }),
  qa: entryOf("shared", { environment: "qa" }),
  prd: entryOf("prd"),
};
type Name = keyof typeof edges;
const MINUTE = 60_000;
const now = Date.now();
const range = { from: now - 10 * MINUTE, to: now + MINUTE };

/** Writes as a collector does. */
function writeLines({ headers, ...target }: WriteTarget, lines: readonly LogLine[]) {
  return request({
    ...target,
    path: WRITE_PATHS.otlpLogs,
    method: "POST",
    body: encodeLines(lines),
    headers: { "content-type": "application/json", ...headers },
  });
}

/** What `verify` asks, asked of the real Loki about lines that our own client wrote. */
describe("log lines and queries, on the real Loki", () => {
  let folder: string;
  let store: ObjectStore;
  let lokis: LokiProcesses;
  let port: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-verify-logs-"));
    store = await startObjectStore(folder, "logs");
    lokis = await LokiProcesses.in(folder, store.env);
    const load = { retentionDays: 30, edges: [{ bytesPerSecond: 100_000, outageSeconds: 3600 }] };
    lokis.limits(lokiRuntimeConfig({ shared: load, prd: load }));
    const schemaFrom = new Date(now).toISOString().slice(0, 10);
    const loki = await lokis.start(
      "single",
      lokiConfig({ bucket: store.connection, schemaFrom, memoryBytes: 2 ** 30 }),
    );
    await loki.ready();
    port = Number(new URL(loki.url).port);
  });
  afterAll(async () => {
    await lokis?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const hub = (): HubView =>
    answeredBy(hubView("ops", clusterOf(), contractOf(edges)), { logs: { port } });
  const edge = (name: Name): EdgeView => {
    const agents = async () => [
      { name: "prometheus-agent", endpoint: {}, runningSince: undefined },
    ];
    return { ...edgeView(name, edges[name], hub(), undefined), agents };
  };
  const target = (tenant: string) => ({ port, headers: { "x-scope-orgid": tenant } });
  const line = (
    name: Name,
    changed: Record<string, string> = {},
    more: Partial<LogLine> = {},
  ): LogLine => ({
    time: now,
    text: "a line",
    resource: { ...labelsOf(name, edges[name] as EdgeFacts), "service.name": "shop", ...changed },
    ...more,
  });

  it("has what a probe wrote, in its tenant and in no other", async () => {
    const ids = ["11111111-aaaa", "22222222-bbbb"];
    for (const id of ids)
      expect(
        await writeProbe(hub().backend("main", "logs"), target("shared"), edge("dev"), id, now),
      ).toMatchObject({
        status: 204,
      });
    const count = (tenant: string, wanted = ids) =>
      countProbes(hub(), "logs", { tenant, cell: "main" }, wanted, now);
    expect([
      await count("shared"),
      await count("prd"),
      await count("shared", ["33333333-cccc"]),
    ]).toEqual([2, 0, 0]);
  });

  it("has the newest line of an edge, with its labels, and none that is wrong", async () => {
    expect(await newestLine.run(edge("qa"))).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("no line"),
    });
    await writeLines(target("shared"), [line("qa", {}, { time: now - 30_000 }), line("dev")]);
    expect(await newestLine.run(edge("qa"))).toMatchObject({
      status: "passed",
      detail: expect.stringContaining("s old, with"),
    });
    expect(await newestLine.run(edge("dev"))).toMatchObject({ status: "passed" });
  });

  it("finds the lines of a trace, and counts", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await writeLines(target("prd"), [
      line("prd", {}, { traceId, text: "of a trace" }),
      line("prd"),
    ]);
    const loki = new LokiReader(askAt({ port }));
    expect(
      await loki.lines(["prd"], `{cluster="prd"} | trace_id="${traceId}"`, range),
    ).toMatchObject([{ text: "of a trace", time: now }]);
    expect(
      await loki.number(["prd"], 'sum(count_over_time({cluster="prd"}[5m]))', now + 1000),
    ).toBe(2);
    expect(
      await loki.number(
        ["shared", "prd"],
        'sum(count_over_time({service_name="shop"}[5m]))',
        now + 1000,
      ),
    ).toBe(4);
    expect((await loki.labels(["prd"], range)).sort()).toEqual([
      "cluster",
      "cluster_type",
      "environment",
      "region",
      "service_name",
      "tenant_id",
    ]);
  });

  it.each<[string, LogLine]>([
    ["of a cluster that is not the tenant's", line("dev", { cluster: "prd" })],
    ["without a cluster", line("dev", { cluster: "" })],
    ["with another environment", line("dev", { environment: "prd" })],
  ])("finds a line %s", async (_, wrong) => {
    await writeLines(target("shared"), [wrong]);
    expect(await newestLine.run(edge("dev"))).toMatchObject({
      status: "failed",
      detail: expect.stringMatching(/streams? match/),
    });
  });
});
