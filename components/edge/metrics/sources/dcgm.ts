import { copy, keep } from "../relabel";
import type { Source } from "./source";

const DCGM_PORT = 9400;

/** NVIDIA's dcgm-exporter, as its operator and as its chart label it. */
const LABELS = {
  source_labels: [
    "__meta_kubernetes_pod_label_app",
    "__meta_kubernetes_pod_label_app_kubernetes_io_name",
  ],
  regex: "nvidia-dcgm-exporter;.*|.*;dcgm-exporter",
} as const;

/**
 * What is kept of a GPU by default: load, memory, energy, temperature, clocks, errors. NVIDIA's
 * other default counters are left out: few people read them (video engines, licences), or others
 * contain them.
 */
const DCGM_METRICS = [
  "DCGM_FI_DEV_(GPU_UTIL|MEM_COPY_UTIL|FB_USED|FB_FREE)",
  "DCGM_FI_DEV_(GPU_TEMP|MEMORY_TEMP|POWER_USAGE|TOTAL_ENERGY_CONSUMPTION|SM_CLOCK|MEM_CLOCK)",
  "DCGM_FI_DEV_(XID_ERRORS|PCIE_REPLAY_COUNTER|ROW_REMAP_FAILURE|UNCORRECTABLE_REMAPPED_ROWS|NVLINK_BANDWIDTH_TOTAL)",
  "DCGM_FI_PROF_(GR_ENGINE_ACTIVE|PIPE_TENSOR_ACTIVE|DRAM_ACTIVE|PCIE_(TX|RX)_BYTES)",
];

/**
 * NVIDIA's dcgm-exporter, where the cluster runs it: one on each node with GPUs, named after its
 * node. `pod` and `namespace` are left to the exporter: there they say who uses the GPU.
 */
export const dcgm: Source = {
  title: "NVIDIA's dcgm-exporter, if the cluster runs it: GPUs",
  // Not every cluster has a GPU.
  enabledByDefault: false,
  example: "DCGM_FI_DEV_.*",
  defaultKeep: DCGM_METRICS,
  jobs: () => [
    {
      job_name: "dcgm-exporter",
      kubernetes_sd_configs: [{ role: "pod" }],
      relabel_configs: [
        { ...LABELS, action: "keep" },
        keep("__meta_kubernetes_pod_container_port_number", String(DCGM_PORT)),
        copy("__meta_kubernetes_pod_node_name", "node"),
        copy("__meta_kubernetes_pod_node_name", "instance"),
      ],
    },
  ],
  // Its operator also annotates its Service: scraped twice, each GPU would be two.
  claims: { ...LABELS, action: "drop" },
  flows: ({ agent }) => [
    { from: agent, to: { anyPod: true }, ports: [DCGM_PORT], why: "metrics of GPUs" },
  ],
  // Eight GPUs in each node, with the metrics that are kept of them.
  series: ({ nodes }) => 8 * 20 * nodes,
};
