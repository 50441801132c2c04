/**
 * Proves: Mimir's own ruler takes the rules about workloads for each tenant from one mounted key,
 * as its pod mounts it, evaluates them over the series of that tenant alone, stores there what they
 * record, and tells the Alertmanager of every tenant with its label. It does so with the rules of a
 * tenant's SLOs and with rules that users bring, in a file of that tenant, and with those that
 * operators bring, which see every tenant.
 * Does not prove: when alerts fire (workload-rules.test.ts).
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import { runningRules } from "../../components/backends/kit/metrics/prometheus-api";
import {
  OWN_RULES,
  RULES_FILE,
  RUNTIME_FILE,
  WORKLOAD_RULES_FILE,
} from "../../components/backends/kit/rings/config";
import { ruleItems, runtimeConfig } from "../../components/backends/kit/rings/deploy";
import { MIMIR_RINGS } from "../../components/backends/mimir";
import { fromYaml, toYaml } from "../../components/kit/yaml";
import { NO_OWN_RULES, ofTenant } from "../../components/rules/own/model";
import { groupsOf, PROMQL_RULES } from "../../components/rules/own/rule-file";
import { tenantRuleFiles } from "../../components/rules/rule-file";
import type { RuleFile } from "../../components/rules/types";
import { sloGroupsOf } from "../../components/rules/slos";
import { workloadRules } from "../../components/rules/workloads/rules";
import { OPERATOR_RULES, TENANT_RULES } from "../components/hub/own";
import { model } from "../components/rules/model";
import { checkout } from "../components/rules/slo";
import { push, startConfiguredMimir, type ConfiguredMimir } from "./support/configured-mimir";
import { eager } from "./support/eager-rules";
import { RULES_PATH } from "./support/ring-backends";
import { until } from "./support/server";

/** Tenants with a cluster each, and one without any. */
const TENANTS = ["dev", "prd", "empty"];
const HASH = "3333333333333333";
const slo = { ...checkout, tenant: "dev" };

/** As kubelet mounts it: items are files of a directory that is exchanged as a whole. */
function mount(folder: string, texts: Readonly<Record<string, string>>): void {
  const data = "..2026_11_21_00_00_01.123456";
  for (const { key, path } of ruleItems(TENANTS, [HUB_TENANT, ...TENANTS])) {
    mkdirSync(dirname(join(folder, data, path)), { recursive: true });
    writeFileSync(join(folder, data, path), texts[key] ?? toYaml({ groups: [] }));
  }
  symlinkSync(data, join(folder, "..data"));
  for (const tenant of [HUB_TENANT, ...TENANTS])
    symlinkSync(join("..data", tenant), join(folder, tenant));
}

/** Rules that operators bring, which see every tenant. */
function operators(): string {
  const own = { ...NO_OWN_RULES, operators: groupsOf(OPERATOR_RULES, PROMQL_RULES) };
  const text = tenantRuleFiles({ ...model, tenants: TENANTS, own })[HUB_TENANT] ?? "";
  return toYaml(now(fromYaml(text) as RuleFile));
}

/** Everything at once: delays of minutes are promtool's business. */
function now({ groups }: RuleFile): RuleFile {
  return {
    groups: groups.map((group) => ({
      ...group,
      interval: "1s",
      rules: group.rules.map((rule) => ("alert" in rule ? { ...rule, for: "0s" } : rule)),
    })),
  };
}

