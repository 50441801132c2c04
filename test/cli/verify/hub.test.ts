import { afterEach, describe, expect, it } from "vitest";
import { backendOf } from "../../../components/backends/registry";
import { agentConfigFile } from "../../../components/edge/metrics/config";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import {
  gatewayCertificate,
  gatewayConfiguration,
  gatewayPods,
  inventory,
  inventoryDifferences,
  rules,
} from "../../../src/cli/commands/verify/checks/hub";
import { configuration } from "../../../src/cli/commands/verify/checks/agents";
import { edgeView } from "../../../src/cli/commands/verify/edge";
import { type GatewayPod, hubView, type HubView } from "../../../src/cli/commands/verify/hub";
import { parseSettings } from "../../../src/config/parse";
import { hubSections } from "../../config/settings";
import { clusterOf, contractOf, entryOf, fakeHub, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

const NEW = "aaaaaaaaaaaaaaaa";
const OLD = "bbbbbbbbbbbbbbbb";
const hashed = async () => ({ metadata: { annotations: { [CONFIG_HASH_ANNOTATION]: NEW } } });

describe("the gateway's configuration", () => {
  const hubRunning = async (...hashes: string[]): Promise<HubView> => {
    const pods = hashes.map(async (hash, index): Promise<GatewayPod> => {
      const status = await servers.texts({ "/healthz": JSON.stringify({ config: hash }) });
      return { pod: `gateway-${index}`, write: status, status };
    });
    const gateways = () => Promise.all(pods);
    return { ...hubView("ops", clusterOf({ configMap: hashed }), contractOf({})), gateways };
  };

  it("is running when every pod says so", async () => {
    expect(await gatewayConfiguration.run(await hubRunning(NEW, NEW))).toMatchObject({
      status: "passed",
      brief: "aaaaaaaa",
    });
  });

  it("is on its way while a pod runs another one", async () => {
    expect(await gatewayConfiguration.run(await hubRunning(NEW, OLD))).toEqual({
      status: "pending",
      brief: "",
      detail: `gateway-1 runs ${OLD}, deployed is ${NEW}`,
    });
  });

  it("needs all pods", async () => {
    const hub = await hubRunning(NEW);
    expect(await gatewayPods(1).run(hub)).toMatchObject({ status: "passed" });
    expect(await gatewayPods(2).run(hub)).toMatchObject({
      status: "failed",
      detail: "1 of 2 pods ready",
    });
  });
});

describe("the gateway's certificate", () => {
  it("is judged by the days that are left", async () => {
    const { hub } = await fakeHub(servers, ["dev"]);
    expect(await gatewayCertificate.run(hub)).toMatchObject({
      status: "failed",
      detail: "the certificate for localhost expires in 4 days",
    });
  });
});

describe("the agent's configuration", () => {
  const edgeRunning = async (yaml: string) => {
    const endpoint = await servers.texts({
      "/api/v1/status/config": JSON.stringify({ data: { yaml } }),
    });
    const entry = entryOf("dev");
    const home = { stack: "dev", context: "dev", cluster: () => clusterOf({ configMap: hashed }) };
    const edge = edgeView(
      "dev",
      entry,
      hubView("ops", clusterOf(), contractOf({ dev: entry })),
      home,
    );
    return {
      ...edge,
      agents: async () => [{ name: "prometheus-agent", endpoint, runningSince: undefined }],
    };
  };

  it("is compared by the hash that it carries", async () => {
    const { text, hash } = agentConfigFile({
      global: { scrape_interval: "15s", metric_name_validation_scheme: "legacy" },
      scrape_configs: [],
      remote_write: [],
    });
    expect(await configuration.run(await edgeRunning(text.replaceAll(hash, NEW)))).toMatchObject({
      status: "passed",
      brief: "aaaaaaaa",
    });
    expect(await configuration.run(await edgeRunning(text))).toMatchObject({
      status: "pending",
      detail: `prometheus-agent runs ${hash}, deployed is ${NEW}`,
    });
  });

  it("is not ours where it carries none", async () => {
    expect(await configuration.run(await edgeRunning("global: {}"))).toMatchObject({
      detail: `prometheus-agent runs a configuration without a hash, deployed is ${NEW}`,
    });
  });
});

describe("alerts", () => {
  const hubWith = (...rules: object[]) => {
    const body = JSON.stringify({ data: { groups: [{ name: "pipeline", rules }] } });
    const reader = backendOf("metrics").reader(async () => ({ status: 200, body }));
    return {
      ...hubView("ops", clusterOf({ configMap: hashed }), contractOf({ dev: entryOf("dev") })),
      metrics: async () => reader,
    };
  };
  const mark = (hash: string) => ({
    type: "recording",
    name: "heliograph_rules_info",
    health: "ok",
    labels: { hash },
  });
  const alert = (name: string, labels?: object) => {
    const alerts = labels ? [{ state: "firing", labels: { alertname: name, ...labels } }] : [];
    return { type: "alerting", name, health: "ok", alerts };
  };
  const watchdog = alert("Watchdog", {});

  it("are well when the deployed rules are running, and the watchdog alone fires", async () => {
    const hub = hubWith(mark(NEW), watchdog, alert("EdgeSilent"));
    expect(await rules.run(hub)).toMatchObject({ status: "passed", brief: "2 rules" });
  });

  it("warn of what fires, by its name and what it is about", async () => {
    const firing = [
      alert("EdgeSilent", { cluster: "dev" }),
      alert("GatewayRefusing", { edge: "stg", status: "503" }),
    ];
    expect(await rules.run(hubWith(mark(NEW), watchdog, ...firing))).toMatchObject({
      status: "warning",
      brief: "2 firing",
      detail: "EdgeSilent dev; GatewayRefusing stg",
    });
  });

  it("are on their way while other rules are running, and while nothing has been evaluated", async () => {
    expect(await rules.run(hubWith(mark(OLD), watchdog))).toMatchObject({
      status: "pending",
      detail: `cell main: rules ${OLD}, deployed is ${NEW}`,
    });
    expect(await rules.run(hubWith(mark(NEW), alert("Watchdog")))).toMatchObject({
      status: "pending",
    });
    expect(await rules.run(hubWith())).toMatchObject({ status: "pending" });
  });

  it("are not about what is wrong on clusters, but that rules about it run for each tenant", async () => {
    const own = { ...mark(NEW), labels: { hash: NEW, workload_rules: "w1" } };
    const groupsOf = (hash: string) => [
      { name: "inventory", rules: [own, watchdog] },
      {
        name: "workload-rules",
        rules: [{ ...mark(hash), name: "heliograph:workload_rules:info" }],
      },
      { name: "nodes", rules: [alert("NodeNotReady", { cluster: "dev" })] },
    ];
    const answering = (body: (tenants: string) => object) => {
      const reader = backendOf("metrics").reader(async ({ tenants = [] }) => ({
        status: 200,
        body: JSON.stringify({ data: { groups: body(tenants.join()) } }),
      }));
      return { ...hubWith(), metrics: async () => reader };
    };
    // With the hub's own, as beside Cortex, or for each tenant, as in Mimir.
    const apart = (hash: string) => (tenant: string) =>
      tenant === "heliograph" ? groupsOf("").slice(0, 1) : groupsOf(hash).slice(1);
    const passed = { status: "passed", brief: "1 rule" };
    expect(await rules.run(answering(() => groupsOf("w1")))).toMatchObject(passed);
    expect(await rules.run(answering(apart("w1")))).toMatchObject(passed);
    expect(await rules.run(answering(() => groupsOf("w0")))).toMatchObject({
      status: "pending",
      detail: "rules about workloads are not those deployed: cell main, tenant heliograph",
    });
    expect(await rules.run(answering(apart("w0")))).toMatchObject({
      status: "pending",
      detail: "rules about workloads are not those deployed: cell main, tenant dev",
    });
  });

  it("fail when a rule cannot be evaluated", async () => {
    const broken = { ...alert("EdgeSilent"), health: "err", lastError: "too many tenants" };
    expect(await rules.run(hubWith(mark(NEW), watchdog, broken))).toMatchObject({
      status: "failed",
      detail: "not evaluated: EdgeSilent: too many tenants",
    });
  });
});

describe("the inventory", () => {
  const file = (tenant: string, more = {}) => ({
    tenant,
    environment: tenant,
    region: "lab",
    clusterType: "workload" as const,
    keyGeneration: 1,
    activeSeries: 1000,
    outage: "1h",
    revoked: false,
    logBytesPerSecond: 100_000,
    spansPerSecond: 200,
    allTraces: false,
    ...more,
  });
  const { cells, tenants } = parseSettings("ops", hubSections()).hub!;

  it("differs where the stack file has not been brought up", () => {
    const wanted = {
      dev: file("dev"),
      new: file("new"),
      prd: file("prd", { region: "uaenorth", keyGeneration: 2 }),
      stg: file("stg", { revoked: true }),
    };
    const deployed = {
      dev: entryOf("dev"),
      gone: entryOf("gone"),
      prd: entryOf("prd"),
      stg: entryOf("stg"),
    };
    expect(inventoryDifferences({ cells, tenants, edges: wanted }, deployed)).toEqual([
      "gone is deployed, but not in the file any more",
      "new is not deployed yet",
      "prd differs in region, keyGeneration",
      "stg differs in revoked",
    ]);
  });

  it("is well where they agree", async () => {
    const hub = hubView("ops", clusterOf(), contractOf({ dev: entryOf("dev") }));
    expect(await inventory({ cells, tenants, edges: { dev: file("dev") } }).run(hub)).toMatchObject(
      {
        status: "passed",
        brief: "1 edge",
      },
    );
    expect(await inventory({ cells, tenants, edges: {} }).run(hub)).toMatchObject({
      status: "failed",
      detail:
        "Pulumi.ops.yaml has not been brought up: dev is deployed, but not in the file any more",
    });
  });
});
