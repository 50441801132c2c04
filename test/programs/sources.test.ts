/**
 * Proves: the real agent takes of its targets what the sources say, and finds what monitors and the
 * source of GPUs describe, given what the discovery of Kubernetes would give. Does not prove: what
 * that gives; the lab does for annotated pods.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentConfig, type PrometheusAgentConfig } from "../../components/edge/metrics/config";
import { hubTarget } from "../../components/edge/hub-target";
import { resolveSources } from "../../components/edge/metrics/sources/registry";
import { configArgs } from "../components/edge/edge";
import { authority } from "./support/certificates";
import { PodFolder, RunningAgent } from "./support/prometheus-agent";
import { RemoteWriteReceiver } from "./support/remote-write-receiver";
import { until } from "./support/server";

let target: Server;
let hub: RemoteWriteReceiver;
let agent: RunningAgent;
/** What the agent says it can read. */
let accepted = "";

const METRICS =
  "http_requests_total 1\nhttp_debug_total 1\nprocess_open_fds 1\nDCGM_FI_DEV_GPU_TEMP 40\nDCGM_FI_DEV_ENC_UTIL 0\n";

/** What the discovery of Kubernetes says of four pods, one of them behind a Service. */
const pods = (address: string) =>
  [
    { pod_name: "annotated", pod_annotation_prometheus_io_scrape: "true" },
    {
      pod_name: "monitored",
      pod_label_app_kubernetes_io_name: "check.out",
      pod_container_port_name: "metrics",
      service_label_app: "shop",
      service_name: "shop",
      endpointslice_port_name: "web",
    },
    {
      pod_name: "other-port",
      pod_label_app_kubernetes_io_name: "check.out",
      pod_container_port_name: "web",
    },
    {
      pod_name: "not-it",
      pod_label_app_kubernetes_io_name: "checkXout",
      pod_container_port_name: "metrics",
    },
    {
      pod_name: "gpu",
      pod_label_app: "nvidia-dcgm-exporter",
      pod_container_port_number: "9400",
      pod_annotation_prometheus_io_scrape: "true",
      pod_node_name: "node-1",
    },
  ].map((meta) => ({
    targets: [address],
    labels: Object.fromEntries(
      Object.entries({ namespace: "shop", ...meta }).map(([name, value]) => [
        `__meta_kubernetes_${name}`,
        value,
      ]),
    ),
  }));

const monitor = { matchLabels: { "app.kubernetes.io/name": "check.out" }, port: "metrics" };
const sources = resolveSources({
  dcgm: { enabled: true },
  annotated: { keep: ["http_.*", "process_.*"], drop: ["http_debug_total"] },
  monitors: [
    { ...monitor, name: "checkout", kind: "pod", namespaces: ["shop"] },
    { ...monitor, name: "elsewhere", kind: "pod", namespaces: ["web"] },
    { ...monitor, name: "too-much", kind: "pod", sampleLimit: 4 },
    { name: "shop", kind: "service", matchLabels: { app: "shop" }, port: "web" },
  ],
});

function config(address: string): PrometheusAgentConfig {
  const whole = agentConfig({
    ...configArgs,
    hub: hubTarget({ url: hub.url, serverName: "localhost" }),
    scrapeInterval: "1s",
    sources,
  });
  const jobs = whole.scrape_configs
    .filter(
      ({ job_name }) =>
        ["pods", "dcgm-exporter"].includes(job_name) || job_name.startsWith("monitor/"),
    )
    .map((job) => ({ ...job, kubernetes_sd_configs: undefined, static_configs: pods(address) }));
  return { ...whole, scrape_configs: jobs } as unknown as PrometheusAgentConfig;
}

beforeAll(async () => {
  target = createServer(({ headers }, response) => {
    accepted = headers.accept ?? "";
    response.setHeader("content-type", "text/plain; version=0.0.4").end(METRICS);
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const [edges, servers] = await Promise.all([authority("edges"), authority("servers")]);
  hub = await RemoteWriteReceiver.start(await servers.issue("CN=localhost"), edges.cert);
  const pod = new PodFolder();
  pod.identity(await edges.issue("CN=dev"), servers.cert);
  agent = await RunningAgent.start(
    pod,
    config(`127.0.0.1:${(target.address() as AddressInfo).port}`),
  );
  await until("every target was scraped", async () =>
    hub.of("up").length >= 10 ? true : undefined,
  );
});
afterAll(async () => {
  await agent?.stop();
  await hub?.stop();
  target?.close();
});

/** `job/pod` of what arrived of a metric. */
const seen = (metric: string) =>
  [
    ...new Set(
      hub.of(metric).map(({ labels }) => `${labels["job"]}/${labels["pod"] ?? labels["instance"]}`),
    ),
  ].sort();

test("targets are asked for names that Mimir takes", () => {
  expect(accepted).toContain("escaping=underscores");
  expect(accepted).not.toContain("allow-utf-8");
});

test("monitors find what has their labels and their port, in their namespaces, and a GPU is found once", () => {
  expect(seen("up")).toEqual([
    "checkout/monitored",
    "dcgm-exporter/node-1",
    "pods/annotated",
    "shop/monitored",
    "too-much/monitored",
  ]);
  expect(hub.of("up").find(({ labels }) => labels["job"] === "shop")?.labels).toMatchObject({
    namespace: "shop",
    service: "shop",
  });
});

test("of each target is taken what its source keeps and does not drop", () => {
  const monitored = ["checkout/monitored", "shop/monitored"];
  expect(seen("http_requests_total")).toEqual([
    ...monitored.slice(0, 1),
    "pods/annotated",
    ...monitored.slice(1),
  ]);
  expect(seen("http_debug_total")).toEqual(monitored);
  expect(seen("DCGM_FI_DEV_GPU_TEMP")).toEqual([
    "checkout/monitored",
    "dcgm-exporter/node-1",
    "shop/monitored",
  ]);
  expect(seen("DCGM_FI_DEV_ENC_UTIL")).toEqual(monitored);
});

test("a target above its limit is lost as a whole, and says so", () => {
  const up = (job: string) => hub.of("up").find(({ labels }) => labels["job"] === job)?.value;
  expect([up("too-much"), up("checkout")]).toEqual([0, 1]);
  expect(seen("http_requests_total")).not.toContain("too-much/monitored");
});
