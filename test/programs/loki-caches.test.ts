/**
 * Proves: the real Loki caches in the real memcached, and in the real Redis (TLS, password), shows
 * what comes late all the same, and answers without its cache. Does not prove: what is gained by
 * it; a Redis of a cloud.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lokiConfig } from "../../components/backends/loki/config";
import { lokiRuntimeConfig } from "../../components/backends/loki/limits";
import type { BackendProcess } from "./support/backend-processes";
import { CACHES, type RunningCache } from "./support/caches";
import { get, LokiProcesses, push, query } from "./support/loki-processes";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { until } from "./support/server";

const HOUR = 3_600_000;
const load = { retentionDays: 30, edges: [{ bytesPerSecond: 100_000, outageSeconds: 6 * 3600 }] };

describe.each(["memcached", "redis"] as const)(
  "Loki with %s",
  (kind) => {
    let folder: string;
    let store: ObjectStore;
    let cache: RunningCache;
    let processes: LokiProcesses;
    let loki: BackendProcess;
    // A whole hour: of these results are kept.
    const now = Math.floor(Date.now() / HOUR) * HOUR;

    const start = (name: string) => {
      const microservices = {
        ...{ name: "loki-main", gossipHost: "here", compactorHost: "here", cache: cache.cache },
        replication: { ingester: 1, "index-gateway": 1 },
      };
      const config = lokiConfig({
        ...{
          bucket: store.connection,
          schemaFrom: "2026-01-31",
          memoryBytes: 2 ** 30,
          microservices,
        },
      });
      return processes.start(name, config, "all");
    };
    /** One process shows a late line once it is in the bucket. */
    const write = async (app: string, hoursAgo: number, text: string) => {
      const line = { labels: { app }, at: now - hoursAgo * HOUR + 60_000, text };
      expect((await push(loki.url, "dev", [line])).status).toBe(204);
      await until("it can be read", async () => {
        await fetch(`${loki.url}/flush`, { method: "POST" });
        // A question that nobody has asked before.
        return (await lines(`${app}", app!="${Math.random()}`, hoursAgo)).includes(text)
          ? true
          : undefined;
      });
    };
    const hour = (hoursAgo: number) => ({
      from: now - hoursAgo * HOUR,
      to: now - (hoursAgo - 1) * HOUR,
    });
    const lines = async (app: string, hoursAgo: number) =>
      (await query(loki.url, "dev", `{app="${app}"}`, hour(hoursAgo))).flatMap(({ values }) =>
        values.map(([, text]) => text),
      );
    const hitsOf = async (ask: () => Promise<unknown>) => {
      const before = await cache.hits();
      await ask();
      return (await cache.hits()) - before;
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "heliograph-loki-caches-"));
      store = await startObjectStore(folder, "logs");
      cache = await CACHES[kind](folder);
      processes = await LokiProcesses.in(folder, { ...store.env, ...cache.env });
      processes.limits(lokiRuntimeConfig({ dev: load }));
      loki = await start("loki");
      await loki.ready();
    }, 150_000);
    afterAll(async () => {
      await processes?.stop();
      await cache?.stop();
      await store?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** How many bytes there are of it. */
    const volume = (app: string, hoursAgo: number) => {
      const { from, to } = hour(hoursAgo);
      const asked = { query: `{app="${app}"}`, start: `${from}000000`, end: `${to - 1}000000` };
      return get(
        `${loki.url}/loki/api/v1/index/volume?${new URLSearchParams(asked).toString()}`,
        "dev",
      );
    };

    it("keeps an answer of a time of which nothing can come any more", async () => {
      await write("old", 9, "one");
      expect(await lines("old", 9)).toEqual(["one"]);
      expect(await volume("nothing", 9)).not.toContain("nothing");
      expect(await hitsOf(() => volume("nothing", 9))).toBeGreaterThan(0);
      // What comes later than agreed is hidden: without the limits, so would be what comes in time.
      await write("nothing", 9, "later than any outage");
      expect(await volume("nothing", 9)).not.toContain("nothing");
    });

    it("shows what an edge sends after its outage, although the gap was asked for", async () => {
      expect(await lines("late", 6)).toEqual([]);
      expect(await volume("late", 6)).not.toContain("late");
      await write("late", 6, "late");
      expect(await lines("late", 6)).toEqual(["late"]);
      expect(await volume("late", 6)).toContain("late");
    });

    it("finds chunks in the cache", async () => {
      expect(
        await hitsOf(async () => expect(await lines("old", 9)).toEqual(["one"])),
      ).toBeGreaterThan(0);
    });

    it("answers, and starts, without its cache", async () => {
      await cache.stop();
      expect(await lines("old", 9)).toEqual(["one"]);
      const began = Date.now();
      expect(await lines("late", 6)).toEqual(["late"]);
      console.log(`${Date.now() - began} ms without ${kind}`);
      const second = await start("second");
      await second.ready();
    });
  },
  150_000,
);
