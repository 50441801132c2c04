import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limitDifferences, overridesIn } from "../../components/backends/kit/runtime-limits";
import {
  TEMPO_RUNTIME_FILE,
  tempoConfig,
  type TempoConfig,
} from "../../components/backends/tempo/config";
import { TempoReader } from "../../components/backends/tempo/reader";
import { askAt } from "../../src/cli/cluster/ask";
import type { TraceTenantLoad } from "../../components/backends/tempo/limits";
import { toYaml } from "../../components/kit/yaml";
import { rules } from "../../components/rules/rule-file";
import { connection } from "../components/hub/hub";
import { model } from "../components/rules/model";
import { notShown } from "../components/rules/promql";
import { startMinio, type RunningStore } from "./support/minio";
import { until } from "./support/server";
import {
  pushSpans,
  search,
  spansOf,
  TempoProcesses,
  type TempoProcess,
} from "./support/tempo-processes";
import { AcceptedTraces, newTrace } from "./support/traces";

const HOUR = 3600;
const tenants: Record<string, TraceTenantLoad> = {
  dev: { retentionDays: 7, spansPerSecond: 200 },
  no: { retentionDays: 14, spansPerSecond: 0 },
};

/** Traces are looked through every 5 s for those that had no span for 5 s. */
const TO_DISK_MILLISECONDS = 12_000;

describe("Tempo as one process, with our configuration and a real store", () => {
  let folder: string;
  let store: RunningStore;
  let processes: TempoProcesses;
  let tempo: TempoProcess;
  let config: TempoConfig;
  const accepted = new AcceptedTraces();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-tempo-"));
    store = await startMinio(join(folder, "store"), ["traces"]);
    const bucket = { ...connection, bucket: "traces", endpoint: store.endpoint, insecure: true };
    config = tempoConfig(bucket, { outageSeconds: 6 * HOUR });
    processes = await TempoProcesses.in(folder, tenants);
    await start("single");
  });
  afterAll(async () => {
    await processes?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (name: string) => {
    tempo = await processes.start(name, config);
    await tempo.ready();
  };
  const get = async (path: string) => (await fetch(`${tempo.url}${path}`)).text();
  const differences = async (intended: string) =>
    limitDifferences(
      overridesIn(intended),
      await new TempoReader(askAt({ port: Number(new URL(tempo.url).port) })).limits(),
    );

  it("keeps a trace that came over HTTP for its tenant, and shows it to no other", async () => {
    const trace = newTrace();
    expect(await accepted.write(tempo.otlpUrl, "dev", trace)).toBe(200);
    const id = trace[0]!.traceId;
    expect(await spansOf(tempo.url, "dev", id)).toBe(3);
    expect(await spansOf(tempo.url, "no", id)).toBe(0);
  });

  it("takes nothing that names no tenant, and answers what clients try again", async () => {
    // 500, which the gateway makes 503.
    expect(await pushSpans(tempo.otlpUrl, "", newTrace())).toBe(500);
  });

  it("finds traces by an attribute, in their tenant", async () => {
    const trace = newTrace(2, { attributes: { "order.id": "4711" } });
    expect(await accepted.write(tempo.otlpUrl, "dev", trace)).toBe(200);
    const query = { tags: "order.id=4711" };
    const found = await until("the search finds it", async () => {
      const ids = await search(tempo.url, "dev", query);
      return ids.length > 0 ? ids : undefined;
    });
    expect(found).toEqual([trace[0]!.traceId]);
    expect(await search(tempo.url, "no", query)).toEqual([]);
  });

  it("shows the limits and the retention of every tenant that it runs, and others without a restart", async () => {
    expect(await differences(processes.limit(tenants))).toEqual([]);
    const other = processes.limit({
      ...tenants,
      dev: { retentionDays: 3, spansPerSecond: 50_000 },
    });
    expect(await differences(other)).toEqual([
      "tenant dev: compaction.block_retention should be 3d, is 1w",
      "tenant dev: ingestion.burst_size_bytes should be 250000000, is 41943040",
      "tenant dev: ingestion.max_traces_per_user should be 15000000, is 60000",
      "tenant dev: ingestion.rate_limit_bytes should be 250000000, is 15000000",
    ]);
    await until("the limits are loaded", async () =>
      (await differences(other)).length === 0 ? true : undefined,
    );
    const shown = /^tempo_limits_overrides\{limit_name="block_retention",user="dev"\} (\S+)$/m.exec(
      await get("/metrics"),
    );
    expect(Number(shown?.[1]) / 1e9).toBe(3 * 24 * HOUR);
    processes.limit(tenants);
  });

  it("refuses a trace too large, or too many, and answers what clients try again above the rate", async () => {
    const limited = async (limits: object) => {
      const text = toYaml({ overrides: { no: limits } });
      writeFileSync(join(folder, "runtime", TEMPO_RUNTIME_FILE), text);
      await until("the limits are loaded", async () =>
        (await differences(text)).length === 0 ? true : undefined,
      );
    };
    const answers = (status: number) =>
      until(`it answers ${status}`, async () =>
        (await pushSpans(tempo.otlpUrl, "no", newTrace(10))) === status ? true : undefined,
      );
    const ingestion = { rate_limit_bytes: 1e9, burst_size_bytes: 1e9 };
    await limited({ ingestion, global: { max_bytes_per_trace: 100 } });
    await answers(500);
    await limited({ ingestion: { ...ingestion, max_traces_per_user: 1 } });
    await answers(500);
    await limited({ ingestion: { rate_limit_bytes: 100, burst_size_bytes: 100 } });
    await answers(429);
    processes.limit(tenants);
    await answers(200);
  });

  it("shows what alerts ask for", async () => {
    // The name that 2.x has for it, and what appears with the first error.
    const missing = ["tempo_ring_members", "tempodb_blocklist_poll_errors_total"];
    expect(notShown(rules(model, ""), /^tempo/, await get("/metrics"))).toEqual(missing);
    expect(await get("/metrics")).toMatch(
      /^cortex_ring_members\{name="ingester",state="Unhealthy"\}/m,
    );
  });

  it("refuses a request that cannot be stored, which no client should send again", async () => {
    const [span] = newTrace(1);
    expect(await pushSpans(tempo.otlpUrl, "dev", [{ ...span!, traceId: "00".repeat(4) }])).toBe(
      500,
    );
  });

  it("keeps what it had on its disk when it crashes", async () => {
    expect(await accepted.writeMany(tempo.otlpUrl, "dev", 50)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, TO_DISK_MILLISECONDS));
    tempo.signal("SIGKILL");
    await tempo.ended;
    await start("single");
    expect(await accepted.readBack(tempo.url)).toBe(accepted.count);
  });

  it("keeps what it acknowledged last when it is restarted", async () => {
    expect(await accepted.writeMany(tempo.otlpUrl, "dev", 50)).toBe(true);
    tempo.signal("SIGTERM");
    await tempo.ended;
    await start("single");
    expect(await accepted.readBack(tempo.url)).toBe(accepted.count);
  });
});
