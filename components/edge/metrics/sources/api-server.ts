import { drop, keep } from "../relabel";
import { FEATURE_GATES } from "./kubelet";
import { CLUSTER_CA, withToken, type Source } from "./source";

/** API servers. */
export const apiServer: Source = {
  title: "API servers: the requests to them",
  enabledByDefault: true,
  example: "apiserver_request_.*",
  jobs: () => [
    {
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
        // More than half of an API server's series: histograms by resource and verb.
        // apiserver_request_sli_duration_seconds tells how long requests take, without the time in
        // webhooks, and is kept; of the others sums and counts stay, and with them averages.
        drop(
          "__name__",
          "(apiserver_request_duration|apiserver_watch_cache_read_wait|etcd_request_duration)_seconds_bucket",
        ),
        drop(
          "__name__",
          "apiserver_(request_body_size_bytes|response_sizes|watch_events_sizes)_bucket",
        ),
      ],
    },
  ],
  permissions: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }],
  // The agent talks to the API server whatever it scrapes: it learns from it which targets exist.
  flows: () => [],
  // Measured in the lab: 10,542 to 10,965 of one; managed clusters have two. More kinds of objects
  // are more series.
  series: () => 2 * 11_000,
};
