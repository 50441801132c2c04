import * as pulumi from "@pulumi/pulumi";
import {
  agentInstances,
  EDGE_NAMESPACE,
  podOf,
  PROMETHEUS_AGENT,
  usualAgentReplicas,
} from "../contract/places";
import { createDisruptionBudget } from "../kit/disruption-budget";
import { toSeconds } from "../kit/duration";
import { imageReference } from "../kit/images";
import { objectLabels } from "../kit/labels";
import { restrictedNamespace, nodeAgentNamespace } from "../kit/namespace";
import { networkPolicies } from "../kit/network-policies";
import { refuse } from "../kit/problems";
import { bytesQuantity } from "../kit/quantity";
import { UNKNOWN_STORE, type StoreAddress } from "../storage/flows";
import type { EdgeAgentArgs } from "./args";
import { problemsOf } from "./check";
import { createTelemetry } from "./logs-and-traces";
import { createEdgeBucket, createThanos } from "./local-store/local-store";
import { edgeFlows } from "./network";
import { createIdentity } from "./identity";
import { KubeStateMetrics, NodeExporter } from "./metrics/exporters";
import { OTEL_AGENT, OTLP_HTTP_PORT } from "./collector/program";
import { bufferOf } from "./metrics/buffer";
import { PrometheusAgent } from "./metrics/agent";
import { agentArgs } from "./metrics/config";
import { resolveSources } from "./metrics/sources/args";
import { resolveTelemetry } from "./telemetry";
import { serverArgs } from "./local-store/config";
import { serverSize } from "./local-store/size";

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
 * them deletes and makes them anew. It stores nothing that can be queried at the edge, unless `thanos` says so: then a pair of Prometheus with sidecars, a
 * query, a store gateway and a compactor keep its metrics, and the hub is sent only what it watches edges by.
 */
export class EdgeAgent extends pulumi.ComponentResource {
  /** Namespace of the agent. */
  readonly namespace: pulumi.Output<string>;
  /** Disk of each agent's buffer, as a Kubernetes quantity. */
  readonly bufferDisk: pulumi.Output<string>;
  /** Memory of each agent, as a Kubernetes quantity; what it needs beyond scraping is for series that ended during the outage. */
  readonly bufferMemory: pulumi.Output<string>;
  /** What queues of logs and traces may take of each node's disk, as a Kubernetes quantity. Undefined where neither is sent. */
  readonly nodeQueueDisk?: pulumi.Output<string>;
  /** Disk of each collector of the gateway, as a Kubernetes quantity. Undefined where there is no gateway. */
  readonly gatewayDisk?: pulumi.Output<string>;
  /** Where applications send OTLP over HTTP; for gRPC the same with port 4317. Undefined where no collector runs. */
  readonly otlpEndpoint?: pulumi.Output<string>;

