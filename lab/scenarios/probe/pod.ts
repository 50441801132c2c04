import {
  AGENT_CONFIG_FILE as CONFIG_FILE,
  AGENT_PATHS,
  agentArgs,
  agentConfig,
  type Buffer,
  EDGE_NAMESPACE,
  type HubContract,
  hubTarget,
  IDENTITY_SECRET,
  labelsOf,
  PROMETHEUS_AGENT_PORT,
  resolveSources,
  restrictedContainer,
  restrictedPod,
  toYaml,
  versions,
} from "@heliograph/heliograph/model";
import type { ClusterName } from "../../clusters/topology.js";
import { targetAddress } from "./target.js";

export interface ProbePod {
  /** Of the pod, and of its scrapes at the target. */
  readonly name: string;
  readonly edge: ClusterName;
  readonly series: number;
  readonly buffer: Buffer;
}

/**
 * An agent beside that of an edge, in a pod of its own: same flags and same remote write, with the
 * very Secret of the edge's identity, which kubelet brings to both. It scrapes the target every
 * second.
 */
export async function probePod(probe: ProbePod, contract: HubContract): Promise<object[]> {
  // Loaded when it is needed: it brings Pulumi with it.
  const { name, buffer } = probe;
  const metadata = { name, namespace: EDGE_NAMESPACE, labels: { app: name } };
  const container = {
    name: "prometheus",
    image: `${versions.prometheus.image}:${versions.prometheus.tag}`,
    args: agentArgs(buffer),
    readinessProbe: {
      httpGet: { path: "/-/ready", port: PROMETHEUS_AGENT_PORT },
      periodSeconds: 2,
    },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "config", mountPath: AGENT_PATHS.config, readOnly: true },
      { name: "identity", mountPath: AGENT_PATHS.identity, readOnly: true },
      { name: "buffer", mountPath: AGENT_PATHS.buffer },
    ],
  };
  const spec = {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 5,
    securityContext: restrictedPod(65_534),
    containers: [container],
    volumes: [
      { name: "config", configMap: { name } },
      { name: "identity", secret: { secretName: IDENTITY_SECRET, defaultMode: 0o440 } },
      { name: "buffer", emptyDir: {} },
    ],
  };
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { [CONFIG_FILE]: toYaml(configuration(probe, contract)) },
    },
    { apiVersion: "v1", kind: "Pod", metadata, spec },
  ];
}

function configuration({ name, edge, series }: ProbePod, { edges, gateway }: HubContract) {
  const entry = edges[edge];
  if (!entry) throw new Error(`The hub's inventory has no edge ${edge}.`);
  const config = agentConfig({
    labels: labelsOf(edge, entry),
    hub: hubTarget(gateway),
    scrapeInterval: "1s",
    sources: resolveSources(),
    namespace: "",
    nodeNamespace: "",
    verifyKubelets: true,
  });
  const job = {
    job_name: name,
    scrape_interval: "1s",
    scrape_timeout: "1s",
    metrics_path: `/scrapes/${name}/${series}`,
    static_configs: [{ targets: [targetAddress] }],
  };
  return { ...config, scrape_configs: [job] };
}
