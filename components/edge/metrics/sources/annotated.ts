import { copy, drop, keep, type RelabelConfig } from "../relabel";
import { workloadFlow, workloadTarget, type Source } from "./source";

/**
 * Users write `prometheus.io/scrape: "true"` on a pod or a service to have it scraped, and where
 * the defaults do not fit, `port`, `path` and `scheme` (https). The label `container` is left out:
 * a pod is discovered once for each of its ports, and only targets with equal labels are scraped
 * once.
 */
function byAnnotation(kind: "pod" | "service"): RelabelConfig[] {
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

/** Pods and services that ask for it by annotation. */
export const annotated: Source = {
  title: 'Pods and services with the annotation prometheus.io/scrape: "true"',
  enabledByDefault: true,
  example: "http_.*",
  limitsSamples: true,
  jobs: ({ claimed }) => [
    {
      job_name: "pods",
      ...workloadTarget,
      kubernetes_sd_configs: [{ role: "pod" }],
      relabel_configs: [
        ...claimed,
        ...byAnnotation("pod"),
        drop("__meta_kubernetes_pod_phase", "Succeeded|Failed"),
        copy("__meta_kubernetes_pod_label_app_kubernetes_io_name", "job"),
      ],
    },
    {
      job_name: "services",
      ...workloadTarget,
      kubernetes_sd_configs: [{ role: "endpointslice" }],
      relabel_configs: [
        ...claimed,
        // Other ports of the same pods are discovered, too; only a service's own have this label.
        keep("__meta_kubernetes_endpointslice_port", ".+"),
        ...byAnnotation("service"),
        copy("__meta_kubernetes_service_name", "service"),
        copy("__meta_kubernetes_service_name", "job"),
      ],
    },
  ],
  flows: (peers) => [workloadFlow(peers)],
  series: ({ applicationSeries }) => applicationSeries,
};
