import { sourcesOn, type SourceName, SOURCES } from "../../../contract/sources";
import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../../../contract/names";
import { DURATION, toSeconds } from "../../../kit/duration";
import { isMetricPattern, METRIC_PATTERN_EXPECTED } from "../../../kit/metric-pattern";
import type { Problem } from "../../../kit/problems";

/** A source of metrics that Heliograph knows. */
export interface EdgeSourceArgs {
  /** Whether it is scraped. Defaults to true, for `dcgm` to false. */
  enabled?: boolean;
  /** Metrics to keep: names, or regular expressions (RE2) for whole names. Defaults to all; for `dcgm` to the list in dcgm.ts. */
  keep?: string[];
  /** Metrics to drop, of those that are kept: names, or regular expressions (RE2) for whole names. Defaults to none. */
  drop?: string[];
}

/** Pods and services that ask for it by annotation. */
export interface EdgeAnnotatedArgs {
  /** Whether they are scraped. Defaults to true. */
  enabled?: boolean;
  /** Metrics to keep: names, or regular expressions (RE2) for whole names. Defaults to all. */
  keep?: string[];
  /** Metrics to drop, of those that are kept: names, or regular expressions (RE2) for whole names. Defaults to none. */
  drop?: string[];
  /**
   * Samples that one target may give in a scrape. Above it the whole scrape is lost, and `up` is 0: a fence against one target that would use up the
   * tenant's room, not a budget. Defaults to none.
   */
  sampleLimit?: number;
}

/** What a monitor discovers. */
export const EdgeMonitorKind = { pod: "pod", service: "service" } as const;
export type EdgeMonitorKind = (typeof EdgeMonitorKind)[keyof typeof EdgeMonitorKind];

/** How a target is asked. */
export const EdgeMonitorScheme = { http: "http", https: "https" } as const;
export type EdgeMonitorScheme = (typeof EdgeMonitorScheme)[keyof typeof EdgeMonitorScheme];

/** Targets found by their labels, as a PodMonitor or a ServiceMonitor finds them, for workloads without annotations. */
export interface EdgeMonitorArgs {
  /** Name of the monitor, and the label `job` of its metrics. A DNS label. */
  name: string;
  /** Whether pods are found by their own labels (`pod`) or by those of their Service (`service`). */
  kind: EdgeMonitorKind;
  /** Labels that the pod or the Service has. */
  matchLabels: Record<string, string>;
  /** Name of the port: the container's for a pod, the Service's for a service. */
  port: string;
  /** Namespaces to look in. Defaults to all. */
  namespaces?: string[];
  /** Path of the metrics. Defaults to `/metrics`. */
  path?: string;
  /** `http` or `https`; a certificate is not verified, and nothing secret is sent. Defaults to `http`. */
  scheme?: EdgeMonitorScheme;
  /** How often it is scraped, e.g. `30s`; at most `5m`, because queries look back so far. Defaults to the edge's `scrapeInterval`. */
  interval?: string;
  /** Metrics to keep: names, or regular expressions (RE2) for whole names. Defaults to all. */
  keep?: string[];
  /** Metrics to drop, of those that are kept: names, or regular expressions (RE2) for whole names. Defaults to none. */
  drop?: string[];
  /** Samples that one target may give in a scrape. Above it the whole scrape is lost, and `up` is 0. Defaults to none. */
  sampleLimit?: number;
}

/** What an edge scrapes. */
export interface EdgeSourcesArgs {
  /** Kubelets: pods and volumes as their node sees them. Defaults to on. */
  kubelet?: EdgeSourceArgs;
  /** cAdvisor: CPU, memory, disk and network of containers. Defaults to on. */
  cadvisor?: EdgeSourceArgs;
  /** API servers. Defaults to on. */
  apiServer?: EdgeSourceArgs;
  /** node-exporter on every node, which is deployed with it. Defaults to on. */
  nodeExporter?: EdgeSourceArgs;
  /** kube-state-metrics: what the API server knows of deployments, pods, claims; it is deployed with it. Defaults to on. */
  kubeStateMetrics?: EdgeSourceArgs;
  /** NVIDIA's dcgm-exporter, where the cluster runs it: GPUs. Defaults to off. */
  dcgm?: EdgeSourceArgs;
  /** Pods and services with the annotation `prometheus.io/scrape: "true"`. Defaults to on. */
  annotated?: EdgeAnnotatedArgs;
  /** Pods and services found by their labels. Defaults to none. */
  monitors?: EdgeMonitorArgs[];
}

