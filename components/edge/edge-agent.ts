import * as pulumi from "@pulumi/pulumi";
import { Alertmanager } from "../alertmanager/alertmanager";
import { ALERTMANAGER } from "../alertmanager/ports";
import { portsOfReceivers } from "../alertmanager/receiver-ports";
import { FEDERATION } from "../backends/federation";
import { AGENT_REPLICAS, agentInstances, PROMETHEUS_AGENT } from "../contract/cluster-names";
import { createDisruptionBudget } from "../kit/disruption-budget";
import type { Flow } from "../kit/flows";
import { imageReference } from "../kit/images";
import { isLater } from "../kit/later";
import { objectLabels } from "../kit/labels";
import { nodeAgentNamespace, restrictedNamespace } from "../kit/namespace";
import { networkPolicies } from "../kit/network-policies";
import { sizeOptions } from "../kit/object-size";
import { podsOptions } from "../kit/pods";
import { bytesQuantity } from "../kit/quantity";
import type { ObjectStoreConnection } from "../storage/connection";
import { UNKNOWN_STORE } from "../storage/flows";
import type { EdgeAgentArgs } from "./args";
import { OTEL_AGENT, OTLP_GRPC_PORT, OTLP_HTTP_PORT } from "./collector/program";
import { createIdentity, type EdgeIdentityArgs } from "./identity";
import { LOCAL_QUERY, LOCAL_STORE_GATEWAY } from "./local-store/config";
import { createEdgeBucket, LocalStore } from "./local-store/local-store";
import { createLogsAndTraces } from "./logs-and-traces";
import { PrometheusAgent } from "./metrics/agent";
import { KubeStateMetrics, NodeExporter } from "./metrics/exporters";
import type { EdgeModel } from "./model";
import { edgeFlows } from "./network";
import { resolveInputs, type ResolvedEdge } from "./resolved";

export { bufferDiskOf } from "./model";

/**
 * Everything that an edge cluster runs to send its telemetry to a hub:
 *
 * - Prometheus in agent mode, which scrapes nodes, the API server and all pods and services with
 * the annotation `prometheus.io/scrape: "true"`;
 * - node-exporter on every node, and kube-state-metrics;
 * - collectors of logs and traces, if the hub stores them.
 *
 * Every sample, line and span has the labels `cluster`, `environment`, `region`, `cluster_type` and
 * `tenant_id`, even if its target sends others.
 *
 * The edge runs one pod with a volume (two with `replicas: 2`), a pod of 100m CPU and 250Mi memory
 * for kube-state-metrics, and a pod of 20m CPU and 32Mi memory on each node. For 200,000 series, 15
 * s and an outage of 6 h, the agent takes 1.5Gi of memory and 20Gi of disk: see `bufferMemory` and
 * `bufferDisk`.
 *
 * ```ts
 * new EdgeAgent("edge", { connection: hub.edges["dev"], privateKey: identity.privateKey });
 * ```
 *
 * The agent reads changes of its ConfigMap and Secret while it runs. Give the component a provider
 * with `enableConfigMapMutable` and `enableSecretMutable`. Without them each change deletes these
 * objects and creates them again.
 *
 * The edge stores nothing that can be queried, unless you give it a local store. Then a pair of
 * Prometheus with sidecars, a query, a store gateway and a compactor keep its metrics, and only the
 * metrics with which the hub watches edges are sent. With `alerting` it also evaluates the rules
 * about workloads, and tells alerts by a pair of Alertmanagers of its own.
 *
 * Throws a `ConfigurationError` with every issue of the arguments.
 */
