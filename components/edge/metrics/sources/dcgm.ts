import type { MetricFilter } from "./args";
import { copy, keep, type RelabelConfig } from "../relabel";
import type { ScrapeConfig } from "./source";

export const DCGM_PORT = 9400;

/** NVIDIA's dcgm-exporter, as its operator and as its chart label it. */
const LABELS = {
  source_labels: [
    "__meta_kubernetes_pod_label_app",
    "__meta_kubernetes_pod_label_app_kubernetes_io_name",
  ],
  regex: "nvidia-dcgm-exporter;.*|.*;dcgm-exporter",
} as const;

/** The operator also annotates its Service: scraped twice, each GPU would be two. */
export const notDcgm: RelabelConfig = { ...LABELS, action: "drop" };

/**
 * What is kept of a GPU where nothing else is said: load, memory, energy, temperature, clocks, errors. Of NVIDIA's default counters those are left out
 * that few look at (video engines, licences) or that others contain.
 */
export const DCGM_METRICS = [
  "DCGM_FI_DEV_(GPU_UTIL|MEM_COPY_UTIL|FB_USED|FB_FREE)",
  "DCGM_FI_DEV_(GPU_TEMP|MEMORY_TEMP|POWER_USAGE|TOTAL_ENERGY_CONSUMPTION|SM_CLOCK|MEM_CLOCK)",
  "DCGM_FI_DEV_(XID_ERRORS|PCIE_REPLAY_COUNTER|ROW_REMAP_FAILURE|UNCORRECTABLE_REMAPPED_ROWS|NVLINK_BANDWIDTH_TOTAL)",
  "DCGM_FI_PROF_(GR_ENGINE_ACTIVE|PIPE_TENSOR_ACTIVE|DRAM_ACTIVE|PCIE_(TX|RX)_BYTES)",
];

/** One on each node with GPUs, named after its node. `pod` and `namespace` are left to the exporter: there they say who uses the GPU. */
export const dcgmJob: ScrapeConfig = {
  job_name: "dcgm-exporter",
  kubernetes_sd_configs: [{ role: "pod" }],
  relabel_configs: [
    { ...LABELS, action: "keep" },
    keep("__meta_kubernetes_pod_container_port_number", String(DCGM_PORT)),
    copy("__meta_kubernetes_pod_node_name", "node"),
    copy("__meta_kubernetes_pod_node_name", "instance"),
  ],
};

export function dcgmFilter(filter: MetricFilter): MetricFilter {
  return { keep: DCGM_METRICS, ...filter };
}
