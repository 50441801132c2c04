/**
 * Proves: Mimir's own ruler takes the rules from a folder like that of a mounted ConfigMap, for the hub's tenant alone, sees the series of every tenant of
 * the cell, takes changed rules without a restart, tells an Alertmanager, and shows the series that alerts ask for. The dead man's switch, with the real
 * curl, calls while all of it works, and stops when it does not.
 * Does not prove: that every alert fires when it should (rules.test.ts).
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import {
  SWITCH_FILE,
  switchFile,
  switchScript,
} from "../../components/hub/dead-mans-switch/script";
import { RULES_FILE, RUNTIME_FILE } from "../../components/backends/kit/rings/config";
import { runningRules } from "../../components/backends/kit/metrics/prometheus-api";
import { runtimeConfig } from "../../components/backends/kit/rings/deploy";
import { MIMIR_RINGS } from "../../components/backends/mimir";
import { toYaml } from "../../components/kit/yaml";
import { notShown } from "../components/rules/promql";
import { rules } from "../../components/rules/rule-file";
import { model } from "../components/rules/model";
import { RULES_PATH } from "./support/ring-backends";
import { push, startConfiguredMimir, type ConfiguredMimir } from "./support/configured-mimir";
import { eager, silentAlert } from "./support/eager-rules";
import { program } from "./support/programs";
import { run, until } from "./support/server";

/** Changes a mounted ConfigMap as kubelet does: files are links into a directory that is exchanged as a whole. */
function mountRules(folder: string, version: number, text: string): void {
  const tenant = join(folder, "rules", HUB_TENANT);
  const data = `..2026_11_21_00_00_0${version}.123456`;
  mkdirSync(join(tenant, data), { recursive: true });
  writeFileSync(join(tenant, data, RULES_FILE), text);
  symlinkSync(data, join(tenant, "..data_tmp"));
  renameSync(join(tenant, "..data_tmp"), join(tenant, "..data"));
  if (version === 1) symlinkSync(join("..data", RULES_FILE), join(tenant, RULES_FILE));
}

function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readFileSync(join("/proc", pid, "cmdline"), "utf8")];
    } catch {
      return [];
    }
  });
}

