/**
 * Proves: what is scraped, of which sources, and what for. Does not prove: that Prometheus finds
 * it; test/programs and the lab do.
 */
import { describe, expect, it } from "vitest";
import { hubTarget } from "../../../components/edge/hub-target";
import { agentConfig } from "../../../components/edge/metrics/config";
import type { EdgeMonitorArgs } from "../../../components/edge/metrics/sources/args";
import { RESOURCES, RULES } from "../../../components/edge/metrics/sources/kube-state-metrics";
import {
  type EdgeSourcesArgs,
  resolveSources,
  SOURCE_NAMES,
} from "../../../components/edge/metrics/sources/registry";
import { edgeIssues, type EdgeValues } from "../../../components/edge/model";
import { edgeFlows } from "../../../components/edge/network";
import { configArgs, edgeArgs } from "./edge";

const jobsOf = (sources: EdgeSourcesArgs) =>
  Object.fromEntries(
    agentConfig({ ...configArgs, sources: resolveSources(sources) }).scrape_configs.map((job) => [
      job.job_name,
      job,
    ]),
  );
const checkout: EdgeMonitorArgs = {
  name: "checkout",
  kind: "pod",
  matchLabels: { "app.kubernetes.io/name": "check.out" },
  port: "metrics",
};

describe("a source", () => {
  it("is scraped unless it is off, and GPUs only where they are on", () => {
    const usual = [
      "kubelet",
      "cadvisor",
      "kube-apiserver",
      "node-exporter",
      "kube-state-metrics",
      "pods",
      "services",
    ];
    expect(Object.keys(jobsOf({}))).toEqual(usual);
    expect(Object.keys(jobsOf({ dcgm: { enabled: true } }))).toContain("dcgm-exporter");
    const none = Object.fromEntries(SOURCE_NAMES.map((name) => [name, { enabled: false }]));
    expect(Object.keys(jobsOf(none))).toEqual([]);
  });

  it("is left as it is by nothing said, and filtered after what Heliograph drops itself", () => {
    const filter = {
      keep: ["container_cpu_.*", "container_memory_rss"],
      drop: ["container_cpu_cfs_.*"],
    };
    const own = jobsOf({})["cadvisor"]?.metric_relabel_configs ?? [];
    expect(jobsOf({ cadvisor: filter })["cadvisor"]?.metric_relabel_configs).toEqual([
      ...own,
      {
        source_labels: ["__name__"],
        regex: "container_cpu_.*|container_memory_rss",
        action: "keep",
      },
      { source_labels: ["__name__"], regex: "container_cpu_cfs_.*", action: "drop" },
    ]);
    expect(jobsOf({ cadvisor: {} })).toEqual(jobsOf({}));
    expect(jobsOf({ annotated: { sampleLimit: 5000 } })["pods"]?.sample_limit).toBe(5000);
  });

  it("changes nothing of remote_write: a changed one skips what is queued", () => {
    const remoteWrite = (sources: EdgeSourcesArgs) =>
      agentConfig({ ...configArgs, sources: resolveSources(sources) }).remote_write;
    const all = { dcgm: { enabled: true }, kubelet: { enabled: false }, monitors: [checkout] };
    expect(remoteWrite(all)).toEqual(remoteWrite({}));
  });

  it("of GPUs is taken once, though its operator annotates it, and by a list of names unless another is given", () => {
    const { "dcgm-exporter": dcgm, pods, services } = jobsOf({ dcgm: { enabled: true } });
    const [mine] = dcgm?.relabel_configs ?? [];
    for (const job of [pods, services])
      expect(job?.relabel_configs?.[0]).toEqual({ ...mine, action: "drop" });
    expect(JSON.stringify(dcgm?.metric_relabel_configs)).toContain("GPU_UTIL");
    const own = jobsOf({ dcgm: { enabled: true, keep: ["DCGM_FI_DEV_GPU_TEMP"] } })[
      "dcgm-exporter"
    ];
    expect(own?.metric_relabel_configs).toEqual([
      { source_labels: ["__name__"], regex: "DCGM_FI_DEV_GPU_TEMP", action: "keep" },
    ]);
    expect(jobsOf({})["pods"]?.relabel_configs).not.toContainEqual({ ...mine, action: "drop" });
  });
});

