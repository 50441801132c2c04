import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import { MIMIR_COMPONENTS, type MimirComponent } from "../../components/hub/mimir/components";
import { mimirConfig, type MicroservicesConfigArgs } from "../../components/hub/mimir/config";
import type { TenantLoad } from "../../components/hub/mimir/limits";
import { toYaml } from "../../components/kit/yaml";
import { connection } from "../components/hub/hub";
import { untilAllIsRead, writeUntilStopped } from "./support/accepted";
import type { BackendProcess } from "./support/backend-processes";
import { MimirProcesses, push, query } from "./support/mimir-processes";
import { until } from "./support/server";

const HOUR = 3600;
const tenants: Record<string, TenantLoad> = {
  dev: { retentionDays: 30, edges: [{ activeSeries: 1000, outageSeconds: 6 * HOUR }] },
  prd: { retentionDays: 365, edges: [{ activeSeries: 1000, outageSeconds: 12 * HOUR }] },
};
const INGESTERS = ["zone-a-0", "zone-b-0", "zone-c-0"];
const layout: MicroservicesConfigArgs = {
  name: "mimir-main",
  gossipHost: "mimir-main-gossip",
  replication: { ingester: 3, "store-gateway": 1 },
  zoneAware: true,
};
/** Queriers look for a newer index of the bucket once a minute, and a busy machine takes its time. */
const INDEX_SECONDS = 240;
const single = mimirConfig(connection);
const microservices = mimirConfig(connection, layout);

/** Samples that Mimir has accepted, by series: what has to be read back. */
class Accepted {
  private readonly samples = new Map<string, Map<number, number>>();

  /** Writes one sample; whether it was accepted. */
  async write(url: string, tenant: string, name: string, at: number, value: number): Promise<boolean> {
    const status = await push(url, tenant, [{ labels: { __name__: name }, samples: [[value, at]] }]);
    // Whatever else is answered has to make an agent try again.
    expect([0, 200, 500, 502, 503]).toContain(status);
    if (status !== 200) return false;
    const series = this.samples.get(`${tenant}/${name}`) ?? new Map<number, number>();
    this.samples.set(`${tenant}/${name}`, series.set(at, value));
    return true;
  }

  get count(): number {
    return [...this.samples.values()].reduce((total, { size }) => total + size, 0);
  }

  async readBack(url: string): Promise<number> {
    let found = 0;
    for (const [key, wanted] of this.samples) {
      const [tenant = "", name = ""] = key.split("/");
      const [series] = await query(url, tenant, `${name}[12h]`);
      const values = new Map(series?.values?.map(([seconds, value]) => [Math.round(seconds * 1000), Number(value)]));
      for (const [at, value] of wanted) if (values.get(at) === value) found += 1;
    }
    return found;
  }
}

describe("Mimir, from single to microservices on one bucket", () => {
  let folder: string;
  let processes: MimirProcesses;
  let old: BackendProcess;
  const parts = new Map<string, BackendProcess>();
  const url = (component: MimirComponent) => parts.get(component)!.url;
  const accepted = new Accepted();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-microservices-"));
    processes = await MimirProcesses.in(folder, tenants);
    old = await processes.start("single", single);
    await old.ready();
  });
  afterAll(async () => {
    await processes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (name: string, target: string) => {
    const started = await processes.start(name, microservices, target);
    parts.set(name, started);
    return started;
  };

  it("writes to single, punctual and late samples of two tenants", async () => {
    const now = Date.now();
    for (const tenant of ["dev", "prd"]) {
      for (let minute = 0; minute < 20; minute += 1) {
        expect(await accepted.write(old.url, tenant, "before", now - (20 - minute) * 60_000, minute)).toBe(true);
      }
      expect(await accepted.write(old.url, tenant, "late", now - 5 * HOUR * 1000, 1)).toBe(true);
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
    for (const component of MIMIR_COMPONENTS) {
      if (component !== "distributor" && component !== "ingester") await start(component, component);
    }
    await Promise.all([...parts.values()].map(({ ready }) => ready()));
  });

  it("stores a sample in a quorum of ingesters, and finds it", async () => {
    await until("the ring is complete", async () =>
      (await accepted.write(url("distributor"), "dev", "after", Date.now(), 1)) ? true : undefined,
    );
    expect(await query(url("query-frontend"), "dev", "after")).toHaveLength(1);
  });

  it("ships what a single process that was killed has left on its disk, by an ingester of its own", async () => {
    const killed = await processes.start("killed", single);
    await killed.ready();
    expect(await accepted.write(killed.url, "dev", "left_behind", Date.now(), 1)).toBe(true);
    killed.signal("SIGKILL");
    await killed.stop();
    // As docs/microservices.md says; whether it can be read is seen with everything else.
    const alone = ["-ingester.ring.store=inmemory", "-ingester.ring.replication-factor=1"];
    const shipping = await processes.start("killed", microservices, "ingester", alone);
    await shipping.ready();
    await shipping.stop();
    expect(shipping.output()).toContain("finished flushing and shipping TSDB blocks");
  });

  it("evaluates rules over several tenants, and stores what they record in the hub's own", async () => {
    const recorded = () => query(url("query-frontend"), HUB_TENANT, "recorded[5m]");
    // Rules are evaluated a minute late.
    await until("the rule is recorded", async () => ((await recorded()).length === 1 ? true : undefined), 110);
  });

  it(
    "reads everything that single has accepted, until its last moment, once it has stopped",
    async () => {
      await writeUntilStopped(old, (value) => accepted.write(old.url, "prd", "moving", Date.now(), value));
      const seconds = await untilAllIsRead(accepted, url("query-frontend"), INDEX_SECONDS);
      console.log(`${accepted.count} of ${accepted.count} samples read ${seconds} s after single had ended`);
    },
    1000 * (INDEX_SECONDS + 60),
  );

  it("goes on taking late samples", async () => {
    expect(await accepted.write(url("distributor"), "dev", "late", Date.now() - 4 * HOUR * 1000, 2)).toBe(true);
  });

  it("loses neither writes nor reads with one ingester", async () => {
    parts.get(INGESTERS[0]!)!.signal("SIGKILL");
    for (let value = 0; value < 20; value += 1) {
      expect(await accepted.write(url("distributor"), "dev", `survivor_${value}`, Date.now(), value)).toBe(true);
    }
    expect(await accepted.readBack(url("query-frontend"))).toBe(accepted.count);
  });
});

function writeRules(folder: string): void {
  const rules = [{ record: "recorded", expr: "count(after)" }];
  const groups = [{ name: "test", interval: "1s", source_tenants: [HUB_TENANT, "dev", "prd"], rules }];
  mkdirSync(join(folder, "rules", HUB_TENANT));
  writeFileSync(join(folder, "rules", HUB_TENANT, "rules.yaml"), toYaml({ groups }));
}