describe("the rules, in the real Mimir", () => {
  let folder: string;
  let mimir: ConfiguredMimir;
  let alertmanager: Server;
  const told: string[] = [];

  const get = async (path: string, tenant = HUB_TENANT) =>
    (await fetch(`${mimir.url}${path}`, { headers: { "X-Scope-OrgID": tenant } })).text();
  const query = async (promql: string, tenant = HUB_TENANT) => {
    const body = await get(`/prometheus/api/v1/query?query=${encodeURIComponent(promql)}`, tenant);
    const { data } = JSON.parse(body) as { data: { result: { metric: Record<string, string> }[] } };
    return data.result.map(({ metric }) => metric);
  };
  const firing = async (alert: string) => query(`ALERTS{alertname="${alert}",alertstate="firing"}`);
  const write = (tenant: string, ...labels: Record<string, string>[]) =>
    push(
      mimir.url,
      tenant,
      labels.map((of) => ({ labels: of, samples: [[1, Date.now()]] })),
    );
  const up = (cluster: string) => ({ __name__: "up", cluster });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-mimir-"));
    mkdirSync(join(folder, "runtime"));
    alertmanager = createServer((request, answer) => {
      request.on("data", (part: Buffer) => told.push(part.toString()));
      request.on("end", () => answer.end());
    });
    await new Promise<void>((resolve) => alertmanager.listen(0, "127.0.0.1", resolve));
    const { port } = alertmanager.address() as AddressInfo;
    const alertmanagers = [`http://127.0.0.1:${port}`];
    const limits = runtimeConfig(MIMIR_RINGS, {
      [HUB_TENANT]: { retentionDays: 1, edges: [], alertmanagers },
    }).overrides[HUB_TENANT];
    // Mimir evaluates a minute late, so that what is on its way has arrived.
    const overrides = { [HUB_TENANT]: { ...limits, ruler_evaluation_delay_duration: "0s" } };
    writeFileSync(join(folder, "runtime", RUNTIME_FILE), toYaml({ overrides }));
    mountRules(folder, 1, eager(model, "1111111111111111"));
    mimir = await startConfiguredMimir(folder);
  });
  afterAll(async () => {
    await mimir?.stop();
    alertmanager?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are those of the hub's tenant, all of them, and of no other", async () => {
    const state = await until("the rules are evaluated", async () => {
      const found = runningRules(await get(RULES_PATH));
      return found.unhealthy.length === 0 && found.waiting === 0 && found.hash ? found : undefined;
    });
    expect(state.hash).toBe("1111111111111111");
    for (const tenant of ["dev", "..data", "prd"])
      expect(JSON.parse(await get(RULES_PATH, tenant))).toMatchObject({ data: { groups: [] } });
  });

  it("miss the edges whose samples are in no tenant, and forget them when they come", async () => {
    await until("both are missed", async () =>
      (await firing("EdgeSilent")).length === 2 ? true : undefined,
    );
    expect(await write("dev", up("dev"))).toBe(200);
    const missed = await until("one is missed", async () => {
      const found = await firing("EdgeSilent");
      return found.length === 1 ? found : undefined;
    });
    expect(missed).toEqual([silentAlert("prd")]);
  });

  it("say what is wrong in words, with nothing left to fill in", async () => {
    const { data } = JSON.parse(await get("/prometheus/api/v1/alerts")) as {
      data: { alerts: { labels: Record<string, string>; annotations: Record<string, string> }[] };
    };
    const texts = data.alerts.map(({ annotations }) => annotations["summary"]);
    expect(texts).toContain("Edge prd sends no metrics");
    expect(JSON.stringify(data)).not.toMatch(/\{\{|no value|error expanding/);
  });

  it("reach the Alertmanager that the hub's tenant has", async () => {
    await until("it is told of the silent edge", async () =>
      told.join().includes("EdgeSilent") ? true : undefined,
    );
  });

  it("ask for no series that Mimir does not show", async () => {
    expect(
      notShown(rules(model, ""), /^(cortex|thanos_objstore|process)_/, await get("/metrics")),
    ).toEqual([]);
  });

  it("are exchanged without a restart", async () => {
    mountRules(folder, 2, eager({ ...model, edges: model.edges.slice(0, 1) }, "2222222222222222"));
    await until("the new ones are loaded", async () =>
      runningRules(await get(RULES_PATH)).hash === "2222222222222222" ? true : undefined,
    );
    await until("nothing is missed any more", async () =>
      (await firing("EdgeSilent")).length === 0 ? true : undefined,
    );
  });

  it("keep a dead man's switch calling, with its address in no list of processes, until Mimir is away", async () => {
    const calls: string[] = [];
    const listed: string[] = [];
    const listener = createServer(({ url = "" }, answer) => {
      calls.push(url);
      // curl waits for its answer meanwhile.
      listed.push(...commandLines().filter((line) => line.includes("secret-path")));
      answer.end();
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/secret-path`;
    writeFileSync(join(folder, SWITCH_FILE), switchFile(url));
    const address = new URL(mimir.url).host;
    const script = (cluster: string) =>
      switchScript({
        questions: [{ address, arriving: { cluster, tenant: "dev" } }],
        everySeconds: 0.5,
        paths: { config: folder, beat: folder },
      });
    const env = { PATH: [dirname(program("curl", "curl")), process.env["PATH"]].join(delimiter) };

    const unwatched = run("/bin/sh", ["-c", script("stg")], { env });
    await until("it says why it is silent", async () =>
      unwatched.output().includes("do not arrive") ? true : undefined,
    );
    await unwatched.stop();
    expect(calls).toEqual([]);

    const working = run("/bin/sh", ["-c", script("dev")], { env });
    await until("it calls", async () => (calls.length >= 3 ? true : undefined));
    expect(new Set(calls)).toEqual(new Set(["/secret-path"]));
    await mimir.stop();
    await until("it stops", async () =>
      working.output().includes("do not arrive") ? true : undefined,
    );
    const before = calls.length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(calls.length).toBe(before);
    expect(listed).toEqual([]);
    await working.stop();
    expect(working.output()).not.toContain("secret-path");
    listener.close();
  });
});
