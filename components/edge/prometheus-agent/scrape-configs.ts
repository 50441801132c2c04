import { copy, drop, keep, type RelabelConfig } from "./relabel";
import { NODE_EXPORTER } from "../node-exporter/role";

export interface ScrapeConfig {
  readonly job_name: string;
  readonly metrics_path?: string;
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
    readonly targets: readonly [];
    readonly labels: Readonly<Record<string, string>>;
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
const withToken = { scheme: "https", authorization: { credentials_file: `${SERVICE_ACCOUNT}/token` } } as const;

interface Args {
  readonly nodeNamespace: string;
  readonly verifyKubelets: boolean;
}

/** What is scraped: the nodes, the API server, and every pod and service that asks for it. Job names are those that the kubernetes-mixin looks for. */
export function scrapeConfigs({ nodeNamespace, verifyKubelets }: Args): ScrapeConfig[] {
  return [
    kubelet("kubelet", "/metrics", verifyKubelets),
    cadvisor(verifyKubelets),
    apiServer,
    nodeExporter(nodeNamespace),
    annotatedPods,
    annotatedServices,
  ];
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
    relabel_configs: [copy("__meta_kubernetes_node_name", "node"), copy("__meta_kubernetes_node_name", "instance")],
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
    drop("__name__", "apiserver_(request_body_size_bytes|response_sizes|watch_events_sizes)_bucket"),
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
      { source_labels: ["__name__", "node"], regex: "node_uname_info;(.+)", target_label: "nodename" },
    ],
  };
}

/**
 * What people write on a pod or a service to have it scraped: `prometheus.io/scrape: "true"`, and where the defaults do not fit, `port`, `path` and
 * `scheme` (https). The label `container` is left out: a pod is discovered once for
 * each of its ports, and only targets with equal labels are scraped once.
 */
function annotated(kind: "pod" | "service"): RelabelConfig[] {
  const annotation = (name: string) => `__meta_kubernetes_${kind}_annotation_prometheus_io_${name}`;
  return [
    keep(annotation("scrape"), "true"),
    { source_labels: [annotation("scheme")], regex: "(https?)", target_label: "__scheme__" },
    copy(annotation("path"), "__metrics_path__"),
    {
      source_labels: ["__address__", annotation("port")],
      regex: "(.+?)(?::\\d+)?;(\\d+)",
      target_label: "__address__",
      replacement: "$1:$2",
    },
    copy("__meta_kubernetes_namespace", "namespace"),
    copy("__meta_kubernetes_pod_name", "pod"),
    copy("__meta_kubernetes_pod_node_name", "node"),
  ];
}

/** How workloads of other people are asked. */
const annotatedTarget = {
  // A workload's certificate is its own affair: nothing secret is sent to it, and no authority vouches for pod addresses.
  tls_config: { insecure_skip_verify: true },
  // Many say no content type, without which Prometheus 3 refuses them.
  fallback_scrape_protocol: "PrometheusText0.0.4",
} as const;

const annotatedPods: ScrapeConfig = {
  job_name: "pods",
  ...annotatedTarget,
  kubernetes_sd_configs: [{ role: "pod" }],
  relabel_configs: [
    ...annotated("pod"),
    drop("__meta_kubernetes_pod_phase", "Succeeded|Failed"),
    copy("__meta_kubernetes_pod_label_app_kubernetes_io_name", "job"),
  ],
};

const annotatedServices: ScrapeConfig = {
  job_name: "services",
  ...annotatedTarget,
  kubernetes_sd_configs: [{ role: "endpointslice" }],
  relabel_configs: [
    // Other ports of the same pods are discovered, too; only a service's own have this label.
    keep("__meta_kubernetes_endpointslice_port", ".+"),
    ...annotated("service"),
    copy("__meta_kubernetes_service_name", "service"),
    copy("__meta_kubernetes_service_name", "job"),
  ],
};
