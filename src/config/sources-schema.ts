import { z } from "zod";
import type { SourceName } from "../../components/contract/sources";
import { isMetricPattern, METRIC_PATTERN_EXPECTED } from "../../components/kit/metric-pattern";
import { described, duration, name, text, whole } from "../../components/kit/fields";

const patterns = (what: string, example: string) =>
  described(
    z
      .array(described(z.string().refine(isMetricPattern), METRIC_PATTERN_EXPECTED, example))
      .min(1)
      .optional(),
    `${what}: a list of names, or of regular expressions for whole names`,
    [example],
  );

const filter = (example: string) => ({
  keep: patterns("Metrics to keep; all where left out", example),
  drop: patterns("Metrics to drop, of those that are kept", example),
});

const limit = {
  sampleLimit: whole(
    "Samples that one target may give in a scrape; of a target above it nothing is taken",
    [1, 10_000_000],
    50_000,
  ).optional(),
};

/** `on`: whether it is scraped where nothing is said. */
const source = <Shape extends z.ZodRawShape>(what: string, on: boolean, shape: Shape) => {
  const enabled = described(z.boolean().default(on), `Whether it is scraped: true or false`, !on);
  return described(z.strictObject({ enabled, ...shape }).optional(), what, { enabled: !on });
};

const sources = {
  kubelet: source(
    "Kubelets: pods and volumes as their node sees them",
    true,
    filter("kubelet_volume_.*"),
  ),
  cadvisor: source(
    "cAdvisor: CPU, memory, disk and network of containers",
    true,
    filter("container_.*"),
  ),
  apiServer: source("API servers", true, filter("apiserver_request_.*")),
  nodeExporter: source(
    "node-exporter on every node, deployed with it",
    true,
    filter("node_cpu_.*"),
  ),
  kubeStateMetrics: source(
    "kube-state-metrics, deployed with it: what the API server knows of objects",
    true,
    filter("kube_pod_.*"),
  ),
  dcgm: source(
    "NVIDIA's dcgm-exporter, where the cluster runs it: GPUs",
    false,
    filter("DCGM_FI_DEV_.*"),
  ),
  annotated: source('Pods and services with the annotation prometheus.io/scrape: "true"', true, {
    ...filter("http_.*"),
    ...limit,
  }),
} satisfies Record<SourceName, z.ZodType>;

const monitor = described(
  z.strictObject({
    name: name("Name of the monitor, and the label `job` of its metrics", "checkout"),
    kind: described(
      z.enum(["pod", "service"]),
      "Whether pods are found by their own labels or by those of their Service: pod or service",
      "pod",
    ),
    matchLabels: described(
      z.record(z.string().min(1), z.string()).refine((labels) => Object.keys(labels).length > 0),
      "Labels that the pod or the Service has, at least one, as text to text",
      { "app.kubernetes.io/name": "checkout" },
    ),
    port: text("Name of the port", "metrics"),
    namespaces: described(
      z.array(name("A namespace", "shop")).min(1).optional(),
      "Namespaces to look in, a list; all where left out",
      ["shop"],
    ),
    path: described(
      z.string().regex(/^\//).optional(),
      "Path of the metrics, starting with /",
      "/metrics",
    ),
    scheme: described(
      z.enum(["http", "https"]).optional(),
      "How the target is asked: http or https",
      "https",
    ),
    interval: duration(
      "How often it is scraped, at most 5m; the edge's scrapeInterval where left out",
      "30s",
    ).optional(),
    ...filter("http_.*"),
    ...limit,
  }),
  "Targets found by their labels",
  {
    name: "checkout",
    kind: "pod",
    matchLabels: { "app.kubernetes.io/name": "checkout" },
    port: "metrics",
  },
);

export const sourcesSection = described(
  z
    .strictObject({
      ...sources,
      monitors: described(
        z.array(monitor).default([]),
        "Targets found by their labels: a list of monitors",
        [{ name: "checkout", kind: "pod", matchLabels: { app: "checkout" }, port: "metrics" }],
      ),
    })
    .default({ monitors: [] }),
  "What is scraped",
  { dcgm: { enabled: true } },
);
