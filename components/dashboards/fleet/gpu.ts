import type { Dashboard } from "../kit/dashboard";
import { bars, drill, graph, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { rate } from "../kubernetes/metrics";

const by = scope("tenant", "environment", "region", "cluster", "node");
const { range, now, series } = by;
const GPUS = "cluster, node, gpu, modelName";
const LEGEND = "{{cluster}} {{node}} {{gpu}}";
const per = (metric: string) => `max by (${GPUS}) (${series(metric)})`;
const TO_NODE = drill("Node", "node", "cluster", "node");
const used = `${per("DCGM_FI_DEV_FB_USED")} / (${per("DCGM_FI_DEV_FB_USED")} + ${per("DCGM_FI_DEV_FB_FREE")})`;
const INFERENCE = "model_inference_duration_seconds";

/** GPUs of all clusters, where they have any. */
export const GPU: Dashboard = {
  name: "gpu",
  title: "GPUs",
  description:
    "Load, memory, temperature and errors of GPUs, what they cost, and inference by model",
  folder: "Fleet",
  audience: "everyone",
  needs: "sources.dcgm",
  variables: [
    ...variablesOf(by, "DCGM_FI_DEV_GPU_UTIL"),
    {
      name: "gpu_hour",
      title: "$ for a GPU and hour",
      text: true,
      signal: "metrics",
      query: "2.5",
    },
  ],
  related: ["clusters", "node", "cost"],
  rows: {
    "At a glance": {
      gpus: stat(
        "GPUs",
        "short",
        "GPUs that report.",
        now(`count(${per("DCGM_FI_DEV_GPU_UTIL")})`, "GPUs"),
      ),
      busy: stat(
        "Load",
        "percent",
        "How busy GPUs are, the average of all.",
        now(`avg(${per("DCGM_FI_DEV_GPU_UTIL")})`, "load"),
      ),
      high: stat(
        "GPUs above 90 %",
        "short",
        "GPUs that are more than 90 % busy: no room for more.",
        now(`count(${per("DCGM_FI_DEV_GPU_UTIL")} > 90) or vector(0)`, "GPUs"),
        { thresholds: { warning: 1 } },
      ),
      idle: stat(
        "GPUs that idle",
        "short",
        "GPUs that were less than 5 % busy within the time range, and cost the same.",
        now(
          `count(max by (${GPUS}) (avg_over_time(${series("DCGM_FI_DEV_GPU_UTIL")}[$__range])) < 5) or vector(0)`,
          "GPUs",
        ),
        { thresholds: { warning: 1 } },
      ),
      hottest: stat(
        "The hottest",
        "celsius",
        "Temperature of the hottest GPU.",
        now(`max(${per("DCGM_FI_DEV_GPU_TEMP")})`, "temperature"),
        { thresholds: { warning: 80, critical: 90 } },
      ),
      power: stat(
        "Power",
        "watt",
        "Power that GPUs draw, all together.",
        now(`sum(${per("DCGM_FI_DEV_POWER_USAGE")})`, "power"),
      ),
    },
    Load: {
      load: graph(
        "Load",
        "percent",
        "How busy each GPU is.",
        range(per("DCGM_FI_DEV_GPU_UTIL"), LEGEND),
        { max: 100, links: [TO_NODE], thresholds: { warning: 90 } },
      ),
      tensor: graph(
        "Tensor cores",
        "percentunit",
        "Part of the time for which tensor cores work: what models are computed with.",
        range(per("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE"), LEGEND),
        { links: [TO_NODE] },
      ),
      memory: graph("Memory", "percentunit", "Memory of a GPU that is used.", range(used, LEGEND), {
        links: [TO_NODE],
        thresholds: { warning: 0.9 },
      }),
      bandwidth: graph(
        "Memory bandwidth",
        "percent",
        "Part of the time for which memory is read or written.",
        range(per("DCGM_FI_DEV_MEM_COPY_UTIL"), LEGEND),
        { links: [TO_NODE] },
      ),
      matrix: table(
        "GPUs, in figures",
        "percent",
        "A row for each GPU.",
        [
          now(per("DCGM_FI_DEV_GPU_UTIL"), "load"),
          now(used, "memory", { unit: "percentunit" }),
          now(per("DCGM_FI_DEV_GPU_TEMP"), "temperature", {
            unit: "celsius",
            thresholds: { warning: 80, critical: 90 },
          }),
          now(per("DCGM_FI_DEV_POWER_USAGE"), "power", { unit: "watt" }),
        ],
        { links: [TO_NODE] },
      ),
    },
    Health: {
      temperature: graph(
        "Temperature",
        "celsius",
        "Temperature of each GPU. Above some 90 degrees it slows itself down.",
        range(per("DCGM_FI_DEV_GPU_TEMP"), LEGEND),
        { links: [TO_NODE], thresholds: { warning: 80, critical: 90 } },
      ),
      clocks: graph(
        "Clock",
        "rotmhz",
        "Clock of the processors, in MHz. It falls where a GPU is too hot or has too little power.",
        range(per("DCGM_FI_DEV_SM_CLOCK"), LEGEND),
        { links: [TO_NODE] },
      ),
      xid: graph(
        "Last error (XID)",
        "short",
        "Number of the last error that the driver has seen, 0 for none. NVIDIA lists what they mean.",
        range(per("DCGM_FI_DEV_XID_ERRORS"), LEGEND),
        { links: [TO_NODE] },
      ),
      replays: graph(
        "Repeated transfers",
        "ops",
        "Transfers over PCIe that had to be repeated.",
        range(`sum by (${GPUS}) (${rate(series("DCGM_FI_DEV_PCIE_REPLAY_COUNTER"))})`, LEGEND),
        { links: [TO_NODE] },
      ),
    },
    Cost: {
      cost: bars(
        "Cost of GPUs, in a month",
        "currencyUSD",
        "GPUs by environment and cluster, by the price above.",
        now(
          `730 * $gpu_hour * count by (environment, cluster) (max by (environment, ${GPUS}) (${series("DCGM_FI_DEV_GPU_UTIL")}))`,
          "{{environment}} {{cluster}}",
        ),
        { links: [drill("Cluster", "cluster", "cluster")] },
      ),
      wasted: bars(
        "Cost of what idles, in a month",
        "currencyUSD",
        "The part of the cost for which GPUs had nothing to do within the time range.",
        now(
          `730 * $gpu_hour * sum by (environment, cluster) (1 - max by (environment, ${GPUS}) (avg_over_time(${series("DCGM_FI_DEV_GPU_UTIL")}[$__range])) / 100)`,
          "{{environment}} {{cluster}}",
        ),
        { links: [drill("Cluster", "cluster", "cluster")] },
      ),
    },
    Models: {
      inference: graph(
        "Time of inference by model",
        "s",
        "Average time of an inference, by model and cluster, where servers of models count it.",
        by
          .with({ node: undefined })
          .range(
            `sum by (cluster, model) (${rate(by.with({ node: undefined }).series(`${INFERENCE}_sum`))}) / sum by (cluster, model) (${rate(by.with({ node: undefined }).series(`${INFERENCE}_count`))})`,
            "{{cluster}} {{model}}",
          ),
        { width: 24, needs: `sources.annotated or sources.monitors, with a metric ${INFERENCE}` },
      ),
    },
  },
};
