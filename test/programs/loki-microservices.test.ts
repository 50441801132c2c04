import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOKI_COMPONENTS, type LokiComponent } from "../../components/backends/loki/plan";
import { lokiConfig } from "../../components/backends/loki/config";
import { lokiRuntimeConfig } from "../../components/backends/loki/limits";
import { untilAllIsRead, writeUntilStopped } from "./support/accepted";
import type { BackendProcess } from "./support/backend-processes";
import { AcceptedLines, LokiProcesses, push, query } from "./support/loki-processes";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { until } from "./support/server";

const HOUR = 3_600_000;
const INGESTERS = ["ingester-0", "ingester-1", "ingester-2"];
/** Index gateways look for a newer index once a minute, and a busy machine takes its time. */
const INDEX_SECONDS = 240;
const load = { retentionDays: 30, edges: [{ bytesPerSecond: 100_000, outageSeconds: 6 * 3600 }] };

describe("Loki, from single to microservices on one bucket", () => {
  let folder: string;
  let store: ObjectStore;
  let processes: LokiProcesses;
  let old: BackendProcess;
  const parts = new Map<string, BackendProcess>();
  const url = (component: LokiComponent) => parts.get(component)!.url;
  const accepted = new AcceptedLines();

  const args = () => ({ bucket: store.connection, schemaFrom: "2026-01-31", memoryBytes: 2 ** 30 });
  const microservices = () => {
    const names = { name: "loki-main", gossipHost: "here", compactorHost: "here" };
    return lokiConfig({
      ...args(),
      microservices: { ...names, replication: { ingester: INGESTERS.length, "index-gateway": 1 } },
    });
  };
  const start = async (name: string, target: string) => {
    const started = await processes.start(name, microservices(), target);
    parts.set(name, started);
    return started;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-loki-microservices-"));
    store = await startObjectStore(folder, "logs");
    processes = await LokiProcesses.in(folder, store.env);
    processes.limits(lokiRuntimeConfig({ dev: load, prd: load }));
    old = await processes.start("single", lokiConfig(args()));
    await old.ready();
  }, 150_000);
  afterAll(async () => {
    await processes?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes to single, punctual and late lines of two tenants", async () => {
    const now = Date.now();
    for (const tenant of ["dev", "prd"]) {
      for (let minute = 0; minute < 20; minute += 1)
        expect(
          await accepted.write(old.url, tenant, "before", now - minute * 60_000, `${minute}`),
        ).toBe(true);
      expect(await accepted.write(old.url, tenant, "before", now - 5 * HOUR, "late")).toBe(true);
    }
  });

  it("answers 5xx while there is no ingester, so that agents keep what they have", async () => {
    await (await start("distributor", "distributor")).ready();
    const line = { labels: { app: "early" }, at: Date.now(), text: "early" };
    expect((await push(url("distributor"), "dev", [line])).status).toBeGreaterThanOrEqual(500);
  });

  it("starts every component, each with the same file", async () => {
    for (const name of INGESTERS) await start(name, "ingester");
    for (const component of LOKI_COMPONENTS)
      if (component !== "distributor" && component !== "ingester")
        await start(component, component);
    await Promise.all([...parts.values()].map(({ ready }) => ready()));
  });

  it("stores a line in a quorum of ingesters, and finds it, however late it came", async () => {
    const now = Date.now();
    await until("the ring is complete", async () =>
      (await accepted.write(url("distributor"), "dev", "after", now, "punctual"))
        ? true
        : undefined,
    );
    expect(await accepted.write(url("distributor"), "dev", "after", now - 6 * HOUR, "late")).toBe(
      true,
    );
    const between = { from: now - 7 * HOUR, to: now + HOUR };
    await until("both are found", async () =>
      (await query(url("query-frontend"), "dev", '{app="after"}', between)).length === 2
        ? true
        : undefined,
    );
  });

  it("ships what a single process that was killed has left on its disk, by an ingester of its own", async () => {
    const killed = await processes.start("killed", lokiConfig(args()));
    await killed.ready();
    expect(await accepted.write(killed.url, "dev", "left-behind", Date.now(), "1")).toBe(true);
    killed.signal("SIGKILL");
    await killed.stop();
    // As docs/microservices.md says; whether it can be read is seen with everything else.
    const alone = ["-ring.store=inmemory", "-distributor.replication-factor=1"];
    const shipping = await processes.start("killed", microservices(), "ingester", alone);
    await shipping.ready();
    await shipping.stop();
  });

  it(
    "reads everything that single has accepted, until its last moment, once it has stopped",
    async () => {
      await writeUntilStopped(old, (value) =>
        accepted.write(old.url, "prd", "moving", Date.now(), `${value}`),
      );
      const seconds = await untilAllIsRead(accepted, url("query-frontend"), INDEX_SECONDS);
      console.log(
        `${accepted.count} of ${accepted.count} lines read ${seconds} s after single had ended`,
      );
    },
    1000 * (INDEX_SECONDS + 60),
  );

  it("loses neither writes nor reads with one ingester", async () => {
    parts.get(INGESTERS[0]!)!.signal("SIGKILL");
    for (let value = 0; value < 20; value += 1)
      expect(
        await accepted.write(url("distributor"), "dev", "survivor", Date.now(), `${value}`),
      ).toBe(true);
    await untilAllIsRead(accepted, url("query-frontend"));
  });
}, 150_000);
