/**
 * Proves: a real Prometheus, with the configuration of the ruler's pod, evaluates the rules over all tenants of a real Cortex, stores what they record there,
 * in the hub's own tenant, tells an Alertmanager, and takes changed rules without a restart; and Cortex shows the series that alerts ask for.
 * Does not prove: that every alert fires when it should (rules.test.ts).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import { RULES_FILE } from "../../components/backends/kit/rings/config";
import { runningRules } from "../../components/backends/kit/metrics/prometheus-api";
import { CORTEX_RINGS } from "../../components/backends/cortex";
import { BACKENDS } from "../../components/backends/registry";
import { RULER_CONFIG_FILE, rulerConfig } from "../../components/backends/kit/ruler/config";
import { rulerArguments } from "../../components/backends/kit/ruler/ruler";
import { toYaml } from "../../components/kit/yaml";
import type { RulesModel } from "../../components/rules/model";
import { rules } from "../../components/rules/rule-file";
import { model } from "../components/rules/model";
import { notShown } from "../components/rules/promql";
import { RULES_PATH } from "./support/ring-backends";
import { eager, silentAlert } from "./support/eager-rules";
import type { BackendProcess } from "./support/backend-processes";
import { MetricsProcesses, push, query } from "./support/metrics-processes";
import { program } from "./support/programs";
import { freePorts, run, until, type RunningProgram } from "./support/server";

/** Mimir evaluates rules by itself, and Cortex does not. */
const backends = BACKENDS.filter(({ name }) => name !== "mimir");
const cortexModel: RulesModel = { ...model, backends, groupsNameTenants: false };

describe("the rules of a cell with Cortex, in the real Prometheus beside it", () => {
  let folder: string;
  let processes: MetricsProcesses;
  let cortex: BackendProcess;
  let ruler: RunningProgram;
  let port: number;
  let alertmanager: Server;
  const told: string[] = [];

  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const writeRules = (edges: RulesModel["edges"], hash: string) =>
    writeFileSync(join(folder, "rules", RULES_FILE), eager({ ...cortexModel, edges }, hash));
  /** As Cortex has stored it. */
  const firing = (alert: string) =>
    query(cortex.url, HUB_TENANT, `ALERTS{alertname="${alert}",alertstate="firing"}`);
  const up = (tenant: string, cluster: string) =>
    push(cortex.url, tenant, [{ labels: { __name__: "up", cluster }, samples: [[1, Date.now()]] }]);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-ruler-"));
    alertmanager = createServer((request, answer) => {
      request.on("data", (part: Buffer) => told.push(part.toString()));
      request.on("end", () => answer.end());
    });
    await new Promise<void>((resolve) => alertmanager.listen(0, "127.0.0.1", resolve));
    const tenant = { retentionDays: 1, edges: [] };
    const tenants = { [HUB_TENANT]: tenant, dev: tenant, prd: tenant };
    processes = await MetricsProcesses.in({ settings: CORTEX_RINGS, folder, tenants });
    cortex = await processes.startSingle("single");
    await cortex.ready();
    [port = 0] = await freePorts(1);
    ruler = startRuler(folder, port, {
      cortex: new URL(cortex.url).host,
      alertmanager: `http://127.0.0.1:${(alertmanager.address() as AddressInfo).port}/prefix`,
    });
    writeRules(model.edges, "1111111111111111");
  });
  afterAll(async () => {
    await ruler?.stop();
    await processes?.stop();
    alertmanager?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are all evaluated, and shown as Mimir shows them", async () => {
    const state = await until("the rules are evaluated", async () => {
      const found = runningRules(await get(RULES_PATH).catch(() => `{"data":{"groups":[]}}`));
      return found.unhealthy.length === 0 && found.waiting === 0 && found.hash ? found : undefined;
    });
    expect(state.hash).toBe("1111111111111111");
  });

  it("miss the edges whose samples are in no tenant, and forget them when they come", async () => {
    await until("both are missed", async () =>
      (await firing("EdgeSilent")).length === 2 ? true : undefined,
    );
    expect(await up("dev", "dev")).toBe(200);
    const missed = await until("one is missed", async () => {
      const found = await firing("EdgeSilent");
      return found.length === 1 ? found : undefined;
    });
    expect(missed[0]?.metric).toEqual(silentAlert("prd"));
  });

  it("reach the Alertmanager", async () => {
    await until("it is told of the silent edge", async () =>
      told.join().includes("EdgeSilent") ? true : undefined,
    );
  });

  it("ask for no series that neither Cortex nor this Prometheus shows", async () => {
    const shown = await (await fetch(`${cortex.url}/metrics`)).text();
    const own = await get("/prometheus/metrics");
    expect(notShown(rules(cortexModel, ""), /^prometheus_rule/, own)).toEqual([]);
    expect(notShown(rules(cortexModel, ""), /^(cortex|thanos_objstore|process)_/, shown)).toEqual(
      [],
    );
  });

  it("are exchanged without a restart", async () => {
    writeRules(model.edges.slice(0, 1), "2222222222222222");
    await until("the new ones are loaded", async () =>
      runningRules(await get(RULES_PATH)).hash === "2222222222222222" ? true : undefined,
    );
    await until("nothing is missed any more", async () =>
      (await firing("EdgeSilent")).length === 0 ? true : undefined,
    );
  });
});

/** The pod's configuration and arguments, with folders and a port of this machine. */
function startRuler(
  folder: string,
  port: number,
  at: Record<"cortex" | "alertmanager", string>,
): RunningProgram {
  const paths = {
    config: join(folder, "config"),
    rules: join(folder, "rules"),
    data: join(folder, "data"),
  };
  for (const path of Object.values(paths)) mkdirSync(path, { recursive: true });
  const config = rulerConfig({
    reads: at.cortex,
    writes: at.cortex,
    tenants: ["dev", "prd"],
    alertmanagers: [at.alertmanager],
  });
  // A minute late in a pod.
  const here = {
    ...config,
    global: { rule_query_offset: "0s" },
    rule_files: [join(paths.rules, RULES_FILE)],
  };
  writeFileSync(join(paths.config, RULER_CONFIG_FILE), toYaml(here));
  const args = rulerArguments(port, paths).map((arg) =>
    arg.replace("address=:", "address=127.0.0.1:"),
  );
  return run(program("prometheus", "prometheus"), args, { cwd: "/proc" });
}
