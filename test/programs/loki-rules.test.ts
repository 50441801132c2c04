/**
 * Proves: the real Loki takes the rules of tenants from folders like those of a mounted ConfigMap,
 * evaluates them over the tenant's own lines, and tells an Alertmanager: of a pattern, of errors
 * that rise, of a cluster that is silent, and when it is over. Changed rules need no restart.
 * Does not prove: ranges of minutes and hours, which are seconds here.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOKI } from "../../components/backends/loki";
import { lokiConfig } from "../../components/backends/loki/config";
import { resolveLogAlerts } from "../../components/hub/log-alert-args";
import { toYaml } from "../../components/kit/yaml";
import { logAlertGroups } from "../../components/rules/log-alerts";
import type { BackendProcess } from "./support/backend-processes";
import { get, LokiProcesses, push } from "./support/loki-processes";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { until } from "./support/server";

interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
}

const TENANTS = ["dev", "prd"];
const alerts = resolveLogAlerts({
  risingLines: 20,
  patterns: { payments: { query: '{app="shop"} |= "payment failed"', severity: "critical" } },
});

/** Seconds instead of minutes and hours. */
function eager(tenant: string): string {
  if (!alerts) throw new Error("there are no alerts");
  const groups = logAlertGroups(alerts, tenant, "https://runbooks/#").map((group) => ({
    ...group,
    interval: "1s",
    rules: group.rules.map((rule) => ({ ...rule, for: "0s" })),
  }));
  const shorter: Record<string, string> = {
    "[10m]": "[10s]",
    "[60m] offset 10m": "[60s] offset 10s",
    "[5m] offset 30m": "[5s] offset 6s",
    "[5m] offset 2h": "[5s] offset 12s",
    "[5m] offset 8h": "[5s] offset 24s",
    "[5m] offset 1d": "[5s] offset 48s",
    "[5m]": "[5s]",
  };
  return Object.entries(shorter).reduce(
    (text, [range, seconds]) => text.replaceAll(range, seconds),
    toYaml({ groups }),
  );
}

/** Changes a mounted ConfigMap as kubelet does: the directories of tenants are links into one. */
function mountRules(root: string, version: number, tenants: readonly string[]): void {
  const data = `..2026_11_30_00_00_0${version}.123456`;
  for (const tenant of tenants) {
    mkdirSync(join(root, data, tenant), { recursive: true });
    writeFileSync(join(root, data, tenant, "rules.yaml"), eager(tenant));
  }
  symlinkSync(data, join(root, "..data_tmp"));
  renameSync(join(root, "..data_tmp"), join(root, "..data"));
  if (version === 1)
    for (const tenant of TENANTS) symlinkSync(join("..data", tenant), join(root, tenant));
}

