import { z } from "zod";
import { described } from "../../../kit/fields";
import type { Flow } from "../../../kit/flows";
import { drop, keep } from "../relabel";
import { annotated } from "./annotated";
import { apiServer } from "./api-server";
import {
  metricFilterFields,
  monitorFields,
  sampleLimitField,
  type EdgeAnnotatedArgs,
  type EdgeMonitorArgs,
  type EdgeSourceArgs,
} from "./args";
import { dcgm } from "./dcgm";
import { kubeStateMetrics } from "./kube-state-metrics";
import { cadvisor, kubelet } from "./kubelet";
import { monitorJob } from "./monitors";
import { nodeExporter } from "./node-exporter";
import {
  workloadFlow,
  type PolicyRule,
  type ScrapeConfig,
  type ScrapeContext,
  type ScrapePeers,
  type Source,
} from "./source";

/**
 * Every source, by its key in `sources`, in the order in which it is listed to people. The first
 * ones show the cluster itself, the last one what users run in it.
 */
export const SOURCES = {
  kubelet,
  cadvisor,
  apiServer,
  nodeExporter,
  kubeStateMetrics,
  dcgm,
  annotated,
} satisfies Record<Exclude<keyof EdgeSourcesArgs, "monitors">, Source>;

/** What an edge scrapes. */
export interface EdgeSourcesArgs {
  /** Kubelets: pods and volumes, as their node sees them. Defaults to on. */
  kubelet?: EdgeSourceArgs;
  /** cAdvisor: CPU, memory, disk and network of containers. Defaults to on. */
  cadvisor?: EdgeSourceArgs;
  /** API servers: the requests to them. Defaults to on. */
  apiServer?: EdgeSourceArgs;
  /**
   * node-exporter, which is then deployed on every node: CPU, memory, disks and network of nodes.
   * Defaults to on.
   */
  nodeExporter?: EdgeSourceArgs;
  /**
   * kube-state-metrics, which is then deployed: the state of deployments, pods and claims, as the
   * API server has it. Defaults to on.
   */
  kubeStateMetrics?: EdgeSourceArgs;
  /** NVIDIA's dcgm-exporter, if the cluster runs it: GPUs. Defaults to off. */
  dcgm?: EdgeSourceArgs;
  /** Pods and services with the annotation `prometheus.io/scrape: "true"`. Defaults to on. */
  annotated?: EdgeAnnotatedArgs;
  /** Pods and services that are selected by labels. Defaults to none. */
  monitors?: EdgeMonitorArgs[];
}

export type SourceName = keyof typeof SOURCES;
export const SOURCE_NAMES = Object.keys(SOURCES) as SourceName[];

/** The sources that are enabled, by default or by the user. */
export function enabledSources(said: {
  readonly [Name in SourceName]?: { readonly enabled?: boolean | undefined } | undefined;
}): SourceName[] {
  return SOURCE_NAMES.filter((name) => said[name]?.enabled ?? SOURCES[name].enabledByDefault);
}

/** Which of a target's metrics are taken. */
interface MetricFilter {
  readonly keep?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly sampleLimit?: number | undefined;
}

/** The sources that are enabled, and which metrics are taken of each. */
export type Sources = { readonly [Name in SourceName]?: MetricFilter } & {
  readonly monitors: readonly EdgeMonitorArgs[];
};

export function resolveSources({ monitors = [], ...sources }: EdgeSourcesArgs = {}): Sources {
  return {
    ...Object.fromEntries(enabledSources(sources).map((name) => [name, sources[name] ?? {}])),
    monitors,
  };
}

const enabledIn = (sources: Sources): Source[] =>
  SOURCE_NAMES.filter((name) => sources[name]).map((name) => SOURCES[name]);

