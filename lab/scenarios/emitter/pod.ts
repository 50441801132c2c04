import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "esbuild";
import {
  EDGE_LABELS,
  KEEP_ATTRIBUTE,
  NODE_NAMESPACE,
  OTEL_AGENT,
  OTLP_HTTP_PORT,
  restrictedContainer,
  restrictedPod,
  versions,
} from "@heliograph/heliograph/model";
import type { ClusterName } from "../../clusters/topology.js";
import { until } from "../../host/wait.js";
import type { ScenarioContext } from "../context.js";
import { dueAt, EMITTER, EMITTER_PORT, type Emission, type LastLine } from "./emission.js";

const namespace = "default";
const folder = "/etc/emitter";
const file = "emitter.mjs";

/** So late the first number is due: until then the pod is up, and the edge's agents know it. */
const LEAD_MILLISECONDS = 30_000;

/** What an emission gets from the library, and from the clock. */
type Derived = "run" | "from" | "keepAttribute" | "forgedLabels";

export function newEmission(what: Omit<Emission, Derived>): Emission {
  const now = Date.now();
  return {
    ...what,
    run: now.toString(36),
    from: now + LEAD_MILLISECONDS,
    keepAttribute: KEEP_ATTRIBUTE,
    forgedLabels: EDGE_LABELS,
  };
}

/**
 * Lets an application of an edge emit; it is gone after the scenario. `scraped`: its metrics are, a
 * series for each number.
 */
export async function startEmitter(
  lab: ScenarioContext,
  edge: ClusterName,
  emission: Emission,
  { scraped = false } = {},
): Promise<void> {
  await lab.apply(edge, [await configMap(emission), pod(emission, scraped)]);
  await lab.kubectl(edge, [
    "wait",
    `pod/${nameOf(emission)}`,
    "--for=condition=Ready",
    `--namespace=${namespace}`,
    "--timeout=90s",
  ]);
}

/** Waits until the collector has taken everything. */
export async function emitted(
  lab: ScenarioContext,
  edge: ClusterName,
  emission: Emission,
): Promise<void> {
  await pause(Math.max(0, dueAt(emission, emission.count) - Date.now()), undefined, {
    signal: lab.signal,
  });
  await until(
    { what: `the end of the emitter of ${edge}`, seconds: 120, signal: lab.signal },
    async () => {
      const text = await lab.kubectl(edge, [
        "logs",
        nameOf(emission),
        "--tail=1",
        `--namespace=${namespace}`,
      ]);
      return (
        text.startsWith("{") &&
        (JSON.parse(text) as Partial<LastLine>).acknowledged === emission.count
      );
    },
  );
}

/** The program, as one file. */
export async function emitterProgram(): Promise<string> {
  const entryPoints = [join(__dirname, "emitter.ts")];
  const bundle = {
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    write: false,
  } as const;
  const { outputFiles } = await build({ entryPoints, ...bundle });
  return outputFiles[0]?.text ?? "";
}

/** Several may emit at a time. */
function nameOf({ run }: Emission): string {
  return `${EMITTER}-${run}`;
}

function metadataOf(emission: Emission) {
  return { name: nameOf(emission), namespace, labels: { app: EMITTER } };
}

async function configMap(emission: Emission): Promise<object> {
  const data = { [file]: await emitterProgram() };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadataOf(emission), data };
}

function pod(emission: Emission, scraped: boolean): object {
  const annotations = {
    "prometheus.io/scrape": String(scraped),
    "prometheus.io/port": String(EMITTER_PORT),
  };
  const env = {
    EMISSION: JSON.stringify(emission),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${OTEL_AGENT.name}.${NODE_NAMESPACE}:${OTLP_HTTP_PORT}`,
  };
  const container = {
    name: EMITTER,
    image: `${versions.node.image}:${versions.node.tag}`,
    command: ["node", `${folder}/${file}`],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ports: [{ containerPort: EMITTER_PORT }],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [{ name: "program", mountPath: folder, readOnly: true }],
  };
  const spec = {
    automountServiceAccountToken: false,
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 5,
    securityContext: restrictedPod(65_534),
    containers: [container],
    volumes: [{ name: "program", configMap: { name: nameOf(emission) } }],
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadataOf(emission), annotations },
    spec,
  };
}