export class EdgeAgent extends pulumi.ComponentResource {
  /** Namespace of the agent. */
  readonly namespace: pulumi.Output<string>;
  /** Namespace of everything that runs on each node. */
  readonly nodeNamespace: pulumi.Output<string>;
  /** Disk of each agent's buffer, as a Kubernetes quantity. */
  readonly bufferDisk: pulumi.Output<string>;
  /**
   * Memory of each agent, as a Kubernetes quantity. It includes room for the series that ended
   * during an outage.
   */
  readonly bufferMemory: pulumi.Output<string>;
  /**
   * The most that queues of logs and traces take of each node's disk, as a Kubernetes quantity.
   * Undefined if neither is sent.
   */
  readonly nodeQueueDisk?: pulumi.Output<string>;
  /**
   * Disk of each pod of the collector gateway, as a Kubernetes quantity. Undefined if there is
   * none.
   */
  readonly gatewayDisk?: pulumi.Output<string>;
  /** Address to which applications send OTLP over HTTP. Undefined if no collector runs. */
  readonly otlpEndpoint?: pulumi.Output<string>;
  /** Address to which applications send OTLP over gRPC. Undefined if no collector runs. */
  readonly otlpGrpcEndpoint?: pulumi.Output<string>;
  /**
   * Name of the Service in `namespace` that the hub queries. Undefined if metrics are sent to the
   * hub.
   */
  readonly queryService?: pulumi.Output<string>;
  /**
   * Name of the Service in `namespace` with the edge's own Alertmanagers. Undefined if the edge
   * does not tell alerts by itself.
   */
  readonly alertmanagerService?: pulumi.Output<string>;

  constructor(name: string, args: EdgeAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `EdgeAgent ${name}`;
    const options = sizeOptions(subject, podsOptions(args.pods, opts, DIRECT_HOSTS));
    super("heliograph:index:EdgeAgent", name, {}, options);
    const edge = resolveInputs(args, subject);
    const { model } = edge;
    const { sources, telemetry } = model;
    const { localStore, alerting, storageClass, images, pods } = args;
    const identityArgs = identityOf(args);
    const child = { parent: this };

    const ownNamespace = restrictedNamespace(`${name}-namespace`, model.namespace, child);
    const nodeNamespace = nodeAgentNamespace(`${name}-node-namespace`, model.nodeNamespace, child);
    const namespaces = {
      namespace: ownNamespace.metadata.name,
      nodeNamespace: nodeNamespace.metadata.name,
    };
    const { namespace } = namespaces;
    const bucket =
      localStore &&
      createEdgeBucket(`${name}-bucket`, localStore, model, { namespace, images }, child);
    // Flows name their namespaces as text, from which Pulumi cannot tell that these come first.
    const policies = (suffix: string, at: string, dependsOn: pulumi.Resource) =>
      networkPolicies(
        `${name}-${suffix}`,
        at,
        edgeFlows(model, bucket && UNKNOWN_STORE),
        { ...child, dependsOn },
        knownFlows(edge, bucket, alerting && portsOfReceivers(alerting.receivers)),
      );
    policies("policy", model.namespace, ownNamespace);
    policies("node-policy", model.nodeNamespace, nodeNamespace);

    const secret = createIdentity(`${name}-identity`, namespace, identityArgs, child);
    const identity = secret.metadata.name;
    const store =
      localStore &&
      bucket &&
      new LocalStore(
        `${name}-${FEDERATION.name}`,
        {
          edge,
          service: localStore,
          queryTrust: localStore.queryTrust ?? args.connection?.queryTrust ?? [],
          namespace,
          identity,
          bucket,
          storageClass,
          images,
        },
        podsOptions(pods?.localStore, child),
      );
    if (model.alerting && alerting) {
      new Alertmanager(
        `${name}-${ALERTMANAGER.name}`,
        {
          ...alerting.alertmanager,
          owner: "edge",
          namespace,
          model: model.alerting.alertmanager,
          receivers: alerting.receivers,
          image: imageReference("alertmanager", images),
        },
        child,
      );
      this.alertmanagerService = pulumi.output(ALERTMANAGER.name);
    }
    const { agents } = model;
    agents.forEach((instance, index) => {
      new PrometheusAgent(
        `${name}-${instance}`,
        {
          edge,
          instance,
          apart: index > 0,
          namespace,
          identity,
          beside: store?.beside,
          storageClass,
          image: imageReference("prometheus", images),
        },
        podsOptions(pods?.agent, child),
      );
    });
    if (agents.length > 1) {
      const role = PROMETHEUS_AGENT;
      const metadata = { name: role.name, namespace, labels: objectLabels(role) };
      createDisruptionBudget(`${name}-${role.name}`, { metadata, role }, child);
    }
    if (sources.nodeExporter) {
      const image = imageReference("nodeExporter", images);
      new NodeExporter(
        `${name}-node-exporter`,
        { namespace: namespaces.nodeNamespace, image },
        podsOptions(pods?.nodeExporter, child),
      );
    }
    if (sources.kubeStateMetrics) {
      const image = imageReference("kubeStateMetrics", images);
      new KubeStateMetrics(
        `${name}-kube-state-metrics`,
        { namespace, image },
        podsOptions(pods?.kubeStateMetrics, child),
      );
    }
    createLogsAndTraces(
      name,
      {
        edge,
        ...namespaces,
        identity: identityArgs,
        identitySecret: identity,
        storageClass,
        images,
        pods,
      },
      child,
    );

    const output = <T>(part: (known: EdgeModel) => T) => pulumi.output(edge.value(part));
    this.namespace = namespace;
    this.nodeNamespace = namespaces.nodeNamespace;
    this.bufferDisk = output(({ bufferDisk }) => bufferDisk) as pulumi.Output<string>;
    this.bufferMemory = output(({ program }) =>
      bytesQuantity(program.memoryBytes),
    ) as pulumi.Output<string>;
    if (telemetry.nodeDisk) {
      this.nodeQueueDisk = output(
        (known) => known.telemetry.nodeDisk ?? "",
      ) as pulumi.Output<string>;
    }
    if (telemetry.gateway) {
      this.gatewayDisk = output(
        (known) => known.telemetry.gateway?.disk ?? "",
      ) as pulumi.Output<string>;
    }
    if (telemetry.agent) {
      const host = pulumi.interpolate`${OTEL_AGENT.name}.${namespaces.nodeNamespace}`;
      this.otlpEndpoint = pulumi.interpolate`http://${host}:${OTLP_HTTP_PORT}`;
      this.otlpGrpcEndpoint = pulumi.interpolate`http://${host}:${OTLP_GRPC_PORT}`;
    }
    if (store) this.queryService = pulumi.output(LOCAL_QUERY.name);
    const { bufferDisk, bufferMemory, nodeQueueDisk, gatewayDisk } = this;
    const { otlpEndpoint, otlpGrpcEndpoint, queryService, alertmanagerService } = this;
    this.registerOutputs({
      ...namespaces,
      ...{ bufferDisk, bufferMemory, nodeQueueDisk, gatewayDisk },
      ...{ otlpEndpoint, otlpGrpcEndpoint, queryService, alertmanagerService },
    });
  }
}

