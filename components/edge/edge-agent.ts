import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { agentInstances, EDGE_NAMESPACE, podOf, PROMETHEUS_AGENT } from "../contract/places";
import { toSeconds } from "../kit/duration";
import { imageReference, type ImageArgs } from "../kit/images";
import { objectLabels, selectorLabels } from "../kit/labels";
import { restrictedNamespace } from "../kit/namespace";
import { networkPolicies } from "../kit/network-policies";
import { refuse } from "../kit/problems";
import { bytesQuantity } from "../kit/quantity";
import { problemsOf } from "./check";
import { edgeFlows } from "./flows";
import { createIdentity } from "./identity";
import { KubeStateMetrics } from "./kube-state-metrics/kube-state-metrics";
import { NodeExporter } from "./node-exporter/node-exporter";
import { nodeAgentNamespace } from "./node-exporter/namespace";
import { bufferOf } from "./prometheus-agent/buffer";
import { PrometheusAgent } from "./prometheus-agent/prometheus-agent";
import { resolveSources, type EdgeSourcesArgs } from "./sources";

/** How the edge reaches its hub, and who it is there. */
export interface EdgeHubArgs {
  /** Address of the hub's gateway without a path, e.g. `https://ingest.ops.example.com`. */
  url: string;
  /** Name that the gateway's certificate must hold. */
  serverName: string;
  /** CA certificates (PEM) that vouch for the gateway; two while a CA is being replaced. */
  trustBundle: pulumi.Input<string[]>;
  /** The edge's certificate (PEM), signed by the hub. */
  certificate: pulumi.Input<string>;
  /** Secret: the private key (PEM) of that certificate. */
  privateKey: pulumi.Input<string>;
  /**
   * Whether the hub takes the samples of one of several agents and drops the label `__replica__` that tells them apart, as HubObservability does (Mimir's
   * HA tracker). Defaults to true. With false the label is not sent, and the edge has one agent.
   */
  deduplicates?: boolean;
}

export interface EdgeAgentArgs {
  /** Name of the edge in the hub's inventory; the label `cluster`. A DNS label. */
  cluster: string;
  /** The label `environment`, e.g. `prd`. A DNS label. */
  environment: string;
  /** The label `region`, e.g. `uaenorth`. */
  region: string;
  /** What the cluster is for, the label `cluster_type`: `workload` or `ops`. */
  clusterType: string;
  /** Tenant into which the hub stores what the edge sends; the label `tenant_id`. The gateway decides it: this only says so on the data. */
  tenantId: string;
  /** How the edge reaches its hub, and who it is there. Another address, like another label, starts a new queue: what is not sent by then is lost. */
  hub: EdgeHubArgs;
  /**
   * Agents: 1, or 2 that scrape and send the same, each with its own volume, on different nodes where there are several. The hub takes the samples of
   * one of them and, when it hears nothing of it for half a minute, of the other. Defaults to 1. From 1 to 2 the first one goes on as it was.
   */
  replicas?: number;
  /** Namespace to make for the agent; node agents go to `<namespace>-node`. Defaults to `heliograph`. */
  namespace?: string;
  /** How long the hub may be away without the loss of a sample, e.g. `6h`. Disk and memory follow from it. Defaults to `6h`. */
  outage?: string;
  /** Series scraped at a time. Disk and memory follow from it. Defaults to 200000. */
  activeSeries?: number;
  /** How often targets are scraped. Defaults to `15s`. */
  scrapeInterval?: string;
  /** What is scraped. Defaults to nodes, the API server, objects (kube-state-metrics) and everything annotated. */
  sources?: EdgeSourcesArgs;
  /** Storage class of the buffer. Defaults to the cluster's default class. */
  storageClass?: string;
  /**
   * Disk of the buffer, as a Kubernetes quantity. Defaults to what outage, series and interval need. A volume grows in place where its storage class
   * allows it, and never shrinks: where one of them is lowered, or the class has no expansion, say here what the volume has.
   */
  bufferDisk?: string;
  /**
   * Whether kubelets must show a certificate of the cluster's authority. Defaults to true. Set it to false only where they sign their own (kubeadm without
   * `serverTLSBootstrap`): whoever then takes a node's address is sent the agent's token, which may list pods and read metrics.
   */
  verifyKubelets?: boolean;
  /** Where images come from. Defaults to the upstream registries. */
  images?: ImageArgs;
}

/**
 * What an edge cluster runs to send its metrics to a hub: Prometheus in agent mode, which scrapes nodes, the API server and everything annotated with
 * `prometheus.io/scrape: "true"`, node-exporter on every node, and kube-state-metrics. Every sample carries the labels `cluster`, `environment`, `region`, `cluster_type` and
 * `tenant_id`, whatever its target says.
 *
 * It costs one pod with a volume (two with `replicas: 2`), a pod of 100m CPU and 250Mi for kube-state-metrics, and a pod of 20m CPU and 32Mi on each node.
 * For 200,000 series, 15 s and an outage of 6 h the agent takes 1.5Gi of memory and 20Gi of disk: see `bufferMemory` and `bufferDisk`.
 *
 *     new EdgeAgent("edge", {
 *       cluster: "dev", environment: "dev", region: "uaenorth", clusterType: "workload", tenantId: "dev",
 *       hub: { url: "https://ingest.ops.example.com", serverName: "ingest.ops.example.com", trustBundle, certificate, privateKey },
 *     });
 *
 * Its ConfigMap and Secret are read again while it runs. Give it a provider with `enableConfigMapMutable` and `enableSecretMutable`, or each change of
 * them deletes and makes them anew. It stores nothing that can be queried at the edge.
 */
