import type { Dashboard, Panels } from "../../dashboards/kit/dashboard";
import { drill, graph, stat, states, UP_OR_DOWN } from "../../dashboards/kit/panels";
import { type Scope, scope, variablesOf } from "../../dashboards/kit/scope";
import { rate } from "../../dashboards/kubernetes/metrics";

/** Pods of the hub, within the cluster and namespace that they run in. */
const HUB = scope("tenant", "cluster", "namespace");

/** What dashboards of a backend are made of, beside what all have in common. */
export interface BackendBoards {
  readonly name: string;
  readonly title: string;
  /** A metric that each of its processes has. */
  readonly present: string;
  /** Histogram of requests, without `_bucket`, and its labels of path and status. */
  readonly requests: {
    readonly histogram: string;
    readonly route: string;
    /** Counter of requests by status. Defaults to that of the histogram. */
    readonly counter?: string;
    readonly status: string;
  };
  /** What it stores, at a glance. */
  overview(of: BoardTerms): Panels;
  writes(of: BoardTerms): Panels;
  reads(of: BoardTerms): Panels;
  compactor(of: BoardTerms): Panels;
  caches(of: BoardTerms): Panels;
  /** Prefix of the metrics of its bucket's client, or its panels where that has others. */
  readonly objectStore: string | ((of: BoardTerms) => Panels);
}

/** PromQL of one backend's pods. */
export interface BoardTerms extends Scope {
  /** Rate of a counter by labels. */
  rates(metric: string, by: string, more?: string): string;
  /** A quantile of a histogram by labels. */
  quantile(of: number, histogram: string, by: string, more?: string): string;
  sum(metric: string, by: string, more?: string): string;
}

const TO_POD = drill("Pod", "pod", "cluster", "namespace", "pod");
const TO_LOGS = drill("Logs", "logs", "cluster", "namespace");

export function backendBoards(backend: BackendBoards): Dashboard[] {
  const { name, title, present, overview, writes, reads, compactor, objectStore, caches } = backend;
  // Its processes alone: another backend may have metrics of the same names.
  const job = `job="${name}"`;
  const and = (more?: string) => [job, more].filter(Boolean).join(",");
  const of: BoardTerms = {
    ...HUB,
    series: (metric, more) => HUB.series(metric, and(more)),
    rates: (metric, by, more) => `sum by (${by}) (${rate(HUB.series(metric, and(more)))})`,
    sum: (metric, by, more) => `sum by (${by}) (${HUB.series(metric, and(more))})`,
    quantile: (part, histogram, by, more) =>
      `histogram_quantile(${part}, sum by (${by}, le) (${rate(HUB.series(`${histogram}_bucket`, and(more)))}))`,
  };
  const all = ["", "-writes", "-reads", "-compactor", "-object-store"].map(
    (suffix) => `${name}${suffix}`,
  );
  const common = (suffix: string) => ({
    name: `${name}${suffix}`,
    folder: title,
    audience: "operators" as const,
    variables: variablesOf(HUB, present),
    related: [...all.filter((other) => other !== `${name}${suffix}`), "pipeline", "logs"],
  });
  return [
    {
      ...common(""),
      title,
      description: `${title} at a glance: what it stores, whether its processes are well, what they use`,
      rows: {
        "At a glance": overview(of),
        Processes: processes(of),
        Requests: requests(backend, of),
        Resources: resources(name),
      },
    },
    {
      ...common("-writes"),
      title: `${title}: writes`,
      description: `What ${title} takes, how long that takes, and what it refuses`,
      rows: { Writes: writes(of) },
    },
    {
      ...common("-reads"),
      title: `${title}: reads`,
      description: `What is asked of ${title}, how long that takes, and what waits`,
      rows: { Reads: reads(of) },
    },
    {
      ...common("-compactor"),
      title: `${title}: compactor`,
      description: `What ${title} merges, deletes after its retention, and fails at`,
      rows: { Compactor: compactor(of) },
    },
    {
      ...common("-object-store"),
      title: `${title}: object store and caches`,
      description: `Operations of ${title} on its bucket, and what caches spare it`,
      rows: {
        "Object store": typeof objectStore === "string" ? bucket(objectStore, of) : objectStore(of),
        Caches: caches(of),
      },
    },
  ];
}

function processes({ series, range, now, rates }: BoardTerms): Panels {
  return {
    up: states(
      "Processes",
      "none",
      "Whether each process answers its scrape.",
      range(`max by (cluster, namespace, pod) (${series("up")})`, "{{pod}}"),
      { texts: UP_OR_DOWN, links: [TO_POD, TO_LOGS] },
    ),
    started: stat(
      "Since the last start",
      "s",
      "Time since the youngest process was started.",
      now(`min(time() - ${series("process_start_time_seconds")})`, "up"),
      { links: [TO_LOGS] },
    ),
    goroutines: graph(
      "Goroutines",
      "short",
      "Goroutines of each process. A number that only grows is a leak.",
      range(`sum by (cluster, namespace, pod) (${series("go_goroutines")})`, "{{pod}}"),
      { width: 10, links: [TO_POD] },
    ),
    processCpu: graph(
      "CPU of processes",
      "short",
      "Cores that each process uses, as it counts itself.",
      range(rates("process_cpu_seconds_total", "cluster, namespace, pod"), "{{pod}}"),
      { width: 10, links: [TO_POD] },
    ),
  };
}

