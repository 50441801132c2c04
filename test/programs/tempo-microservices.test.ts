import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tempoArchitecture, type TempoComponent } from "../../components/backends/tempo/plan";
import { tempoConfig, type TempoConfig } from "../../components/backends/tempo/config";
import type { TraceTenantLoad } from "../../components/backends/tempo/limits";
import { connection } from "../components/hub/hub";
import { untilAllIsRead } from "./support/accepted";
import { startMinio, type RunningStore } from "./support/minio";
import { until } from "./support/server";
import { search, TempoProcesses, type TempoProcess } from "./support/tempo-processes";
import { AcceptedTraces, newTrace } from "./support/traces";

const HOUR = 3600;
const tenants: Record<string, TraceTenantLoad> = {
  dev: { retentionDays: 7, spansPerSecond: 200 },
  prd: { retentionDays: 30, spansPerSecond: 200 },
};
const INGESTERS = ["ingester-0", "ingester-1", "ingester-2"];
const microservices = {
  name: "tempo-main",
  gossipHost: "tempo-main-gossip",
  frontendHost: "tempo-main-query-frontend-discovery",
  ingesterReplication: 3,
};

/** Seconds in a test, a minute in a pod. */
const soonKnown = (config: TempoConfig): TempoConfig => ({
  ...config,
  storage: { trace: { ...config.storage.trace, blocklist_poll: "2s" } },
});

describe("Tempo, from single to microservices on one bucket", () => {
  let folder: string;
  let store: RunningStore;
  let processes: TempoProcesses;
  let old: TempoProcess;
  /** Another one, which cannot ship what it holds. */
  let crashing: TempoProcess;
  let layouts: Record<"single" | "microservices", TempoConfig>;
  const parts = new Map<string, TempoProcess>();
  const part = (component: TempoComponent) => parts.get(component)!;
  const accepted = new AcceptedTraces();
  const left = new AcceptedTraces();
  const came = Date.now() - 5 * HOUR * 1000;
  const late = newTrace(2, { start: came, end: came + 5, attributes: { "came.late": "yes" } });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-tempo-"));
    store = await startMinio(join(folder, "store"), ["traces"]);
    const bucket = { ...connection, bucket: "traces", endpoint: store.endpoint, insecure: true };
    const args = { outageSeconds: 6 * HOUR } as const;
    layouts = {
      single: tempoConfig(bucket, args),
      microservices: tempoConfig(bucket, { ...args, microservices }),
    };
    processes = await TempoProcesses.in(folder, tenants);
    old = await processes.start("single", layouts.single, { sooner: soonKnown });
    crashing = await processes.start("crashed", layouts.single, { sooner: soonKnown });
    await Promise.all([old.ready(), crashing.ready()]);
  });
  afterAll(async () => {
    await processes?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (name: string, target: TempoComponent) => {
    const started = await processes.start(name, layouts.microservices, {
      target,
      sooner: soonKnown,
    });
    parts.set(name, started);
    return started;
  };

  it("writes to single, traces of two tenants", async () => {
    for (const tenant of Object.keys(tenants))
      expect(await accepted.writeMany(old.otlpUrl, tenant, 100)).toBe(true);
    expect(await accepted.readBack(old.url)).toBe(200);
    expect(await left.writeMany(crashing.otlpUrl, "prd", 50)).toBe(true);
  });

  it("answers what clients try again while there is no ingester", async () => {
    const distributor = await start("distributor", "distributor");
    await distributor.ready();
    const status = await until("it takes a request", async () => {
      const answer = await accepted.write(distributor.otlpUrl, "dev");
      return answer === 0 ? undefined : answer;
    });
    // What of it is 500, the gateway makes 503.
    expect([429, 500, 502, 503]).toContain(status);
  });

  it("starts every component, each with the same file", async () => {
    for (const name of INGESTERS) await start(name, "ingester");
    for (const component of tempoArchitecture(false).components) {
      if (component !== "distributor" && component !== "ingester")
        await start(component, component);
    }
    await Promise.all([...parts.values()].map(({ ready }) => ready()));
  });

  it("stores traces with three ingesters, and reads them in their tenant", async () => {
    const { otlpUrl } = part("distributor");
    await until("the ring is complete", async () =>
      (await accepted.write(otlpUrl, "dev")) === 200 ? true : undefined,
    );
    for (const tenant of Object.keys(tenants))
      expect(await accepted.writeMany(otlpUrl, tenant, 100)).toBe(true);
  });

  it("reads everything that single has accepted, once it has stopped", async () => {
    expect(await accepted.write(old.otlpUrl, "prd", late)).toBe(200);
    expect(await accepted.writeMany(old.otlpUrl, "prd", 50)).toBe(true);
    // As the pod's hook does.
    expect((await fetch(`${old.url}/flush`)).status).toBe(204);
    const began = Date.now();
    old.signal("SIGTERM");
    await old.ended;
    const stopping = Math.round((Date.now() - began) / 1000);
    const seconds = await untilAllIsRead(accepted, part("query-frontend").url, 60);
    console.log(
      `${accepted.count} of ${accepted.count} traces read ${seconds} s after single had ended, which took it ${stopping} s`,
    );
  });

  it("ships what a single process that crashed has left on its disk, by an ingester of its own", async () => {
    crashing.signal("SIGKILL");
    await crashing.ended;
    // As docs/microservices.md says.
    const { url, signal, ended } = await processes.start("crashed", layouts.microservices, {
      target: "ingester",
      sooner: soonKnown,
    });
    const shipped = /^tempo_ingester_blocks_flushed_total [1-9]/m;
    const ships = async () =>
      shipped.test(await (await fetch(`${url}/metrics`)).text()) ? true : undefined;
    await until("it ships", ships);
    signal("SIGTERM");
    await ended;
    await untilAllIsRead(left, part("query-frontend").url, 60);
  });

  it("finds what came to single late by its own time, in the bucket", async () => {
    const seconds = Math.floor(late[0]!.start / 1000);
    const around = { start: String(seconds - 60), end: String(seconds + 60) };
    const { url } = part("query-frontend");
    expect(await search(url, "prd", { tags: "came.late=yes", ...around })).toEqual([
      late[0]!.traceId,
    ]);
  });

  it("finds what is with ingesters by an attribute", async () => {
    const { otlpUrl } = part("distributor");
    const trace = newTrace(1, { attributes: { "order.id": "4712" } });
    expect(await accepted.write(otlpUrl, "prd", trace)).toBe(200);
    const found = await until("the search finds it", async () => {
      const ids = await search(part("query-frontend").url, "prd", { tags: "order.id=4712" });
      return ids.length > 0 ? ids : undefined;
    });
    expect(found).toEqual([trace[0]!.traceId]);
  });

  it("loses nothing with one ingester: what is refused in the first moment is taken when it comes again", async () => {
    const killed = parts.get(INGESTERS[0]!)!;
    killed.signal("SIGKILL");
    await killed.ended;
    const { otlpUrl } = part("distributor");
    const taken = async () => ((await accepted.write(otlpUrl, "dev")) === 200 ? true : undefined);
    for (let index = 0; index < 20; index += 1) await until("a write is taken", taken, 10);
    await untilAllIsRead(accepted, part("query-frontend").url, 60);
  });
});