export class EdgeAgent extends pulumi.ComponentResource {
  /** Namespace of the agent. */
  readonly namespace: pulumi.Output<string>;
  /** Disk of each agent's buffer, as a Kubernetes quantity. */
  readonly bufferDisk: pulumi.Output<string>;
  /** Memory of each agent, as a Kubernetes quantity; what it needs beyond scraping is for series that ended during the outage. */
  readonly bufferMemory: pulumi.Output<string>;

  constructor(name: string, args: EdgeAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:EdgeAgent", name, {}, opts);
    const { hub, namespaces, agents, deduplicates, sources, config, buffer, bufferDisk } = resolve(name, args);
    const child = { parent: this };

    const namespace = restrictedNamespace(`${name}-namespace`, namespaces.namespace, child);
    const nodeAgents = nodeAgentNamespace(`${name}-node-namespace`, namespaces.nodeNamespace, child);
    const flows = edgeFlows({ ...namespaces, hubUrl: hub.url, sources });
    // The flows name their namespaces as text, from which Pulumi cannot tell that these have to be there first.
    networkPolicies(`${name}-policy`, namespaces.namespace, flows, { ...child, dependsOn: namespace });
    networkPolicies(`${name}-node-policy`, namespaces.nodeNamespace, flows, { ...child, dependsOn: nodeAgents });

    const identity = createIdentity(`${name}-identity`, namespace.metadata.name, hub, child);
    agents.forEach((instance, index) => {
      new PrometheusAgent(
        `${name}-${instance}`,
        {
          instance,
          apart: index > 0,
          namespace: namespace.metadata.name,
          config: { ...config, ...(deduplicates && { replica: podOf(instance) }) },
          identity: identity.metadata.name,
          buffer,
          bufferDisk,
          storageClass: args.storageClass,
          image: imageReference("prometheus", args.images),
        },
        child,
      );
    });
    if (agents.length > 1) createDisruptionBudget(`${name}-prometheus-agent-disruption-budget`, namespace, child);
    if (sources.nodeExporter) {
      new NodeExporter(
        `${name}-node-exporter`,
        { namespace: nodeAgents.metadata.name, image: imageReference("nodeExporter", args.images) },
        child,
      );
    }
    if (sources.kubeStateMetrics) {
      new KubeStateMetrics(
        `${name}-kube-state-metrics`,
        { namespace: namespace.metadata.name, image: imageReference("kubeStateMetrics", args.images) },
        child,
      );
    }

    this.namespace = namespace.metadata.name;
    this.bufferDisk = pulumi.output(bufferDisk);
    this.bufferMemory = pulumi.output(bytesQuantity(buffer.memoryBytes));
    this.registerOutputs({ namespace: this.namespace, bufferDisk: this.bufferDisk, bufferMemory: this.bufferMemory });
  }
}

type BufferSizes = Pick<EdgeAgentArgs, "outage" | "activeSeries" | "scrapeInterval" | "bufferDisk">;

function bufferFor({ outage = "6h", activeSeries = 200_000, scrapeInterval = "15s" }: BufferSizes) {
  return bufferOf({
    outageSeconds: toSeconds(outage),
    activeSeries,
    scrapeIntervalSeconds: toSeconds(scrapeInterval),
  });
}

/** Disk that an agent with these arguments has, as a Kubernetes quantity: known before anything is made. */
export function bufferDiskOf(args: BufferSizes): string {
  return args.bufferDisk ?? bytesQuantity(bufferFor(args).diskBytes);
}

/** Arguments with every default in place; throws a ConfigurationError with everything that is wrong. */
function resolve(name: string, args: EdgeAgentArgs) {
  refuse(`EdgeAgent ${name}`, problemsOf(args));
  const { namespace = EDGE_NAMESPACE, outage, activeSeries, scrapeInterval = "15s" } = args;
  const buffer = bufferFor({ outage, activeSeries, scrapeInterval });
  const labels = {
    cluster: args.cluster,
    environment: args.environment,
    region: args.region,
    cluster_type: args.clusterType,
    tenant_id: args.tenantId,
  };
  const namespaces = { namespace, nodeNamespace: `${namespace}-node` };
  const sources = resolveSources(args.sources);
  return {
    sources,
    hub: args.hub,
    namespaces,
    agents: agentInstances(args.replicas ?? 1),
    deduplicates: args.hub.deduplicates ?? true,
    config: {
      labels,
      url: args.hub.url,
      serverName: args.hub.serverName,
      scrapeInterval,
      verifyKubelets: args.verifyKubelets ?? true,
      sources,
      ...namespaces,
    },
    buffer,
    bufferDisk: bufferDiskOf(args),
  };
}

/** One agent of the pair at a time is moved off its node. */
function createDisruptionBudget(
  name: string,
  namespace: k8s.core.v1.Namespace,
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.policy.v1.PodDisruptionBudget(
    name,
    {
      metadata: {
        name: PROMETHEUS_AGENT.name,
        namespace: namespace.metadata.name,
        labels: objectLabels(PROMETHEUS_AGENT),
      },
      spec: { maxUnavailable: 1, selector: { matchLabels: { ...selectorLabels(PROMETHEUS_AGENT) } } },
    },
    opts,
  );
}
