import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { EdgeConnection, EdgeConnectionBackends } from "../contract/connection";
import type { Signal } from "../contract/names";
import { AGENT_REPLICAS } from "../contract/cluster-names";
import { described, name, period, quantity, text, whole } from "../kit/fields";
import type { ImageArgs } from "../kit/images";
import type { ComponentPodsArgs, PodsArgs } from "../kit/pods";
import type { EdgeAlertingArgs } from "./alerting/args";
import type { EdgeExporterArgs } from "./collector/args";
import type { EdgeLocalStoreArgs } from "./local-store/args";
import type { EdgeLogsArgs } from "./logs/args";
import type { EdgeSourcesArgs } from "./metrics/sources/registry";
import type { EdgeTracesArgs } from "./traces/args";

/** How the edge reaches its hub, and its identity there. It is for hubs that give no connection. */
export interface EdgeHubArgs {
  /** Address of the hub's gateway without a path, e.g. `https://ingest.ops.example.com`. */
  url: pulumi.Input<string>;
  /** Name that the gateway's certificate must hold. */
  serverName: pulumi.Input<string>;
  /**
   * CA certificates (PEM) with which the edge verifies the gateway. There are two while a CA is
   * being replaced.
   */
  trustBundle: pulumi.Input<string[]>;
  /** The edge's certificate (PEM), signed by the hub. */
  certificate: pulumi.Input<string>;
  /** Secret: the private key (PEM) of that certificate. */
  privateKey: pulumi.Input<string>;
  /**
   * Whether the hub stores the samples of only one of several agents, and removes the label
   * `__replica__` that tells them apart, as HubObservability does. With false the label is not
   * sent, and the edge can have only one agent. Defaults to true.
   */
  deduplicates?: boolean;
  /** Signals that the hub stores for this edge. Defaults to metrics only. */
  signals?: Signal[];
  /**
   * Backend that stores each signal. It decides how the edge writes. Defaults to the default
   * backends of HubObservability.
   */
  backends?: EdgeConnectionBackends;
}

/**
 * Placement and resources of an edge's pods. Settings of one component win over the settings for
 * all.
 */
export interface EdgePodsArgs extends PodsArgs {
  /** Pods of the agents that scrape and send metrics. Defaults to none. */
  agent?: ComponentPodsArgs;
  /** Pods of node-exporter, one on every node. Defaults to none. */
  nodeExporter?: ComponentPodsArgs;
  /** The pod of kube-state-metrics. Defaults to none. */
  kubeStateMetrics?: ComponentPodsArgs;
  /**
   * Pods that read logs and receive telemetry on every node: collectors, or another log agent.
   * Defaults to none.
   */
  nodeAgents?: ComponentPodsArgs;
  /** Pods of the collector gateway, which sees whole traces. Defaults to none. */
  collectorGateway?: ComponentPodsArgs;
  /**
   * Pods of the query, store gateway and compactor of an edge that keeps its metrics. Defaults to
   * none.
   */
  localStore?: ComponentPodsArgs;
}

/**
 * Settings of agents and collectors that Heliograph has no argument for, in upstream's own format.
 * They are merged last: maps by key, lists are appended. Keys on which the delivery to the hub
 * depends are rejected.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- other languages have no type for `unknown` */