function requests({ requests: metric }: BackendBoards, of: BoardTerms): Panels {
  const { histogram, route, counter = `${histogram}_count`, status } = metric;
  return {
    requestRate: graph(
      "Requests",
      "reqps",
      "Requests that its processes answer, by path.",
      of.range(of.rates(counter, route), `{{${route}}}`),
      { links: [TO_LOGS] },
    ),
    requestErrors: graph(
      "Errors",
      "reqps",
      "Requests that are answered with an error of the server, by path.",
      of.range(
        of.rates(counter, `${route}, ${status}`, `${status}=~"5.."`),
        `{{${route}}} {{${status}}}`,
      ),
      { links: [TO_LOGS], thresholds: { warning: 0.01 } },
    ),
    requestDuration: graph(
      "Duration (99 %)",
      "s",
      "99 of 100 requests take less, by path.",
      of.range(of.quantile(0.99, histogram, route), `{{${route}}}`),
    ),
    requestStatus: graph(
      "Answers",
      "reqps",
      "Answers by status.",
      of.range(of.rates(counter, status), `{{${status}}}`),
      { stacked: true },
    ),
  };
}

/** What kubelets and the API server know of its pods, which are named after it. */
function resources(name: string): Panels {
  const { range } = HUB;
  const pods = `pod=~"${name}-.+"`;
  const containers = (metric: string) => HUB.series(metric, `${pods},container!=""`);
  const asked = (resource: string, what: string) =>
    HUB.series(`kube_pod_container_resource_${what}`, `${pods},resource="${resource}"`);
  const each = (text: string) => `sum by (cluster, namespace, pod) (${text})`;
  return {
    cpu: graph(
      "CPU by pod",
      "short",
      "Cores that each pod uses.",
      range(each(rate(containers("container_cpu_usage_seconds_total"))), "{{pod}}"),
      { links: [TO_POD] },
    ),
    memory: graph(
      "Memory by pod",
      "percentunit",
      "Working set of each pod, of its limit. At 1 it is killed.",
      range(
        `${each(containers("container_memory_working_set_bytes"))} / ${each(asked("memory", "limits"))}`,
        "{{pod}}",
      ),
      { links: [TO_POD], thresholds: { warning: 0.8, critical: 0.95 } },
    ),
    restarts: graph(
      "Restarts",
      "short",
      "Containers that were started again.",
      range(
        each(
          `increase(${HUB.series("kube_pod_container_status_restarts_total", pods)}[$__rate_interval])`,
        ),
        "{{pod}}",
      ),
      { links: [TO_POD], thresholds: { warning: 1 } },
    ),
    disks: graph(
      "Disks",
      "percentunit",
      "What is used of each volume.",
      range(
        `max by (cluster, namespace, persistentvolumeclaim) (${HUB.series("kubelet_volume_stats_used_bytes", `persistentvolumeclaim=~".*${name}-.+"`)} / ${HUB.series("kubelet_volume_stats_capacity_bytes", `persistentvolumeclaim=~".*${name}-.+"`)})`,
        "{{persistentvolumeclaim}}",
      ),
      { thresholds: { warning: 0.8, critical: 0.9 } },
    ),
  };
}

/** The client of buckets that most of them have. */
function bucket(prefix: string, of: BoardTerms): Panels {
  const operations = `${prefix}_bucket_operations_total`;
  const failures = `${prefix}_bucket_operation_failures_total`;
  return {
    operations: graph(
      "Operations",
      "ops",
      "Operations on the bucket, by kind. Providers charge for them.",
      of.range(of.rates(operations, "operation"), "{{operation}}"),
      { stacked: true },
    ),
    failures: graph(
      "Failures",
      "percentunit",
      "Part of the operations that failed, by kind.",
      of.range(
        `${of.rates(failures, "operation")} / ${of.rates(operations, "operation")}`,
        "{{operation}}",
      ),
      { thresholds: { warning: 0.01, critical: 0.05 }, links: [TO_LOGS] },
    ),
    durations: graph(
      "Duration (99 %)",
      "s",
      "99 of 100 operations take less, by kind.",
      of.range(
        of.quantile(0.99, `${prefix}_bucket_operation_duration_seconds`, "operation"),
        "{{operation}}",
      ),
    ),
    byPod: graph(
      "Operations by pod",
      "ops",
      "Operations on the bucket, by pod.",
      of.range(of.rates(operations, "cluster, namespace, pod"), "{{pod}}"),
      { links: [TO_POD] },
    ),
    uploaded: stat(
      "Since the last upload",
      "s",
      "Time since anything was written to the bucket.",
      of.now(
        `time() - max(${of.series(`${prefix}_bucket_last_successful_upload_time`)} > 0)`,
        "ago",
      ),
      { thresholds: { warning: 10_800, critical: 28_800 } },
    ),
  };
}

/** Hits of a cache, of what was looked for. */
export const hitShare = (hits: string, lookups: string) => `${hits} / (${lookups} > 0)`;
