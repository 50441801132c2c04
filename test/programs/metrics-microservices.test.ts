import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import type { MetricsComponent } from "../../components/backends/kit/metrics/components";
import type { MicroservicesConfigArgs } from "../../components/backends/kit/rings/config";
import type { TenantLoad } from "../../components/backends/kit/metrics/load";
import { toYaml } from "../../components/kit/yaml";
import { RINGS } from "./support/ring-backends";
import { untilAllIsRead, writeUntilStopped } from "./support/accepted";
import type { BackendProcess } from "./support/backend-processes";
import { Accepted, MetricsProcesses, push, query } from "./support/metrics-processes";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { until } from "./support/server";

const HOUR = 3600;
const tenants: Record<string, TenantLoad> = {
  dev: { retentionDays: 30, edges: [{ activeSeries: 1000, outageSeconds: 6 * HOUR }] },
  prd: { retentionDays: 365, edges: [{ activeSeries: 1000, outageSeconds: 12 * HOUR }] },
};
const INGESTERS = ["zone-a-0", "zone-b-0", "zone-c-0"];
const layout: MicroservicesConfigArgs = {
  name: "metrics-main",
  gossipHost: "metrics-main-gossip",
  frontendHost: "metrics-main-query-frontend-discovery",
  replication: { ingester: 3, "store-gateway": 1 },
  zoneAware: true,
};
/** Queriers look for a newer index of the bucket once a minute, and a busy machine takes its time. */
const INDEX_SECONDS = 240;
/** An ingester that nobody else knows. */
const ALONE = {
  mimir: ["-ingester.ring.store=inmemory", "-ingester.ring.replication-factor=1"],
  cortex: [
    "-ring.store=inmemory",
    "-distributor.replication-factor=1",
    "-ingester.availability-zone=",
  ],
};

describe.each(["mimir", "cortex"] as const)(
  "%s, from single to microservices on one bucket",
  (name) => {
    const settings = RINGS[name];
    let folder: string;
    let store: ObjectStore | undefined;
    let processes: MetricsProcesses;
    let old: BackendProcess;
    const parts = new Map<string, BackendProcess>();
    const url = (component: MetricsComponent) => parts.get(component)!.url;
    const accepted = new Accepted();
    /** Whether it was accepted; whatever else is answered has to make an agent try again. */
    const write = async (...sample: Parameters<Accepted["push"]>) => {
      const status = await accepted.push(...sample);
      expect([0, 200, 500, 502, 503]).toContain(status);
      return status === 200;
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "heliograph-microservices-"));
      store = name === "cortex" ? await startObjectStore(folder, "metrics") : undefined;
      processes = await MetricsProcesses.in({ settings, folder, tenants, store });
      old = await processes.startSingle("single");
      await old.ready();
    });
    afterAll(async () => {
      await processes?.stop();
      await store?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const start = async (name: string, target: string) => {
      const started = await processes.start(name, layout, target);
      parts.set(name, started);
      return started;
    };

    it("writes to single, punctual and late samples of two tenants", async () => {
      const now = Date.now();
      for (const tenant of ["dev", "prd"]) {
        for (let minute = 0; minute < 20; minute += 1) {
          expect(await write(old.url, tenant, "before", now - (20 - minute) * 60_000, minute)).toBe(
            true,
          );
        }
        expect(await write(old.url, tenant, "late", now - 5 * HOUR * 1000, 1)).toBe(true);
      }
      expect(await accepted.readBack(old.url)).toBe(accepted.count);
    });

    it("answers 5xx while there is no ingester, so that agents keep what they have", async () => {
      await (await start("distributor", "distributor")).ready();
      const sample = { labels: { __name__: "early" }, samples: [[1, Date.now()] as const] };
      expect(await push(url("distributor"), "dev", [sample])).toBeGreaterThanOrEqual(500);
    });

    it("starts every component, each with the same file", async () => {
      writeRules(folder);
      for (const name of INGESTERS) await start(name, "ingester");
      for (const component of settings.architecture.components) {
        if (component !== "distributor" && component !== "ingester")
          await start(component, component);
      }
      await Promise.all([...parts.values()].map(({ ready }) => ready()));
    });

    it("stores a sample in a quorum of ingesters, and finds it", async () => {
      await until("the ring is complete", async () =>
        (await write(url("distributor"), "dev", "after", Date.now(), 1)) ? true : undefined,
      );
      expect(await query(url("query-frontend"), "dev", "after")).toHaveLength(1);
    });

    it("ships what a single process that was killed has left on its disk, by an ingester of its own", async () => {
      const killed = await processes.startSingle("killed");
      await killed.ready();
      expect(await write(killed.url, "dev", "left_behind", Date.now(), 1)).toBe(true);
      killed.signal("SIGKILL");
      await killed.stop();
      // As docs/microservices.md says; whether it can be read is seen with everything else.
      const shipping = await processes.start("killed", layout, "ingester", ALONE[name]);
      await shipping.ready();
      await shipping.stop();
      expect(shipping.output()).toContain("finished flushing and shipping TSDB blocks");
    });

    // Beside Cortex a Prometheus evaluates them: ruler.test.ts.
    if (settings.rulesPath)
      it("evaluates rules over several tenants, and stores what they record in the hub's own", async () => {
        const recorded = () => query(url("query-frontend"), HUB_TENANT, "recorded[5m]");
        // Rules are evaluated a minute late.
        await until(
          "the rule is recorded",
          async () => ((await recorded()).length === 1 ? true : undefined),
          110,
        );
      });

    it(
      "reads everything that single has accepted, until its last moment, once it has stopped",
      async () => {
        await writeUntilStopped(old, (value) => write(old.url, "prd", "moving", Date.now(), value));
        const seconds = await untilAllIsRead(accepted, url("query-frontend"), INDEX_SECONDS);
        console.log(
          `${accepted.count} of ${accepted.count} samples read ${seconds} s after single had ended`,
        );
      },
      1000 * (INDEX_SECONDS + 60),
    );

    it("goes on taking late samples", async () => {
      expect(await write(url("distributor"), "dev", "late", Date.now() - 4 * HOUR * 1000, 2)).toBe(
        true,
      );
    });

    it("loses neither writes nor reads with one ingester", async () => {
      parts.get(INGESTERS[0]!)!.signal("SIGKILL");
      for (let value = 0; value < 20; value += 1) {
        expect(await write(url("distributor"), "dev", `survivor_${value}`, Date.now(), value)).toBe(
          true,
        );
      }
      expect(await accepted.readBack(url("query-frontend"))).toBe(accepted.count);
    });
  },
);

function writeRules(folder: string): void {
  const rules = [{ record: "recorded", expr: "count(after)" }];
  const groups = [
    { name: "test", interval: "1s", source_tenants: [HUB_TENANT, "dev", "prd"], rules },
  ];
  mkdirSync(join(folder, "rules", HUB_TENANT));
  writeFileSync(join(folder, "rules", HUB_TENANT, "rules.yaml"), toYaml({ groups }));
}