  constructor(name: string, args: EdgeAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:EdgeAgent", name, {}, opts);
    const {
      hub,
      namespaces,
      agents,
      deduplicates,
      sources,
      config,
      program,
      bufferDisk,
      telemetry,
      size,
    } = resolve(name, args);
    const child = { parent: this };

    const namespace = restrictedNamespace(`${name}-namespace`, namespaces.namespace, child);
    const nodeAgents = nodeAgentNamespace(
      `${name}-node-namespace`,
      namespaces.nodeNamespace,
      child,
    );
    const bucket = createEdgeBucket(`${name}-bucket`, args, namespace.metadata.name, child);
    const flowsWith = (store?: StoreAddress) =>
      edgeFlows({ ...namespaces, hubUrl: hub.url, sources, telemetry, store });
    const flows = flowsWith(bucket && UNKNOWN_STORE);
    const known = bucket?.apply(flowsWith);
    // The flows name their namespaces as text, from which Pulumi cannot tell that these have to be there first.
    networkPolicies(
      `${name}-policy`,
      namespaces.namespace,
      flows,
      { ...child, dependsOn: namespace },
      known,
    );
    networkPolicies(
      `${name}-node-policy`,
      namespaces.nodeNamespace,
      flows,
      { ...child, dependsOn: nodeAgents },
      known,
    );

    const identity = createIdentity(`${name}-identity`, namespace.metadata.name, hub, child);
    const thanos = createThanos(
      `${name}-thanos`,
      args,
      {
        namespace: namespace.metadata.name,
        identity: identity.metadata.name,
        replicas: agents.length,
        bucket,
        size,
      },
      child,
    );
    agents.forEach((instance, index) => {
      new PrometheusAgent(
        `${name}-${instance}`,
        {
          instance,
          apart: index > 0,
          namespace: namespace.metadata.name,
          config: { ...config, ...(deduplicates && { replica: podOf(instance) }) },
          identity: identity.metadata.name,
          program,
          beside: thanos?.beside,
          bufferDisk,
          storageClass: args.storageClass,
          image: imageReference("prometheus", args.images),
        },
        child,
      );
    });
    if (agents.length > 1) {
      const role = PROMETHEUS_AGENT;
      const metadata = {
        name: role.name,
        namespace: namespace.metadata.name,
        labels: objectLabels(role),
      };
      createDisruptionBudget(`${name}-${role.name}`, { metadata, role }, child);
    }
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
        {
          namespace: namespace.metadata.name,
          image: imageReference("kubeStateMetrics", args.images),
        },
        child,
      );
    }

    createTelemetry(
      name,
      telemetry,
      {
        namespace: namespace.metadata.name,
        nodeNamespace: nodeAgents.metadata.name,
        hub,
        identity: identity.metadata.name,
        storageClass: args.storageClass,
        images: args.images,
      },
      child,
    );

    this.namespace = namespace.metadata.name;
    this.bufferDisk = pulumi.output(bufferDisk);
    this.bufferMemory = pulumi.output(bytesQuantity(program.memoryBytes));
    if (telemetry.nodeDisk) this.nodeQueueDisk = pulumi.output(telemetry.nodeDisk);
    if (telemetry.gateway) this.gatewayDisk = pulumi.output(telemetry.gateway.disk);
    if (telemetry.agent) {
      this.otlpEndpoint = pulumi.interpolate`http://${OTEL_AGENT.name}.${nodeAgents.metadata.name}:${OTLP_HTTP_PORT}`;
    }
    const { bufferMemory, nodeQueueDisk, gatewayDisk, otlpEndpoint } = this;
    this.registerOutputs({
      namespace: this.namespace,
      ...{ bufferDisk: this.bufferDisk, bufferMemory, nodeQueueDisk, gatewayDisk, otlpEndpoint },
    });
  }
}

const DEFAULT_OUTAGE = "6h";

type Sizes = Pick<EdgeAgentArgs, "outage" | "activeSeries" | "scrapeInterval" | "bufferDisk"> & {
  readonly thanos?: object;
};

/** An agent that sends what it scrapes, or a Prometheus that keeps it. */
function programFor({
  outage = DEFAULT_OUTAGE,
  activeSeries = 200_000,
  scrapeInterval = "15s",
  thanos,
}: Sizes) {
  const load = {
    outageSeconds: toSeconds(outage),
    activeSeries,
    scrapeIntervalSeconds: toSeconds(scrapeInterval),
  };
  const size = thanos && serverSize(load);
  if (size) return { program: { ...size, args: serverArgs(size) }, size };
  const buffer = bufferOf(load);
  return { program: { ...buffer, args: agentArgs(buffer) } };
}

/** Disk that an agent with these arguments has, as a Kubernetes quantity: known before anything is made. */
export function bufferDiskOf(args: Sizes): string {
  return args.bufferDisk ?? bytesQuantity(programFor(args).program.diskBytes);
}

/** Arguments with every default in place; throws a ConfigurationError with everything that is wrong. */
function resolve(name: string, args: EdgeAgentArgs) {
  refuse(`EdgeAgent ${name}`, problemsOf(args));
  const { namespace = EDGE_NAMESPACE, outage, scrapeInterval = "15s", thanos } = args;
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
    telemetry: resolveTelemetry({
      ...args,
      ...namespaces,
      labels,
      outage: outage ?? DEFAULT_OUTAGE,
    }),
    hub: args.hub,
    namespaces,
    agents: agentInstances(args.replicas ?? usualAgentReplicas(thanos !== undefined)),
    deduplicates: args.hub.deduplicates ?? true,
    config: {
      labels,
      url: args.hub.url,
      serverName: args.hub.serverName,
      scrapeInterval,
      verifyKubelets: args.verifyKubelets ?? true,
      sources,
      ...(thanos && { stays: true }),
      ...namespaces,
    },
    ...programFor(args),
    bufferDisk: bufferDiskOf(args),
  };
}