export interface EdgeExtraConfigArgs {
  /**
   * Settings for the agents' prometheus.yml. `remote_write` and `global.external_labels` are
   * rejected, because they decide what is sent to the hub, and changing them starts a new queue.
   * Defaults to none.
   */
  agent?: Record<string, any>;
  /**
   * Settings for the collectors of the nodes. The processor `memory_limiter`, the exporters to the
   * hub, the storage of queues, `service.telemetry` and Heliograph's pipelines are rejected.
   * Defaults to none.
   */
  collector?: Record<string, any>;
  /** Settings for the collector gateway, with the same exceptions. Defaults to none. */
  collectorGateway?: Record<string, any>;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** Arguments of EdgeAgent. Give `connection` and `privateKey`, or the labels and `hub`. */
export interface EdgeAgentArgs {
  /**
   * Everything that the edge has to know about its hub: the edge's entry in the output `edges` of
   * HubObservability. With it, only `privateKey` is required, and `hub` must be left out. Labels
   * and sizes may be repeated, but must not contradict it.
   */
  connection?: EdgeConnection;
  /**
   * Secret: the private key (PEM) of the certificate in `connection`. Required with `connection`.
   */
  privateKey?: pulumi.Input<string>;
  /**
   * Name of the edge in the hub's inventory, and the label `cluster`. A DNS label. Required without
   * `connection`, as are the other labels and `hub`.
   */
  cluster?: string;
  /** The label `environment`, e.g. `prd`. A DNS label. */
  environment?: pulumi.Input<string>;
  /** The label `region`, e.g. `uaenorth`. */
  region?: pulumi.Input<string>;
  /** The label `cluster_type`, which says what the cluster is for: `workload` or `ops`. */
  clusterType?: pulumi.Input<string>;
  /**
   * The label `tenant_id`: the tenant that stores the edge's data. The gateway decides the tenant;
   * this argument only labels the data.
   */
  tenantId?: pulumi.Input<string>;
  /**
   * How the edge reaches its hub, and its identity there. A change of the address or of a label
   * starts a new queue, and unsent data is lost.
   */
  hub?: EdgeHubArgs;
  /**
   * Number of agents: 1, or 2 that scrape and send the same samples, each with its own volume, on
   * different nodes if possible. The hub stores the samples of one of them, and changes to the
   * other if it receives nothing from the first for half a minute. Raising it from 1 to 2 does not
   * restart the first agent. Defaults to 1, and with `localStore` to 2.
   */
  replicas?: number;
  /**
   * Name of the namespace to create for the agent, at most 58 characters. Agents on nodes are in a
   * second namespace, `<namespace>-node`. Defaults to `heliograph`.
   */
  namespace?: string;
  /**
   * Longest time that the hub may be away without loss of a sample, as a duration, e.g. `6h`. Disk
   * and memory are derived from it. Defaults to `6h`.
   */
  outage?: pulumi.Input<string>;
  /**
   * Number of series that are scraped at a time. Disk and memory are derived from it. Defaults to
   * 200000.
   */
  activeSeries?: pulumi.Input<number>;
  /** Time between two scrapes of a target, as a duration. Defaults to `15s`. */
  scrapeInterval?: pulumi.Input<string>;
  /**
   * What is scraped. Defaults to nodes, the API server, Kubernetes objects (kube-state-metrics) and
   * all annotated pods and services.
   */
  sources?: EdgeSourcesArgs;
  /**
   * Keeps the metrics at the edge, where the hub queries them. Defaults to none: all metrics are
   * sent to the hub.
   */
  localStore?: EdgeLocalStoreArgs;
  /**
   * Alerts that the edge evaluates over the metrics that it keeps, and tells by itself, also while
   * the hub is away. Only with `localStore`: otherwise the hub evaluates what the edge sends.
   * Defaults to none.
   */
  alerting?: EdgeAlertingArgs;
  /** Logs of pods. Defaults to all logs, if the hub stores logs. */
  logs?: EdgeLogsArgs;
  /** Traces of applications. Defaults to a sampled share of them, if the hub stores traces. */
  traces?: EdgeTracesArgs;
  /** Destinations of logs and traces in addition to the hub. Defaults to none. */
  exporters?: EdgeExporterArgs[];
  /**
   * Bytes of log lines per second in the whole cluster. Disk and memory are derived from it.
   * Defaults to 100000.
   */
  logBytesPerSecond?: pulumi.Input<number>;
  /**
   * Number of spans per second in the whole cluster. Disk and memory are derived from it. Defaults
   * to 200.
   */
  spansPerSecond?: pulumi.Input<number>;
  /**
   * Number of nodes of the cluster. The size of each node's queue is derived from it. Defaults to
   * 1.
   */
  nodes?: pulumi.Input<number>;
  /**
   * Storage class of the buffer, and of the volumes for traces. Defaults to the cluster's default
   * class.
   */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk of the buffer, as a Kubernetes quantity. Defaults to the size that is derived from
   * `outage`, `activeSeries` and `scrapeInterval`. A volume can grow in place if its storage class
   * allows it, but cannot shrink. If you lower one of these arguments, or the class does not allow
   * growth, give the size that the volume has.
   */
  bufferDisk?: pulumi.Input<string>;
  /**
   * Whether the certificates of kubelets must be signed by the cluster's CA. Defaults to true. Set
   * it to false only if kubelets sign their own certificates (kubeadm without
   * `serverTLSBootstrap`). A client that takes over a node's address then receives the agent's
   * token, which may list pods and read metrics.
   */
  verifyKubelets?: boolean;
  /** Placement and resources of the edge's pods. Defaults to derived resources on any node. */
  pods?: EdgePodsArgs;
  /** Settings of agents and collectors that Heliograph has no argument for. Defaults to none. */
  extraConfig?: EdgeExtraConfigArgs;
  /** Registry and overrides of images. Defaults to the upstream registries. */
  images?: ImageArgs;
}

const above0 = (what: string, example: number) =>
  described(z.int().min(1), what, example, "a whole number above 0");

/** The labels of an edge, which its connection says, or else its arguments. */
export const edgeLabelFields = {
  cluster: name("Name of the edge in the hub's inventory", "dev"),
  environment: name("Environment of the edge, the label `environment`", "dev"),
  region: text("Region of the cluster, the label `region`", "uaenorth"),
  clusterType: name("What the cluster is for, the label `cluster_type`", "workload"),
  tenantId: name("Tenant of the edge, the label `tenant_id`", "dev"),
};

/**
 * Limits of `EdgeHubArgs`, its certificates and key aside: they are checked once they are known.
 */
export const edgeHubFields = {
  url: described(
    z.string().refine(isGatewayUrl),
    "Address of the hub's gateway",
    "https://ingest.ops.example.com",
    "an https address without a path",
  ),
  serverName: text("Name that the gateway's certificate must hold", "ingest.ops.example.com"),
};

function isGatewayUrl(url: string): boolean {
  return URL.canParse(url) && url === `https://${new URL(url).host}`;
}

/** How much an edge sends, and for how long it keeps what it cannot send. */
export const edgeSizeFields = {
  outage: period("Longest time that the hub may be away without loss of a sample", "6h").default(
    "6h",
  ),
  activeSeries: above0("Number of series that the edge sends at a time", 200_000).default(200_000),
  logBytesPerSecond: above0("Bytes of log lines that the edge sends per second", 100_000).default(
    100_000,
  ),
  spansPerSecond: above0("Number of spans that the edge sends per second", 200).default(200),
  nodes: above0("Number of nodes of the cluster", 3).default(1),
};

/** Fields of the edge itself, as arguments and in a stack file. */
export const edgeFields = {
  replicas: whole(
    "Number of agents. Two agents scrape and send the same samples. The hub stores those of one, " +
      "and changes to the other if it receives nothing from the first. " +
      "Defaults to 1, and to 2 if the edge keeps its metrics.",
    AGENT_REPLICAS,
    2,
  ).optional(),
  scrapeInterval: period("Time between two scrapes of a target", "15s").default("15s"),
  storageClass: text(
    "Storage class of the agent's buffer, and of the volumes for traces. " +
      "Defaults to the cluster's default class.",
    "managed-csi-premium",
  ).optional(),
  verifyKubelets: described(
    z.boolean().default(true),
    "Whether the certificates of kubelets must be signed by the cluster's CA. " +
      "Set it to false only if kubelets sign their own certificates.",
    true,
    "true or false",
  ),
  bufferDisk: quantity(
    "Disk of each agent's buffer. Defaults to the size that is derived from outage, series and " +
      "scrape interval.",
    "20Gi",
  ).optional(),
};

/** The name of a namespace has 63 characters, and `-node` is added to this one. */
export const namespaceField = described(
  z.string().regex(/^[a-z0-9]([-a-z0-9]{0,56}[a-z0-9])?$/),
  "Name of the namespace to create",
  "heliograph",
  "a DNS label of at most 58 characters",
);
