import { EDGE, IN_CLUSTER, maxBy, on, type Subject } from "./subject";

const GPU = "node, gpu";
const NAME = `GPU {{ $labels.gpu }} of node {{ $labels.node }} ${IN_CLUSTER}`;

/** GPUs, where the source `dcgm` is enabled. */
export const gpu: Subject = {
  name: "gpu",
  recordings: [
    {
      record: "cluster:gpu_used:ratio",
      expr: `avg by (${EDGE}) (${maxBy(GPU, "DCGM_FI_DEV_GPU_UTIL")}) / 100`,
    },
    {
      record: "gpu:memory_used:ratio",
      expr: `${maxBy(GPU, "DCGM_FI_DEV_FB_USED")} / (${maxBy(GPU, "DCGM_FI_DEV_FB_USED")} + ${maxBy(GPU, "DCGM_FI_DEV_FB_FREE")} > 0)`,
    },
  ],
  alerts: (limits, of) => [
    {
      name: "GpuHot",
      severity: "warning",
      expr: `${maxBy(GPU, of("DCGM_FI_DEV_GPU_TEMP"))} > ${limits.gpuCelsius}`,
      for: "10m",
      summary: `${NAME} has {{ $value }} degrees Celsius`,
      description: `More than ${limits.gpuCelsius}: it slows itself down a little above that. First: the node's fans and the air around it`,
    },
    {
      name: "GpuMemoryFull",
      severity: "warning",
      expr: `${of("gpu:memory_used:ratio")} > ${limits.gpuMemoryRatio}`,
      for: "15m",
      summary: `${NAME} has used {{ $value | humanizePercentage }} of its memory`,
      description:
        "The next allocation fails. First: which pods use it; a model server that takes all of it by design is no problem: raise gpuMemoryRatio",
    },
    {
      name: "GpuErrors",
      severity: "warning",
      // The gauge keeps the last error until the GPU is reset.
      expr: `${maxBy(GPU, of("DCGM_FI_DEV_XID_ERRORS"))} > 0 and ${on(GPU)} changes(DCGM_FI_DEV_XID_ERRORS[15m]) > 0`,
      for: "1m",
      summary: `${NAME} has error XID {{ $value }}`,
      description:
        "NVIDIA's list of XIDs says whether the application, the driver or the hardware is to blame. First: the kernel's log of the node",
    },
    {
      name: "GpuBroken",
      severity: "critical",
      expr: `${maxBy(GPU, of("DCGM_FI_DEV_ROW_REMAP_FAILURE"))} > 0`,
      for: "5m",
      summary: `${NAME} has broken memory that it cannot replace`,
      description:
        "Results may be wrong, and jobs on it end. First: drain the node, then have the GPU exchanged",
    },
  ],
};
