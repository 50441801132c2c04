import type { Flow, PodPeer } from "../../../kit/flows";
import type { RelabelConfig } from "../relabel";

/**
 * A source of metrics: what it is, how the agent finds and reads it, which connections and
 * permissions that takes, and how many series it has. A source is one file in this folder and one
 * line in `registry.ts`. Pure: what a source deploys is in `exporters.ts`.
 */
export interface Source {
  /** What it is, for people. */
  readonly title: string;
  readonly enabledByDefault: boolean;
  /** A regular expression for names of its metrics, as an example. */
  readonly example: string;
  /** Whether it has targets of other people, whose samples can be limited. Defaults to false. */
  readonly limitsSamples?: true;
  /** Metrics that are kept unless the user names others. Defaults to all. */
  readonly defaultKeep?: readonly string[];
  /** Its scrape jobs. Their names are those that the kubernetes-mixin expects. */
  jobs(context: ScrapeContext): ScrapeConfig[];
  /** Drops its targets from jobs that would find them a second time. */
  readonly claims?: RelabelConfig;
  /** Resources of the core API group that the agent has to list for it, beside pods. */
  readonly discovers?: readonly string[];
  /** Permissions of the agent beside those to discover targets. */
  readonly permissions?: readonly PolicyRule[];
  flows(peers: ScrapePeers): Flow[];
  /** Series that it has in a cluster, before any are dropped by name. */
  series(size: ClusterSize): number;
}

/** Where the agent runs, and what else its scrape jobs depend on. */
export interface ScrapeContext {
  /** Namespace of the agent and of kube-state-metrics. */
  readonly namespace: string;
  /** Namespace of what runs on every node. */
  readonly nodeNamespace: string;
  readonly verifyKubelets: boolean;
  /** Rules that drop targets which other sources scrape. */
  readonly claimed: readonly RelabelConfig[];
}

export interface ScrapePeers {
  readonly agent: PodPeer;
  readonly namespace: string;
  readonly nodeNamespace: string;
}

/** How large a cluster is, as far as its series depend on it. */
export interface ClusterSize {
  readonly nodes: number;
  readonly pods: number;
  /** Series of the workloads of users: of annotated pods and services, and of monitors. */
  readonly applicationSeries: number;
}

export interface PolicyRule {
  readonly apiGroups?: string[];
  readonly resources?: string[];
  readonly nonResourceURLs?: string[];
  readonly verbs: string[];
}

/** https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config */
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

/** Where API servers listen behind their Service. */
export const API_SERVER_PORTS = [443, 6443];

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
export const CLUSTER_CA = `${SERVICE_ACCOUNT}/ca.crt`;
/** How the cluster's own endpoints are scraped. */
export const withToken = {
  scheme: "https",
  authorization: { credentials_file: `${SERVICE_ACCOUNT}/token` },
} as const;

/** How workloads of users are scraped. */
export const workloadTarget = {
  // The certificate of a workload is not verified: no authority vouches for pod addresses, and
  // nothing secret is sent.
  tls_config: { insecure_skip_verify: true },
  // Many send no content type, and Prometheus 3 rejects an answer without one.
  fallback_scrape_protocol: "PrometheusText0.0.4",
} as const;

/** The connection to annotated pods and services, and to those of monitors. */
export function workloadFlow({ agent }: ScrapePeers): Flow {
  const why = "annotated pods and services choose their port, and so do monitors";
  return { from: agent, to: { anyPod: true }, ports: [], why };
}
