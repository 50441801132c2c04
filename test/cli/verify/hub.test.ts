import { afterEach, describe, expect, it } from "vitest";
import { agentConfigFile } from "../../../components/edge/metrics/config";
import { checksum } from "../../../components/kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import type { Pod } from "../../../src/cli/cluster/cluster";
import { Loki } from "../../../src/cli/cluster/loki";
import { PrometheusApi } from "../../../src/cli/cluster/prometheus-api";
import { Tempo } from "../../../src/cli/cluster/tempo";
import {
  gatewayCertificate,
  gatewayConfiguration,
  gatewayPods,
  inventory,
  inventoryDifferences,
  rules,
} from "../../../src/cli/commands/verify/checks/hub";
import { limits } from "../../../src/cli/commands/verify/checks/limits";
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

  it("is in force when every pod says so", async () => {
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

/** A runtime file as it is deployed; `byHand`: what somebody has made of it. */
const runtimeFile = (text: string, byHand = text) => ({
  metadata: { annotations: { [CONFIG_HASH_ANNOTATION]: checksum(text) } },
  data: { "runtime.yaml": byHand },
});

describe("limits", () => {
  const deployed = "overrides: { dev: { ingestion_rate: 10000 } }";
  const hubWith = async (inForce: string, byHand?: string) => {
    const mimir = { text: async () => inForce } as unknown as Awaited<
      ReturnType<HubView["metrics"]>
    >;
    const configMap = async () => runtimeFile(deployed, byHand);
    const view = hubView("ops", clusterOf({ configMap }), contractOf({ dev: entryOf("dev") }));
    return { ...view, metrics: async () => mimir };
  };

  it("are compared tenant by tenant", async () => {
    const same = await hubWith(
      "overrides: { dev: { ingestion_rate: 10000, max_label_names_per_series: 30 } }",
    );
    expect(await limits.run(same)).toMatchObject({ status: "passed", brief: "1 tenant" });
    expect(await limits.run(await hubWith("overrides: {}"))).toMatchObject({
      status: "pending",
      detail: "cell main: Mimir: tenant dev: has no limits in force",
    });
  });

  it("are not in force where somebody changed the runtime file, though Mimir follows it", async () => {
    const byHand = deployed.replace("10000", "10");
    await expect(limits.run(await hubWith(byHand, byHand))).rejects.toMatchObject({
      message: "ConfigMap heliograph-hub/mimir-main-runtime is not what was deployed",
      next: "pulumi refresh --stack ops && npm run up -- ops",
    });
  });
});

describe("a cell with Cortex", () => {
  it("is asked where its own pods, limits and rules are", async () => {
    const server = await servers.texts({
      "/runtime_config": "overrides: {}",
      "/prometheus/api/v1/rules": JSON.stringify({ data: { groups: [] } }),
    });
    const asked: string[] = [];
    const cluster = clusterOf({
      pods: async (_, { instance }) => {
        asked.push(`pods of ${instance}`);
        return instance?.endsWith("microservices")
          ? []
          : [{ name: `${instance}-0`, ready: true } as Pod];
      },
      endpoint: ({ pod }) => {
        asked.push(pod ?? "");
        return server;
      },
      configMap: async (_, name) => {
        asked.push(name);
        return runtimeFile("overrides: { dev: { ingestion_rate: 10000 } }");
      },
    });
    const contract = {
      ...contractOf({ dev: entryOf("dev") }),
      metricsBackends: { main: "cortex" as const },
    };
    const hub = hubView("ops", cluster, contract);
    expect(await limits.run(hub)).toMatchObject({
      detail: "cell main: Cortex: tenant dev: has no limits in force",
    });
    await rules.run(hub);
    expect([...new Set(asked)].sort()).toEqual([
      "cortex-main-0",
      "cortex-main-rules",
      "cortex-main-runtime",
      "pods of cortex-main",
      "pods of cortex-main-microservices",
      "pods of ruler-main",
      "ruler-main-0",
    ]);
  });
});

describe("limits of logs and traces", () => {
  const signals = ["metrics", "logs", "traces"] as const;
  const retention = (days: number) => `overrides: { dev: { retention: ${days}d } }`;
  const hubWith = async (inLoki: number, inTempo: number) => {
    const server = await servers.texts({
      "/runtime_config": retention(7),
      "/config/tenant/v1/limits": `retention: ${inLoki}d`,
      "/status/runtime_config": `GET /status/runtime_config\n---\n${retention(inTempo)}`,
    });
    const configMap = async () => runtimeFile(retention(7));
    const view = hubView(
      "ops",
      clusterOf({ configMap }),
      contractOf({ dev: entryOf("dev", { signals: [...signals] }) }),
    );
    const mimir = async () => new PrometheusApi(server);
    return {
      ...view,
      metrics: mimir,
      loki: async () => new Loki(server),
      tempo: async () => new Tempo(server),
    };
  };

  it("are compared where the cell stores them", async () => {
    expect(await limits.run(await hubWith(7, 7))).toMatchObject({ status: "passed" });
    expect(await limits.run(await hubWith(30, 14))).toMatchObject({
      status: "pending",
      detail:
        "cell main: Loki: tenant dev: retention should be 7d, is 30d; cell main: Tempo: tenant dev: retention should be 7d, is 14d",
    });
  });
});

describe("alerts", () => {
  const hubWith = (...rules: object[]) => {
    const text = async () => JSON.stringify({ data: { groups: [{ rules }] } });
    const mimir = async () => ({ text }) as unknown as Awaited<ReturnType<HubView["metrics"]>>;
    return {
      ...hubView("ops", clusterOf({ configMap: hashed }), contractOf({ dev: entryOf("dev") })),
      metrics: mimir,
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

  it("are well when the deployed rules are in force, and the watchdog alone fires", async () => {
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

  it("are on their way while other rules are in force, and while nothing has been evaluated", async () => {
    expect(await rules.run(hubWith(mark(OLD), watchdog))).toMatchObject({
      status: "pending",
      detail: `cell main: rules ${OLD}, deployed is ${NEW}`,
    });
    expect(await rules.run(hubWith(mark(NEW), alert("Watchdog")))).toMatchObject({
      status: "pending",
    });
    expect(await rules.run(hubWith())).toMatchObject({ status: "pending" });
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