describe("a monitor", () => {
  it("finds pods by their labels, taken as text, in any namespace or in those named", () => {
    const job = jobsOf({ monitors: [{ ...checkout, namespaces: ["shop", "web"] }] })[
      "monitor/checkout"
    ];
    expect(job?.relabel_configs?.slice(0, 3)).toEqual([
      { source_labels: ["__meta_kubernetes_namespace"], regex: "shop|web", action: "keep" },
      {
        source_labels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
        regex: "check\\.out",
        action: "keep",
      },
      {
        source_labels: ["__meta_kubernetes_pod_container_port_name"],
        regex: "metrics",
        action: "keep",
      },
    ]);
  });

  it("shares its discovery with the annotated jobs: another one would list all pods again", () => {
    const { pods, services, ...jobs } = jobsOf({
      monitors: [checkout, { ...checkout, name: "web", kind: "service" }],
    });
    expect(jobs["monitor/checkout"]?.kubernetes_sd_configs).toEqual(pods?.kubernetes_sd_configs);
    expect(jobs["monitor/web"]?.kubernetes_sd_configs).toEqual(services?.kubernetes_sd_configs);
  });

  it("is refused with everything that is wrong with it", () => {
    const wrong = {
      ...checkout,
      name: "Checkout",
      matchLabels: {},
      port: "",
      path: "metrics",
      interval: "10m",
    };
    const issuesOf = (sources: EdgeSourcesArgs) =>
      edgeIssues({ ...(edgeArgs as EdgeValues), sources }).map(({ path }) => path.join("."));
    const all = issuesOf({
      monitors: [wrong, checkout, checkout],
      kubelet: { drop: ["a(?=b)"] },
    });
    expect(all).toEqual([
      "sources.kubelet.drop.0",
      "sources.monitors.0.name",
      "sources.monitors.0.matchLabels",
      "sources.monitors.0.port",
      "sources.monitors.0.path",
      "sources.monitors.0.interval",
      "sources.monitors.2.name",
    ]);
    expect(issuesOf({ monitors: [checkout], dcgm: { enabled: true } })).toEqual([]);
  });
});

describe("kube-state-metrics", () => {
  it("looks for what it may read, and may only list and watch", () => {
    expect(RULES.flatMap(({ resources }) => resources).sort()).toEqual(RESOURCES);
    for (const { verbs } of RULES) expect(verbs).toEqual(["list", "watch"]);
    for (const secret of ["secrets", "configmaps", "roles"])
      expect(RESOURCES).not.toContain(secret);
  });
});

describe("the connections of a source", () => {
  const namespaces = { namespace: "heliograph", nodeNamespace: "heliograph-node" };
  const flowsOf = (sources: EdgeSourcesArgs) =>
    edgeFlows({
      ...namespaces,
      hub: hubTarget({ url: "https://ingest.example.com", serverName: "" }),
      sources: resolveSources(sources),
      telemetry: { exporters: [] },
    });

  it("are there with it, and not without it", () => {
    const whys = (sources: EdgeSourcesArgs) => flowsOf(sources).map(({ why }) => why);
    expect(whys({}).filter((why) => why.includes("GPU"))).toEqual([]);
    expect(whys({ dcgm: { enabled: true } })).toContain("metrics of GPUs");
    const off = { enabled: false };
    const least = whys({
      kubelet: off,
      cadvisor: off,
      nodeExporter: off,
      kubeStateMetrics: off,
      annotated: off,
    });
    expect(least).toEqual([
      "name resolution",
      "name resolution",
      "the API server: what there is to scrape, its metrics",
      "the hub's gateway",
      "the agents' own metrics",
    ]);
  });
});
