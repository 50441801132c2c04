import { KUBE_STATE_METRICS, KUBE_STATE_METRICS_PORT } from "./kube-state-metrics";
import { NODE_EXPORTER } from "./node-exporter";
import type { MetricFilter, Sources } from "./args";
import { annotatedJobs } from "./annotated";
import { dcgmFilter, dcgmJob, notDcgm } from "./dcgm";
import { monitorJob } from "./monitors";
import { copy, drop, keep, type RelabelConfig } from "../relabel";

export interface ScrapeConfig {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly scrape_interval?: string;
  readonly sample_limit?: number;
  readonly honor_timestamps?: false;
  readonly fallback_scrape_protocol?: "PrometheusText0.0.4";
  readonly scheme?: "https";
  readonly authorization?: { readonly credentials_file: string };
  readonly tls_config?: {
    readonly ca_file?: string;
    readonly server_name?: string;
    readonly insecure_skip_verify?: true;
  };
  readonly kubernetes_sd_configs?: readonly KubernetesDiscovery[];
  readonly static_configs?: readonly {
    readonly targets: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  }[];
  readonly relabel_configs?: readonly RelabelConfig[];
  readonly metric_relabel_configs?: readonly RelabelConfig[];
}

interface KubernetesDiscovery {
  readonly role: "node" | "pod" | "endpointslice";
  readonly namespaces?: { readonly names: readonly string[] };
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const CLUSTER_CA = `${SERVICE_ACCOUNT}/ca.crt`;
const withToken = {
  scheme: "https",
  authorization: { credentials_file: `${SERVICE_ACCOUNT}/token` },
} as const;

interface Args {
  readonly sources: Sources;
  /** Where kube-state-metrics runs. */
  readonly namespace: string;
  readonly nodeNamespace: string;
  readonly verifyKubelets: boolean;
}

/** What is scraped, of the sources that are on. Job names are those that the kubernetes-mixin looks for. */
export function scrapeConfigs({
  sources,
  namespace,
  nodeNamespace,
  verifyKubelets,
}: Args): ScrapeConfig[] {
  const { dcgm, monitors } = sources;
  const jobs = (filter: MetricFilter | undefined, ...all: ScrapeConfig[]) =>
    filter ? all.map((job) => filtered(job, filter)) : [];
  return [
    ...jobs(sources.kubelet, kubelet("kubelet", "/metrics", verifyKubelets)),
    ...jobs(sources.cadvisor, cadvisor(verifyKubelets)),
    ...jobs(sources.apiServer, apiServer),
    ...jobs(sources.nodeExporter, nodeExporter(nodeNamespace)),
    ...jobs(sources.kubeStateMetrics, kubeStateMetrics(namespace)),
    ...jobs(dcgm && dcgmFilter(dcgm), dcgmJob),
    ...jobs(sources.annotated, ...annotatedJobs(dcgm ? [notDcgm] : [])),
    ...monitors.map((monitor) => filtered(monitorJob(monitor), monitor)),
  ];
}

/** What Prometheus says of a scrape itself (`up`, its duration) is not touched by rules for names. */
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

/**
 * Kubelets are asked directly, on port 10250. Not through the API server's proxy: that takes the permission `nodes/proxy`, which lets its holder run
 * commands in every pod. The token goes to whoever answers, so the certificate is verified, unless the cluster's kubelets sign their own.
 */
function kubelet(job: string, path: string, verify: boolean): ScrapeConfig {
  return {
    job_name: job,
    metrics_path: path,
    ...withToken,
    tls_config: verify ? { ca_file: CLUSTER_CA } : { insecure_skip_verify: true },
    kubernetes_sd_configs: [{ role: "node" }],
    relabel_configs: [
      copy("__meta_kubernetes_node_name", "node"),
      copy("__meta_kubernetes_node_name", "instance"),
    ],
    metric_relabel_configs: [FEATURE_GATES],
  };
}

/** 240 constants of the build, the same for every node. */
const FEATURE_GATES = drop("__name__", "kubernetes_feature_enabled");

function cadvisor(verify: boolean): ScrapeConfig {
  return {
    ...kubelet("cadvisor", "/metrics/cadvisor", verify),
    // It measures every 10 to 20 s and says when: the agent refuses, with a warning, what has the time of the scrape before.
    honor_timestamps: false,
    metric_relabel_configs: [
      // Always 0: kubelet runs cAdvisor without what fills them.
      drop("__name__", "container_(tasks_state|cpu_load_average_10s|cpu_load_d_average_10s)"),
      // Groups of the node's services, and groups of pods: pods are counted one by one, and the node as a whole (id "/").
      { source_labels: ["id", "pod"], regex: "/.+;", action: "drop" },
    ],
  };
}

const apiServer: ScrapeConfig = {
  job_name: "kube-apiserver",
  ...withToken,
  tls_config: { ca_file: CLUSTER_CA, server_name: "kubernetes.default.svc" },
  kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { names: ["default"] } }],
  relabel_configs: [
    keep("__meta_kubernetes_service_name", "kubernetes"),
    keep("__meta_kubernetes_endpointslice_port_name", "https"),
  ],
  metric_relabel_configs: [
    FEATURE_GATES,
    // More than half of an API server's series: histograms by resource and verb. apiserver_request_sli_duration_seconds tells how long requests take,
    // without the time in webhooks, and is kept; of the others sums and counts stay, and with them averages.
    drop(
      "__name__",
      "(apiserver_request_duration|apiserver_watch_cache_read_wait|etcd_request_duration)_seconds_bucket",
    ),
    drop(
      "__name__",
      "apiserver_(request_body_size_bytes|response_sizes|watch_events_sizes)_bucket",
    ),
  ],
};

/** Named after its node: a restarted pod has another address, and would be another series. */
function nodeExporter(namespace: string): ScrapeConfig {
  return {
    job_name: "node-exporter",
    kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [namespace] } }],
    relabel_configs: [
      keep("__meta_kubernetes_pod_label_app_kubernetes_io_name", NODE_EXPORTER.name),
      copy("__meta_kubernetes_pod_node_name", "node"),
      copy("__meta_kubernetes_pod_node_name", "instance"),
    ],
    // Outside of the node's own namespaces the program sees the name of its pod instead.
    metric_relabel_configs: [
      {
        source_labels: ["__name__", "node"],
        regex: "node_uname_info;(.+)",
        target_label: "nodename",
      },
    ],
  };
}

/**
 * At its Service, which has one pod: a restarted pod has another address, and would be as many series again. It says of which `namespace`, `pod` and
 * `node` it speaks; the target has no such labels, so that they are stored as they are.
 */
function kubeStateMetrics(namespace: string): ScrapeConfig {
  const address = `${KUBE_STATE_METRICS.name}.${namespace}.svc:${KUBE_STATE_METRICS_PORT}`;
  return { job_name: KUBE_STATE_METRICS.name, static_configs: [{ targets: [address] }] };
}

/** How workloads of other people are asked. */
export const workloadTarget = {
  // A workload's certificate is its own affair: nothing secret is sent to it, and no authority vouches for pod addresses.
  tls_config: { insecure_skip_verify: true },
  // Many say no content type, without which Prometheus 3 refuses them.
  fallback_scrape_protocol: "PrometheusText0.0.4",
} as const;