/** Hosts of the edge's own that it reaches without a proxy, beside addresses that end in `.svc`. */
const DIRECT_HOSTS = [...agentInstances(AGENT_REPLICAS[1]), LOCAL_STORE_GATEWAY.name];

/** From the connection, or from `hub`. */
function identityOf({ connection, privateKey, hub }: EdgeAgentArgs): EdgeIdentityArgs {
  const { certificate = "", trustBundle = [] } = connection ?? hub ?? {};
  return { certificate, trustBundle, privateKey: privateKey ?? hub?.privateKey ?? "" };
}

/**
 * Flows of which some are known late: to the bucket, to receivers of alerts, and to a hub whose
 * address is an output.
 */
function knownFlows(
  edge: ResolvedEdge,
  bucket: pulumi.Output<ObjectStoreConnection> | undefined,
  receivers: pulumi.Output<number[]> | undefined,
): pulumi.Output<Flow[]> | undefined {
  const model = edge.value((known) => known);
  if (!bucket && !receivers && !isLater(model)) return undefined;
  const late = pulumi.output(isLater(model) ? (model as pulumi.Output<EdgeModel>) : undefined);
  return pulumi
    .all([late, bucket, receivers])
    .apply(([known, store, ports]) => edgeFlows(known ?? edge.model, store, ports));
}