/** What is taken of a target's metrics. */
export interface MetricFilter {
  readonly keep?: readonly string[];
  readonly drop?: readonly string[];
  readonly sampleLimit?: number;
}

/** The sources that are on, and what is taken of each. */
export type Sources = { readonly [Name in SourceName]?: MetricFilter } & {
  readonly monitors: readonly EdgeMonitorArgs[];
};

export function resolveSources({ monitors = [], ...sources }: EdgeSourcesArgs = {}): Sources {
  return {
    ...Object.fromEntries(sourcesOn(sources).map((name) => [name, sources[name] ?? {}])),
    monitors,
  };
}

/** Queries look back 5 minutes: what is scraped more seldom has gaps. */
const LONGEST_INTERVAL_SECONDS = 300;

interface Filter {
  readonly keep?: readonly string[];
  readonly drop?: readonly string[];
  readonly sampleLimit?: number;
}

export function sourceProblems({ monitors = [], ...sources }: EdgeSourcesArgs): Problem[] {
  return [
    ...SOURCES.flatMap((name) => filterProblems(`sources.${name}`, sources[name] ?? {})),
    ...monitors.flatMap((monitor, index) => [
      ...monitorProblems(`sources.monitors[${index}]`, monitor, monitors.slice(0, index)),
      ...filterProblems(`sources.monitors[${index}]`, monitor),
    ]),
  ];
}

function filterProblems(path: string, { sampleLimit, ...filter }: Filter): Problem[] {
  const lists = (["keep", "drop"] as const).flatMap((list) => {
    const patterns = filter[list];
    if (patterns === undefined || (patterns.length > 0 && patterns.every(isMetricPattern)))
      return [];
    const got = patterns.find((pattern) => !isMetricPattern(pattern)) ?? patterns;
    return [
      problem(`${path}.${list}`, got, METRIC_PATTERN_EXPECTED, [
        "http_requests_total",
        "process_.*",
      ]),
    ];
  });
  const whole = sampleLimit === undefined || (Number.isInteger(sampleLimit) && sampleLimit > 0);
  return [
    ...lists,
    ...unless(whole, `${path}.sampleLimit`, sampleLimit, "a whole number above 0", 50_000),
  ];
}

function monitorProblems(
  path: string,
  monitor: EdgeMonitorArgs,
  before: readonly EdgeMonitorArgs[],
): Problem[] {
  const { name, kind, matchLabels, port, path: metrics, scheme, interval } = monitor;
  const known = (values: object, value: string | undefined) =>
    value === undefined || value in values;
  const oftenEnough =
    interval === undefined ||
    (DURATION.test(interval) && toSeconds(interval) <= LONGEST_INTERVAL_SECONDS);
  const alone = !before.some((other) => other.name === name);
  return [
    ...unless(DNS_LABEL.test(name), `${path}.name`, name, DNS_LABEL_EXPECTED, "checkout"),
    ...unless(alone, `${path}.name`, name, "a name that no other monitor has", `${name}-2`),
    ...unless(known(EdgeMonitorKind, kind), `${path}.kind`, kind, "pod or service", "pod"),
    ...unless(
      Object.keys(matchLabels).length > 0,
      `${path}.matchLabels`,
      matchLabels,
      "at least one label",
      {
        app: "x",
      },
    ),
    ...unless(port !== "", `${path}.port`, port, "the name of a port", "metrics"),
    ...unless(
      metrics?.startsWith("/") ?? true,
      `${path}.path`,
      metrics,
      "a path that starts with /",
      "/metrics",
    ),
    ...unless(known(EdgeMonitorScheme, scheme), `${path}.scheme`, scheme, "http or https", "https"),
    ...unless(oftenEnough, `${path}.interval`, interval, "a duration of at most 5m", "30s"),
  ];
}

function unless(
  good: boolean,
  path: string,
  got: unknown,
  expected: string,
  example: unknown,
): Problem[] {
  return good ? [] : [problem(path, got, expected, example)];
}

function problem(path: string, got: unknown, expected: string, example: unknown): Problem {
  return { path, got, expected, paste: `${path.split(".").at(-1)}: ${JSON.stringify(example)}` };
}