describe("the rules about workloads, in the real Mimir", () => {
  let folder: string;
  let mimir: ConfiguredMimir;
  let alertmanager: Server;
  const told: string[] = [];

  const get = async (path: string, tenant: string) =>
    (await fetch(`${mimir.url}${path}`, { headers: { "X-Scope-OrgID": tenant } })).text();
  const query = async (promql: string, tenant: string) => {
    const path = `/prometheus/api/v1/query?query=${encodeURIComponent(promql)}`;
    const { data } = JSON.parse(await get(path, tenant)) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => ({ ...metric, value: Number(value[1]) }));
  };
  const edge = (name: string) => ({ cluster: name, environment: name, tenant_id: name });
  const memory = (name: string, available: number) =>
    push(
      mimir.url,
      name,
      Object.entries({ MemAvailable: available, MemTotal: 100 }).map(([what, value]) => ({
        labels: { __name__: `node_memory_${what}_bytes`, node: "n1", ...edge(name) },
        samples: [[value, Date.now()]],
      })),
    );

  /** In every ten seconds of five minutes, a thousand requests. */
  const requests = (name: string, errors: number, at = Date.now()) =>
    push(
      mimir.url,
      name,
      Object.entries({ 200: 1000 - errors, 500: errors }).map(([code, growth]) => ({
        labels: { __name__: "http_requests_total", app: "checkout", code, ...edge(name) },
        samples: Array.from({ length: 31 }, (_, index): [number, number] => [
          growth * index,
          at - (30 - index) * 10_000,
        ]),
      })),
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-mimir-workloads-"));
    for (const name of ["runtime", "rules"]) mkdirSync(join(folder, name));
    alertmanager = createServer((request, answer) => {
      request.on("data", (part: Buffer) => told.push(part.toString()));
      request.on("end", () => answer.end());
    });
    await new Promise<void>((resolve) => alertmanager.listen(0, "127.0.0.1", resolve));
    const { port } = alertmanager.address() as AddressInfo;
    const load = { retentionDays: 1, edges: [], alertmanagers: [`http://127.0.0.1:${port}`] };
    const { overrides } = runtimeConfig(
      MIMIR_RINGS,
      Object.fromEntries([HUB_TENANT, ...TENANTS].map((id) => [id, load])),
    );
    // Mimir evaluates a minute late, so that what is on its way has arrived.
    const punctual = Object.entries(overrides).map(([id, limits]) => [
      id,
      { ...limits, ruler_evaluation_delay_duration: "0s" },
    ]);
    writeFileSync(
      join(folder, "runtime", RUNTIME_FILE),
      toYaml({ overrides: Object.fromEntries(punctual) as object }),
    );
    const workloads = workloadRules(
      { ...model.workloads, runbookBaseUrl: model.runbookBaseUrl },
      HASH,
    );
    mount(join(folder, "rules"), {
      [RULES_FILE]: eager(model, "1111111111111111"),
      [WORKLOAD_RULES_FILE]: toYaml(now(workloads)),
      [OWN_RULES.key("dev")]: toYaml(
        now({
          groups: [
            ...sloGroupsOf([slo], "dev", "https://runbooks/#"),
            ...ofTenant(groupsOf(TENANT_RULES, PROMQL_RULES), "dev"),
          ] as never,
        }),
      ),
      [OWN_RULES.key(HUB_TENANT)]: operators(),
    });
    mimir = await startConfiguredMimir(folder);
  }, 120_000);
  afterAll(async () => {
    await mimir?.stop();
    alertmanager?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("run for each tenant, all of them, and not for the directories of the mount", async () => {
    for (const tenant of TENANTS) {
      const state = await until(`${tenant}'s rules are evaluated`, async () => {
        const found = runningRules(await get(RULES_PATH, tenant));
        return found.waiting === 0 && found.workloadHash ? found : undefined;
      });
      expect(state).toMatchObject({ workloadHash: HASH, unhealthy: [] });
    }
    for (const none of ["..data", "..2026_11_21_00_00_01.123456"])
      expect(JSON.parse(await get(RULES_PATH, none))).toMatchObject({ data: { groups: [] } });
    expect(runningRules(await get(RULES_PATH, HUB_TENANT)).workloadHash).toBeUndefined();
  });

  it("record and alert in the tenant whose series they are, and in no other", async () => {
    expect(await memory("dev", 1)).toBe(200);
    expect(await memory("prd", 90)).toBe(200);
    const ratio = "node:memory_used:ratio";
    const of = async (tenant: string) =>
      (await query(ratio, tenant)).map(({ value, ...labels }) => [labels, value]);
    await until("both are recorded", async () =>
      (await of("dev")).length > 0 && (await of("prd")).length > 0 ? true : undefined,
    );
    const recorded = (name: string) => ({ __name__: ratio, node: "n1", ...edge(name) });
    expect(await of("dev")).toEqual([[recorded("dev"), 0.99]]);
    expect(await of("prd")).toEqual(
      [[recorded("prd"), 0.1]].map(([l, v]) => [l, expect.closeTo(v as number)]),
    );
    expect(await of("empty")).toEqual([]);
    await until("dev has an alert", async () =>
      (await query(`ALERTS{alertstate="firing",slo=""}`, "dev")).length > 0 ? true : undefined,
    );
    const [alert, ...others] = await query(`ALERTS{alertstate="firing",slo=""}`, "dev");
    expect(alert).toMatchObject({
      alertname: "NodeMemoryFull",
      severity: "warning",
      ...edge("dev"),
    });
    expect(others).toEqual([]);
    for (const tenant of ["prd", "empty"])
      expect(await query(`ALERTS{alertstate="firing"}`, tenant)).toEqual([]);
  });

  it("record and alert on an SLO in its tenant alone, whoever else has such series", async () => {
    expect(await requests("dev", 500)).toBe(200);
    expect(await requests("prd", 0)).toBe(200);
    await until("its budget burns", async () => {
      const alerts = await query(`ALERTS{alertname="ErrorBudgetBurnsFast"}`, "dev");
      return alerts.length > 0 ? true : undefined;
    });
    const errors = "slo:sli_error:ratio_rate5m";
    expect(await query(errors, "dev")).toMatchObject([
      { slo: "checkout", tenant_id: "dev", team: "payments", value: expect.closeTo(0.5) as number },
    ]);
    for (const tenant of ["prd", HUB_TENANT]) expect(await query(errors, tenant)).toEqual([]);
  });

  it("record and alert as users want, with the name of the tenant", async () => {
    const alert = await until("it fails", async () => {
      const [found] = await query(`ALERTS{alertname="ShopFails"}`, "dev");
      return found;
    });
    expect(alert).toMatchObject({ cluster: "dev", tenant_id: "dev", team: "shop" });
    for (const tenant of ["prd", HUB_TENANT])
      expect(await query("app:shop_errors:rate5m", tenant)).toEqual([]);
  });

  it("see every tenant where operators bring them", async () => {
    const up = (name: string) => ({ __name__: "up", ...edge(name) });
    for (const name of ["dev", "prd"])
      await push(mimir.url, name, [{ labels: up(name), samples: [[1, Date.now()]] }]);
    const found = await until("both are counted", async () => {
      const series = await query("tenant:up:count", HUB_TENANT);
      return series.length === 2 ? series : undefined;
    });
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ tenant_id: "dev", value: 1 }),
        expect.objectContaining({ tenant_id: "prd", value: 1 }),
      ]),
    );
  });

  it("tell the Alertmanager, with the tenant as a label", async () => {
    const found = await until("it is told", async () =>
      told
        .flatMap((body) => JSON.parse(body) as { labels: Record<string, string> }[])
        .find(({ labels }) => labels["alertname"] === "NodeMemoryFull"),
    );
    expect(found.labels).toMatchObject({ tenant_id: "dev", cluster: "dev", environment: "dev" });
    const burning = await until("it is told of the SLO", async () =>
      told
        .flatMap((body) => JSON.parse(body) as { labels: Record<string, string> }[])
        .find(({ labels }) => labels["alertname"] === "ErrorBudgetBurnsFast"),
    );
    expect(burning.labels).toMatchObject({ tenant_id: "dev", slo: "checkout", team: "payments" });
  });
});
