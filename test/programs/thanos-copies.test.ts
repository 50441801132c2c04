/**
 * Proves: three real Thanos Receive with a router before them keep what they have taken when one is gone, and refuse with 5xx when two are; the real ruler
 * evaluates our rules over all tenants and stores what they record in the hub's own; the global query shows each series of the cell once.
 * Does not prove: what pods and policies do.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import {
  ENDPOINTS_FILE,
  endpointsConfig,
  GLOBAL_QUERY_PATHS,
  globalQueryArgs,
} from "../../components/hub/global-query/config";
import { RULES_FILE } from "../../components/backends/kit/rings/config";
import { runningRules } from "../../components/backends/kit/metrics/prometheus-api";
import type { TenantLoad } from "../../components/backends/kit/metrics/load";
import { toYaml } from "../../components/kit/yaml";
import type { RulesModel } from "../../components/rules/model";
import type { Series } from "../../src/cli/cluster/remote-write";
import { model } from "../components/rules/model";
import { ownPath, RULES_PATH } from "./support/ring-backends";
import { untilAllIsRead } from "./support/accepted";
import { Accepted, push, query } from "./support/metrics-processes";
import { eager, silentAlert } from "./support/eager-rules";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { until } from "./support/server";
import { runThanos, thanosPorts } from "./support/thanos-edge";
import { ThanosProcesses, type ThanosProcess } from "./support/thanos-processes";

const WRITE_PATH = ownPath("thanos", "remote write");
const rulesModel: RulesModel = { ...model, groupsNameTenants: false };
/** A minute late in a pod. */
const AT_ONCE = { "rule-query-offset": "0s" };
const tenant: TenantLoad = { retentionDays: 30, edges: [] };
const tenants = { dev: tenant, prd: tenant, [HUB_TENANT]: tenant };

describe("Thanos, three copies of everything", () => {
  let folder: string;
  let store: ObjectStore;
  let processes: ThanosProcesses;
  const parts: Record<string, ThanosProcess> = {};
  const ingesters = ["ingester-0", "ingester-1", "ingester-2"];
  const accepted = new Accepted(WRITE_PATH);

  const writes = () => parts["distributor"]!.writeUrl;
  const reads = () => parts["query-frontend"]!.url;
  const kill = async (name: string) => {
    parts[name]!.signal("SIGKILL");
    await parts[name]!.stop();
  };
  const write = async (name: string, value: number) =>
    (await accepted.push(writes(), "dev", name, Date.now() - 1000 + value, value)) === 200;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-thanos-copies-"));
    store = await startObjectStore(folder, "metrics");
    processes = await ThanosProcesses.in({ folder, store, tenants, ingesters });
    writeFileSync(join(folder, "rules", RULES_FILE), eager(rulesModel, "1111111111111111"));
    const all = [
      ...ingesters,
      "store-gateway",
      "all-querier",
      "querier",
      "query-frontend",
      "distributor",
      "ruler",
    ];
    for (const name of all)
      parts[name] = await processes.start(name, name === "ruler" ? { other: AT_ONCE } : {});
    await Promise.all(all.map((name) => parts[name]!.ready()));
    await until("writes are taken", async () => ((await write("first", 0)) ? true : undefined));
    await until("a query finds them", async () =>
      (await query(reads(), "dev", "first")).length > 0 ? true : undefined,
    );
  }, 180_000);
  afterAll(async () => {
    await processes?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As it is stored. */
  const firing = (alert: string) =>
    query(reads(), HUB_TENANT, `ALERTS{alertname="${alert}",alertstate="firing"}`);
  const rulesNow = async () =>
    runningRules(await (await fetch(`${parts["ruler"]!.url}${RULES_PATH}`)).text());

  it("evaluates every rule, over all tenants, and shows them as Mimir does", async () => {
    const state = await until("the rules are evaluated", async () => {
      const found = await rulesNow();
      return found.unhealthy.length === 0 && found.waiting === 0 && found.hash ? found : undefined;
    });
    expect(state.hash).toBe("1111111111111111");
  });

  it("misses the edges whose samples are in no tenant, and forgets them when they come", async () => {
    await until("both are missed", async () =>
      (await firing("EdgeSilent")).length === 2 ? true : undefined,
    );
    const up: Series = { labels: { __name__: "up", cluster: "dev" }, samples: [[1, Date.now()]] };
    expect(await push(writes(), "dev", [up], WRITE_PATH)).toBe(200);
    const missed = await until("one is missed", async () => {
      const found = await firing("EdgeSilent");
      return found.length === 1 ? found : undefined;
    });
    expect(missed[0]?.metric).toEqual(silentAlert("prd"));
  });

  it("is a cell of the global query, which shows what all tenants have, each series once", async () => {
    for (const [name, replica] of [
      ["dev", "agent-0"],
      ["dev", "agent-1"],
      ["prd", "agent-0"],
    ] as const) {
      const labels = { __name__: "pair", tenant_id: name, __replica__: replica };
      expect(await push(writes(), name, [{ labels, samples: [[1, Date.now()]] }], WRITE_PATH)).toBe(
        200,
      );
    }
    const config = join(folder, "global-query");
    mkdirSync(config);
    writeFileSync(
      join(config, ENDPOINTS_FILE),
      toYaml(endpointsConfig({}, [parts["all-querier"]!.grpcAddress])),
    );
    const ports = await thanosPorts();
    const global = runThanos(globalQueryArgs(), ports, (text) =>
      text.replaceAll(GLOBAL_QUERY_PATHS.config, config),
    );
    const ask = () => query(`http://127.0.0.1:${ports.http}`, "", "pair").catch(() => []);
    try {
      const found = await until("both are shown", async () => {
        const shown = await ask();
        return new Set(shown.map(({ metric }) => metric["tenant_id"])).size === 2
          ? shown
          : undefined;
      });
      expect(found.map(({ metric }) => JSON.stringify(metric)).sort()).toEqual([
        '{"__name__":"pair","tenant_id":"dev"}',
        '{"__name__":"pair","tenant_id":"prd"}',
      ]);
    } finally {
      await global.stop();
    }
  });

  it("loses neither writes nor reads with one ingester", async () => {
    for (let value = 0; value < 50; value += 1)
      expect(await write(`before_${value % 5}`, value)).toBe(true);
    await kill("ingester-1");
    await until("writes go on", async () => ((await write("gone", 1)) ? true : undefined));
    for (let value = 0; value < 50; value += 1)
      expect(await write(`after_${value % 5}`, value)).toBe(true);
    await untilAllIsRead(accepted, reads(), 60);
  });

  it("goes on evaluating rules with one ingester", async () => {
    const gone = Date.now() / 1000;
    await until("a later evaluation is stored", async () => {
      const newest = await query(
        reads(),
        HUB_TENANT,
        'timestamp(ALERTS{alertname="EdgeSilent",alertstate="firing"})',
      );
      return newest.some(({ value }) => Number(value?.[1]) > gone + 5) ? true : undefined;
    });
    expect((await rulesNow()).unhealthy).toEqual([]);
  });

  it("answers 5xx with two of three gone, so that agents keep what they have", async () => {
    await kill("ingester-2");
    const sample: Series = { labels: { __name__: "kept" }, samples: [[1, Date.now()]] };
    const answers = new Set<number>();
    for (let time = 0; time < 5; time += 1)
      answers.add(
        await push(writes(), "dev", [{ ...sample, samples: [[1, Date.now()]] }], WRITE_PATH),
      );
    for (const status of answers) expect(status).toBeGreaterThanOrEqual(500);
  });
});