/** The scrape jobs of the sources that are enabled. */
export function scrapeConfigs(
  sources: Sources,
  context: Omit<ScrapeContext, "claimed">,
): ScrapeConfig[] {
  const claimed = enabledIn(sources).flatMap(({ claims }) => claims ?? []);
  const jobs = SOURCE_NAMES.flatMap((name) => {
    const [filter, source]: [MetricFilter | undefined, Source] = [sources[name], SOURCES[name]];
    if (!filter) return [];
    const wanted = { keep: source.defaultKeep, ...filter };
    return source.jobs({ ...context, claimed }).map((job) => filtered(job, wanted));
  });
  return [...jobs, ...sources.monitors.map((monitor) => filtered(monitorJob(monitor), monitor))];
}

/** Prometheus' own series of a scrape (`up`, its duration) are not touched by rules for names. */
function filtered(
  job: ScrapeConfig,
  { keep: kept, drop: dropped, sampleLimit }: MetricFilter,
): ScrapeConfig {
  const rules = [
    ...(job.metric_relabel_configs ?? []),
    ...(kept ? [keep("__name__", kept.join("|"))] : []),
    ...(dropped ? [drop("__name__", dropped.join("|"))] : []),
  ];
  return {
    ...job,
    ...(rules.length > 0 && { metric_relabel_configs: rules }),
    ...(sampleLimit !== undefined && { sample_limit: sampleLimit }),
  };
}

/** The permissions of the agent: to discover targets, and to read metrics. No Secret, no write. */
export function agentPermissions(sources: Sources): PolicyRule[] {
  const enabled = enabledIn(sources);
  const discovered = [...enabled.flatMap(({ discovers = [] }) => discovers), "pods", "services"];
  const discover = (apiGroup: string, resources: readonly string[]) => ({
    apiGroups: [apiGroup],
    resources: [...new Set(resources)],
    verbs: ["list", "watch"],
  });
  return [
    discover("", discovered),
    discover("discovery.k8s.io", ["endpointslices"]),
    ...distinct(enabled.flatMap(({ permissions = [] }) => permissions)),
  ];
}

/** The connections of the sources that are enabled, the widest first. */
export function sourceFlows(sources: Sources, peers: ScrapePeers): Flow[] {
  const flows = [
    ...enabledIn(sources).flatMap((source) => source.flows(peers)),
    ...(sources.monitors.length > 0 ? [workloadFlow(peers)] : []),
  ];
  const width = ({ to, ports }: Flow) => {
    if ("addresses" in to) return 0;
    if ("anyPod" in to) return ports.length === 0 ? 1 : 2;
    return 3;
  };
  return distinct(flows).sort((a, b) => width(a) - width(b));
}

function distinct<T>(all: readonly T[]): T[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

function sourceFields(source: Source) {
  const { title, enabledByDefault: on, example, limitsSamples, defaultKeep } = source;
  const enabled = described(
    z.boolean().default(on),
    "Whether the source is scraped",
    !on,
    "true or false",
  );
  const fields = {
    enabled,
    ...metricFilterFields(example, defaultKeep && "a list of the most useful ones"),
    ...(limitsSamples && sampleLimitField),
  };
  return described(z.strictObject(fields).optional(), title, { enabled: !on });
}

type SourceSchema = z.ZodOptional<
  z.ZodObject<
    { enabled: z.ZodDefault<z.ZodBoolean> } & ReturnType<typeof metricFilterFields> &
      typeof sampleLimitField,
    z.core.$strict
  >
>;

/** Limits and defaults of `EdgeSourcesArgs`. */
export const edgeSources = described(
  z
    .strictObject({
      ...(Object.fromEntries(
        SOURCE_NAMES.map((name) => [name, sourceFields(SOURCES[name])]),
      ) as Record<SourceName, SourceSchema>),
      monitors: described(
        z.array(monitorFields).default([]),
        "Pods and services that are selected by labels",
        [{ name: "checkout", kind: "pod", matchLabels: { app: "checkout" }, port: "metrics" }],
        "a list of monitors",
      ),
    })
    .default({ monitors: [] }),
  "What is scraped",
  { dcgm: { enabled: true } },
);
