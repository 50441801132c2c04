import type { EdgeMonitorArgs } from "./args";
import { copy, drop, keep, set, type RelabelConfig } from "../relabel";
import { type ScrapeConfig, workloadTarget } from "./source";

/**
 * The job of a monitor. It discovers all pods, as the annotated jobs do, and keeps those that
 * match, instead of listing its own namespaces only: jobs with the same discovery share one list of
 * pods.
 */
export function monitorJob(monitor: EdgeMonitorArgs): ScrapeConfig {
  const { name, kind, path, scheme, interval } = monitor;
  return {
    job_name: `monitor/${name}`,
    ...workloadTarget,
    ...(path !== undefined && { metrics_path: path }),
    ...(scheme === "https" && { scheme }),
    ...(interval !== undefined && { scrape_interval: interval }),
    kubernetes_sd_configs: [{ role: kind === "pod" ? "pod" : "endpointslice" }],
    relabel_configs: [...selection(monitor), ...targetLabels(monitor)],
  };
}

function selection({ kind, namespaces, matchLabels, port }: EdgeMonitorArgs): RelabelConfig[] {
  const where = namespaces ? [keep("__meta_kubernetes_namespace", literally(...namespaces))] : [];
  const labels = Object.entries(matchLabels).map(([label, value]) =>
    keep(`__meta_kubernetes_${kind}_label_${asLabelName(label)}`, literally(value)),
  );
  const portName = kind === "pod" ? "pod_container_port_name" : "endpointslice_port_name";
  const running = kind === "pod" ? [drop("__meta_kubernetes_pod_phase", "Succeeded|Failed")] : [];
  return [...where, ...labels, keep(`__meta_kubernetes_${portName}`, literally(port)), ...running];
}

function targetLabels({ name, kind }: EdgeMonitorArgs): RelabelConfig[] {
  return [
    set("job", name),
    copy("__meta_kubernetes_namespace", "namespace"),
    copy("__meta_kubernetes_pod_name", "pod"),
    copy("__meta_kubernetes_pod_node_name", "node"),
    ...(kind === "service" ? [copy("__meta_kubernetes_service_name", "service")] : []),
  ];
}

/** A regular expression that matches exactly these texts. */
function literally(...texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
}

/** How the discovery spells names of labels:
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config
 */
function asLabelName(label: string): string {
  return label.replace(/[^a-zA-Z0-9_]/g, "_");
}
