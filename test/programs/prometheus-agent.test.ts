/**
 * Proves: the real agent sends every sample with the edge's labels and certificate, and takes new
 * files without losing what it has queued. Does not prove: what it discovers in a cluster, nor how
 * long its buffer lasts; the lab's scenarios do.
 */
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentConfig, type PrometheusAgentConfig } from "../../components/edge/metrics/config";
import { EDGE_LABELS } from "../../components/contract/names";
import { hubTarget } from "../../components/edge/hub-target";
import { configArgs } from "../components/edge/edge";
import { authority, type Authority } from "./support/certificates";
import { PodFolder, RunningAgent } from "./support/prometheus-agent";
import { RemoteWriteReceiver } from "./support/remote-write-receiver";
import { until } from "./support/server";

let hub: RemoteWriteReceiver;
let edges: Authority;
let servers: Authority;
let agent: RunningAgent;
let config: (interval: string) => PrometheusAgentConfig;
const targets: Server[] = [];
/**
 * How often the honest target was scraped: its metric `scrapes_total` counts them, so that a gap
 * shows.
 */
let scrapes = 0;

const honest: RequestListener = (request, response) => {
  if (request.url !== "/metrics") return void response.writeHead(404).end();
  response.end(`scrapes_total ${++scrapes}\n`);
};
/** Says that it belongs to another cluster and tenant. */
const lying: RequestListener = (request, response) => {
  const path = request.url ?? "";
  response.end(
    `lies_total{cluster="prd",tenant_id="customer-b",node="elsewhere",path="${path}"} 1\n`,
  );
};

function listen(server: Server): Promise<string> {
  targets.push(server);
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () =>
      resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );
}

/** The agent's own job for annotated pods, its pods given as the discovery would give them. */
function annotatedPods(interval: string, pods: Record<string, string>[]): PrometheusAgentConfig {
  const whole = agentConfig({
    ...configArgs,
    hub: hubTarget({ url: hub.url, serverName: "localhost" }),
    scrapeInterval: interval,
  });
  const job = whole.scrape_configs.find(({ job_name }) => job_name === "pods");
  const found = pods.map(({ address = "", ...meta }) => ({
    targets: [address],
    labels: Object.fromEntries(
      Object.entries(meta).map(([name, value]) => [`__meta_kubernetes_${name}`, value]),
    ),
  }));
  const given = { ...job, kubernetes_sd_configs: undefined, static_configs: found };
  return { ...whole, scrape_configs: [given] } as unknown as PrometheusAgentConfig;
}

beforeAll(async () => {
  [edges, servers] = await Promise.all([authority("edges"), authority("servers")]);
  hub = await RemoteWriteReceiver.start(await servers.issue("CN=localhost"), edges.cert);
  const plain = await listen(createServer(honest));
  const own = await (await authority("the workload's own")).issue("CN=workload");
  const secure = await listen(createTlsServer(own, lying));
  const scrape = {
    pod_annotation_prometheus_io_scrape: "true",
    namespace: "shop",
    pod_node_name: "node-1",
  };
  config = (interval) =>
    annotatedPods(interval, [
      {
        ...scrape,
        address: plain,
        pod_name: "honest",
        pod_label_app_kubernetes_io_name: "checkout",
      },
      {
        ...scrape,
        // The port of another container: the annotation names the right one.
        address: "127.0.0.1:1",
        pod_name: "lying",
        pod_annotation_prometheus_io_scheme: "https",
        pod_annotation_prometheus_io_path: "/stats",
        pod_annotation_prometheus_io_port: secure.split(":")[1] ?? "",
      },
      { address: plain, pod_name: "without-annotation" },
      { ...scrape, address: plain, pod_name: "finished", pod_phase: "Succeeded" },
    ]);

  const pod = new PodFolder();
  pod.identity(await edges.issue("CN=dev"), servers.cert);
  agent = await RunningAgent.start(pod, config("1s"));
});
afterAll(async () => {
  await agent?.stop();
  await hub?.stop();
  for (const target of targets) target.close();
});

const { labels: edgeLabels } = configArgs;

describe("every sample", () => {
  test("carries the five labels of the edge, whatever its target says", async () => {
    await until(
      "both targets arrive",
      async () => hub.of("lies_total")[0] && hub.of("scrapes_total")[0],
    );
    for (const { labels } of hub.samples) expect(labels).toMatchObject(edgeLabels);
    expect(hub.of("up").length).toBeGreaterThan(0);
    expect(hub.paths).toEqual(new Set(["/api/v1/push"]));
  });

  test("keeps what its target said as exported labels", () => {
    expect(hub.of("lies_total")[0]?.labels).toMatchObject({
      exported_cluster: "prd",
      exported_tenant_id: "customer-b",
      exported_node: "elsewhere",
      node: "node-1",
    });
    const honestLabels = hub.of("scrapes_total")[0]?.labels ?? {};
    for (const label of EDGE_LABELS) expect(honestLabels).not.toHaveProperty(`exported_${label}`);
  });

  test("is named after its pod, and found by the pod's annotations", () => {
    expect(hub.of("scrapes_total")[0]?.labels).toMatchObject({
      job: "checkout",
      namespace: "shop",
      pod: "honest",
    });
    expect(hub.of("lies_total")[0]?.labels).toMatchObject({ job: "pods", path: "/stats" });
    const pods = new Set(hub.of("up").map(({ labels }) => labels["pod"]));
    expect(pods).toEqual(new Set(["honest", "lying"]));
  });
});

describe("while it runs, the agent", () => {
  test("takes another configuration and shows its hash, and sends what was queued before", async () => {
    hub.status = 503;
    await until("the hub refused a few times", async () => (hub.refused >= 2 ? true : undefined));
    const hash = agent.configure(config("2s"));
    await until("the new hash is loaded", async () =>
      (await agent.runningHash()) === hash ? true : undefined,
    );
    hub.status = 429;
    const before = hub.refused;
    await until("the hub was too busy", async () => (hub.refused > before ? true : undefined));
    hub.status = 204;

    const last = scrapes;
    await until("what was queued arrived", async () =>
      hub.of("scrapes_total").some(({ value }) => value >= last) ? true : undefined,
    );
    const arrived = hub.of("scrapes_total").map(({ value }) => value);
    expect(arrived).toEqual(Array.from({ length: arrived.length }, (_, index) => index + 1));
    expect(agent.output().match(/Starting WAL watcher/g)).toHaveLength(1);
    expect(agent.output()).not.toContain("level=ERROR");
  });

  test("takes another certificate", async () => {
    const renewed = await edges.issue("CN=dev");
    agent.pod.identity(renewed, servers.cert);
    const serial = new X509Certificate(renewed.cert).serialNumber;
    await until("samples come with it", async () =>
      hub.clients.at(-1) === serial ? true : undefined,
    );
    const arrived = hub.of("scrapes_total").map(({ value }) => value);
    expect(new Set(arrived).size).toBe(arrived.length);
  });

  test("trusts another authority of the hub, once it is in its bundle", async () => {
    const next = await authority("the next servers");
    const { url } = hub;
    await hub.stop();
    hub = await RemoteWriteReceiver.start(
      await next.issue("CN=localhost"),
      edges.cert,
      Number(new URL(url).port),
    );
    await until("it does not trust the new one", async () =>
      hub.distrusted > 0 ? true : undefined,
    );
    expect(hub.samples).toEqual([]);
    agent.pod.identity(await edges.issue("CN=dev"), `${servers.cert}\n${next.cert}`);
    await until("samples arrive again", async () => hub.of("scrapes_total")[0]);
  });
});
