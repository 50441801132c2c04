import { ANYWHERE, type Flow } from "../../../kit/flows";
import { copy, drop } from "../relabel";
import { CLUSTER_CA, withToken, type ScrapeConfig, type ScrapePeers, type Source } from "./source";

const KUBELET_PORT = 10250;

/** 240 constants of the build, the same for every node. */
export const FEATURE_GATES = drop("__name__", "kubernetes_feature_enabled");

/** Kubelets: pods and volumes as their node sees them. */
export const kubelet: Source = {
  title: "Kubelets: pods and volumes, as their node sees them",
  enabledByDefault: true,
  example: "kubelet_volume_.*",
  jobs: ({ verifyKubelets }) => [kubeletJob("kubelet", "/metrics", verifyKubelets)],
  discovers: ["nodes"],
  permissions: [{ apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] }],
  flows: ({ agent }) => [kubeletFlow(agent)],
  // Measured in the lab (Kubernetes 1.36, one node): 1830 to 2070.
  series: ({ nodes, pods }) => 1900 * nodes + 10 * pods,
};

/** cAdvisor, which is part of the kubelet: CPU, memory, disk and network of containers. */
export const cadvisor: Source = {
  ...kubelet,
  title: "cAdvisor: CPU, memory, disk and network of containers",
  example: "container_.*",
  jobs: ({ verifyKubelets }) => [
    {
      ...kubeletJob("cadvisor", "/metrics/cadvisor", verifyKubelets),
      // It measures every 10 to 20 s and says when: the agent would reject, with a warning, samples
      // with the time of the scrape before.
      honor_timestamps: false,
      metric_relabel_configs: [
        // Always 0: kubelet runs cAdvisor without the collectors that fill them.
        drop("__name__", "container_(tasks_state|cpu_load_average_10s|cpu_load_d_average_10s)"),
        // Groups of the node's services, and groups of pods: pods are counted one by one, and the
        // node as a whole (id "/").
        { source_labels: ["id", "pod"], regex: "/.+;", action: "drop" },
      ],
    },
  ],
  // Measured in the lab: 891 of 5 pods, 1166 of 7.
  series: ({ nodes, pods }) => 200 * nodes + 140 * pods,
};

/**
 * Kubelets are scraped directly, on port 10250. Not through the API server's proxy: that takes the
 * permission `nodes/proxy`, which lets its holder run commands in every pod. The token goes to
 * whoever answers, so the certificate is verified, unless the cluster's kubelets sign their own.
 */
function kubeletJob(job: string, path: string, verify: boolean): ScrapeConfig {
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

function kubeletFlow(agent: ScrapePeers["agent"]): Flow {
  const why = "metrics of kubelets and cAdvisor";
  return { from: agent, to: ANYWHERE, ports: [KUBELET_PORT], why };
}
