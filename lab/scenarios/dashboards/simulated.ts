import { restrictedContainer, restrictedPod, versions } from "@heliograph/heliograph/model";
import type { ClusterName } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { withEdgeSettings } from "../support/edge-file.js";

/** No machine of the lab has a GPU: an exporter of one edge tells of two that are not there. */
export const SIMULATED_ON: ClusterName = "prd";

const NAME = "simulated-gpus";
const NAMESPACE = "default";
/** As NVIDIA's exporter is found. */
const LABELS = { app: "nvidia-dcgm-exporter" };
const PORTS = { gpus: 9400, models: 8000 } as const;

/** By metric: the value of the first GPU, and of the second. Counters grow from it each second. */
const GAUGES = {
  DCGM_FI_DEV_GPU_UTIL: [93, 41],
  DCGM_FI_DEV_MEM_COPY_UTIL: [37, 12],
  DCGM_FI_DEV_FB_USED: [70_000, 20_000],
  DCGM_FI_DEV_FB_FREE: [11_000, 61_000],
  DCGM_FI_DEV_GPU_TEMP: [71, 48],
  DCGM_FI_DEV_MEMORY_TEMP: [80, 55],
  DCGM_FI_DEV_POWER_USAGE: [640, 210],
  DCGM_FI_DEV_SM_CLOCK: [1_755, 1_200],
  DCGM_FI_DEV_MEM_CLOCK: [2_619, 2_619],
  DCGM_FI_DEV_XID_ERRORS: [0, 0],
  DCGM_FI_DEV_ROW_REMAP_FAILURE: [0, 0],
  DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS: [0, 0],
  DCGM_FI_PROF_GR_ENGINE_ACTIVE: [0.9, 0.4],
  DCGM_FI_PROF_PIPE_TENSOR_ACTIVE: [0.55, 0.1],
  DCGM_FI_PROF_DRAM_ACTIVE: [0.62, 0.2],
};
const COUNTERS = {
  DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: [640_000, 210_000],
  DCGM_FI_DEV_PCIE_REPLAY_COUNTER: [0, 0],
  DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL: [12_000, 3_000],
  DCGM_FI_PROF_PCIE_TX_BYTES: [4e8, 1e8],
  DCGM_FI_PROF_PCIE_RX_BYTES: [9e8, 2e8],
};

/** What it runs is text, so that it needs no image of its own. */
const PROGRAM = `
  const { createServer } = require("node:http");
  const { gauges, counters, ports } = JSON.parse(process.env.SIMULATED);
  const start = Date.now();
  const lines = (all, type, at) =>
    Object.entries(all).flatMap(([name, values]) => [
      "# TYPE " + name + " " + type,
      ...values.map(
        (value, gpu) =>
          name + '{gpu="' + gpu + '",UUID="GPU-' + gpu + '",modelName="simulated"} ' + at(value),
      ),
    ]);
  const gpus = () => {
    const seconds = (Date.now() - start) / 1000;
    const wave = 1 + Math.sin(seconds / 60) / 20;
    return [
      ...lines(gauges, "gauge", (value) => value * wave),
      ...lines(counters, "counter", (value) => value * seconds),
    ];
  };
  const models = () => {
    const name = "model_inference_duration_seconds";
    const count = Math.floor((Date.now() - start) / 200);
    return [
      "# TYPE " + name + " summary",
      name + '_count{model="simulated"} ' + count,
      name + '_sum{model="simulated"} ' + count * 0.12,
    ];
  };
  const serve = (port, text) =>
    createServer((_, answer) =>
      answer.setHeader("content-type", "text/plain; version=0.0.4").end(text().join("\\n") + "\\n"),
    ).listen(port);
  serve(ports.gpus, gpus);
  serve(ports.models, models);`;

/** What no cluster of the lab has by itself, and tables are about. */
export async function bringQuotas(lab: ScenarioContext): Promise<void> {
  for (const { name } of lab.clusters) await lab.apply(name, [QUOTA, ...AUTOSCALER]);
}

const SCALED = "scaled";
const QUOTA = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "services", namespace: NAMESPACE },
  spec: { hard: { services: 10 } },
};
const AUTOSCALER = [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: SCALED, namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: { app: SCALED } },
      template: {
        metadata: { labels: { app: SCALED } },
        spec: podSpec("main", { command: ["node", "-e", "setInterval(() => {}, 1e6)"] }),
      },
    },
  },
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: SCALED, namespace: NAMESPACE },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: SCALED },
      minReplicas: 1,
      maxReplicas: 2,
    },
  },
];

/** They are there until the end of the scenario, and so is the source that collects them. */
export async function simulateGpus(lab: ScenarioContext): Promise<void> {
  await withEdgeSettings(lab, SIMULATED_ON, "sources", { dcgm: { enabled: true } });
  await lab.apply(SIMULATED_ON, [exporter(), modelServer()]);
}

/** An exporter of its own, and a server of models, which is found by its annotations. */
function exporter(): object {
  return pod(NAME, { labels: LABELS }, PORTS.gpus);
}

function modelServer(): object {
  const annotations = {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(PORTS.models),
  };
  return pod("simulated-models", { annotations }, PORTS.models);
}

function pod(name: string, metadata: object, containerPort: number): object {
  const simulated = JSON.stringify({ gauges: GAUGES, counters: COUNTERS, ports: PORTS });
  const container = {
    command: ["node", "-e", PROGRAM],
    env: [{ name: "SIMULATED", value: simulated }],
    ports: [{ containerPort }],
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE, ...metadata },
    spec: podSpec("exporter", container),
  };
}

function podSpec(name: string, container: object): object {
  const common = {
    name,
    image: `${versions.node.image}:${versions.node.tag}`,
    resources: { requests: { cpu: "10m", memory: "48Mi" }, limits: { memory: "128Mi" } },
    securityContext: restrictedContainer,
  };
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: restrictedPod(65_534),
    containers: [{ ...common, ...container }],
  };
}