describe("alerts on log lines, in the real Loki", () => {
  let folder: string;
  let store: ObjectStore;
  let lokis: LokiProcesses;
  let loki: BackendProcess;
  let alertmanager: Server;
  const told: Told[] = [];

  const firing = (alertname: string) =>
    told.filter(({ labels, endsAt }) => labels["alertname"] === alertname && !isOver(endsAt));
  const write = (tenant: string, texts: readonly string[], level = "info") =>
    push(
      loki.url,
      tenant,
      texts.map((text, index) => ({
        labels: { cluster: tenant, environment: "lab", namespace: "shop", app: "shop", level },
        at: Date.now() - texts.length + index,
        text,
      })),
    );
  const running = async (tenant: string, name: string) => {
    const answer = await get(`${loki.url}/prometheus/api/v1/alerts`, tenant);
    const { data } = JSON.parse(answer) as { data: { alerts: Told[] } };
    return data.alerts.filter(({ labels }) => labels["alertname"] === name);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-loki-rules-"));
    store = await startObjectStore(folder, "logs");
    alertmanager = createServer((request, answer) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        if (request.url === "/api/v2/alerts") told.push(...(JSON.parse(text) as Told[]));
        answer.end();
      });
    });
    await new Promise<void>((resolve) => alertmanager.listen(0, "127.0.0.1", resolve));
    const { port } = alertmanager.address() as AddressInfo;
    const rules = join(folder, "rules");
    mountRules(rules, 1, TENANTS);
    const config = lokiConfig({
      bucket: store.connection,
      schemaFrom: new Date().toISOString().slice(0, 10),
      memoryBytes: 2 ** 30,
      alertmanagers: [`http://127.0.0.1:${port}`],
      hasRules: true,
    });
    lokis = await LokiProcesses.in(folder, store.env);
    lokis.limits({ overrides: {} });
    loki = await lokis.start("single", {
      ...config,
      ruler: { ...config.ruler, poll_interval: "1s" },
      ruler_storage: { backend: "local", local: { directory: rules } },
    });
    await loki.ready();
  }, 150_000);
  afterAll(async () => {
    await lokis?.stop();
    await store?.stop();
    alertmanager?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are counted by tenant where they cannot be evaluated", async () => {
    const { counter, tenant } = LOKI.alerts.ruleFailures!;
    await until("each tenant has a counter", async () => {
      const shown = await get(`${loki.url}/metrics`, "");
      return TENANTS.every((id) => new RegExp(`^${counter}{.*${tenant}="${id}"`, "m").test(shown))
        ? true
        : undefined;
    });
  });

  it("are those of the tenants, and of no directory that kubelet makes", async () => {
    const groups = await until("the rules are evaluated", async () => {
      const answer = await get(`${loki.url}/prometheus/api/v1/rules`, "dev");
      const { data } = JSON.parse(answer) as {
        data: { groups: { rules: { name: string; health: string }[] }[] };
      };
      const all = data.groups.flatMap((group) => group.rules);
      return all.length > 0 && all.every(({ health }) => health === "ok") ? all : undefined;
    });
    expect(groups.map(({ name }) => name)).toEqual([
      "LogErrorsRising",
      "LogPatternFound",
      "LogPatternFound",
      "LogPatternFound",
      "LogsSilent",
    ]);
    for (const tenant of ["..data", "other"]) {
      const answer = await get(`${loki.url}/prometheus/api/v1/rules`, tenant);
      expect(JSON.parse(answer)).toMatchObject({ data: { groups: [] } });
    }
  });

  it("fire for the tenant whose line has the pattern, for no other, and end", async () => {
    expect((await write("prd", ["all is well"])).status).toBe(204);
    const [alert] = await until("the Alertmanager is told", async () => {
      // On a busy machine an evaluation may come later than the seconds that a rule looks back.
      expect((await write("dev", ["panic: index out of range"])).status).toBe(204);
      const found = firing("LogPatternFound");
      return found.length > 0 ? found : undefined;
    });
    expect(alert?.labels).toMatchObject({
      tenant_id: "dev",
      cluster: "dev",
      environment: "lab",
      namespace: "shop",
      app: "shop",
      pattern: "panic",
      severity: "warning",
    });
    expect(alert?.annotations).toMatchObject({
      summary: expect.stringMatching(
        /^shop\/shop of cluster dev logs \d+ lines of the pattern panic$/,
      ) as string,
      runbook_url: "https://runbooks/#logpatternfound",
    });
    await until("it is over", async () =>
      (await running("dev", "LogPatternFound")).length === 0 ? true : undefined,
    );
    await until("the Alertmanager knows", async () =>
      told.some(({ labels, endsAt }) => labels["pattern"] === "panic" && isOver(endsAt))
        ? true
        : undefined,
    );
  });

  it.each(["Out of memory: Killed process 4711", "java.lang.OutOfMemoryError: Java heap space"])(
    "know a line of a process without memory: %s",
    async (line) => {
      await until("it fires", async () => {
        await write("dev", [line]);
        const found = await running("dev", "LogPatternFound");
        return found.some(({ labels }) => labels["pattern"] === "oom") ? true : undefined;
      });
      await until("it is over", async () =>
        (await running("dev", "LogPatternFound")).length === 0 ? true : undefined,
      );
    },
  );

  it("are urgent where the inventory says so", async () => {
    await until("the Alertmanager is told", async () => {
      await write("dev", ["payment failed: card declined"]);
      const urgent = firing("LogPatternFound").some(
        ({ labels }) => labels["pattern"] === "payments" && labels["severity"] === "critical",
      );
      return urgent ? true : undefined;
    });
  });

  it("fire when errors rise, and not when they are as many as before", async () => {
    const errors = (count: number) => Array.from({ length: count }, (_, index) => `error ${index}`);
    await write("dev", errors(100), "error");
    await until("they rise", async () => (firing("LogErrorsRising").length > 0 ? true : undefined));
    await until("it is over", async () =>
      (await running("dev", "LogErrorsRising")).length === 0 ? true : undefined,
    );
    // With 100 in the minute before, more than 50 in ten seconds would be three times as many.
    await write("dev", errors(40), "error");
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(await running("dev", "LogErrorsRising")).toEqual([]);
  });

  it("fire for a cluster that logged before and is silent, and end when it logs", async () => {
    for (let second = 0; second < 8; second++) {
      await write("prd", [`second ${second}`]);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    await until("it is missed", async () =>
      firing("LogsSilent").some(({ labels }) => labels["cluster"] === "prd") ? true : undefined,
    );
    await until("it is there", async () => {
      await write("prd", ["back again"]);
      return (await running("prd", "LogsSilent")).length === 0 ? true : undefined;
    });
  });

  it("never told of one tenant what is another's", () => {
    for (const { labels } of told) expect(labels["cluster"]).toBe(labels["tenant_id"]);
  });

  it("are gone without a restart when a tenant has none any more", async () => {
    mountRules(join(folder, "rules"), 2, ["prd"]);
    rmSync(join(folder, "rules", "dev"));
    await until("they are gone", async () => {
      const answer = await get(`${loki.url}/prometheus/api/v1/rules`, "dev");
      return answer.includes("LogsSilent") ? undefined : true;
    });
    expect(await get(`${loki.url}/prometheus/api/v1/rules`, "prd")).toContain("LogsSilent");
  });
});

function isOver(endsAt: string): boolean {
  return Date.parse(endsAt) <= Date.now();
}
