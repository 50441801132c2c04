import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { EdgeConnection, EdgeConnectionBackends } from "../contract/connection";
import type { Signal } from "../contract/names";
import { AGENT_REPLICAS } from "../contract/places";
import { described, name, period, quantity, text, whole } from "../kit/fields";
import type { ImageArgs } from "../kit/images";
import type { ComponentPodsArgs, PodsArgs } from "../kit/pods";
import type { EdgeExporterArgs } from "./collector/args";
import type { EdgeThanosArgs } from "./local-store/args";
import type { EdgeLogsArgs } from "./logs/args";
import type { EdgeSourcesArgs } from "./metrics/sources/args";
import type { EdgeTracesArgs } from "./traces/args";

/** How the edge reaches its hub, and its identity there. */
export interface EdgeHubArgs {
  /** Address of the hub's gateway without a path, e.g. `https://ingest.ops.example.com`. */
  url: pulumi.Input<string>;
  /** Name that the gateway's certificate must hold. */
  serverName: pulumi.Input<string>;
  /** CA certificates (PEM) that vouch for the gateway; two while a CA is being replaced. */
  trustBundle: pulumi.Input<string[]>;
  /** The edge's certificate (PEM), signed by the hub. */
  certificate: pulumi.Input<string>;
  /** Secret: the private key (PEM) of that certificate. */
  privateKey: pulumi.Input<string>;
  /**
   * Whether the hub takes the samples of one of several agents and drops the label `__replica__`
   * that tells them apart, as HubObservability does. Defaults to true. With false the label is not
   * sent, and the edge has one agent.
   */
  deduplicates?: boolean;
  /** Signals that the hub stores of this edge. Defaults to metrics alone. */
  signals?: Signal[];
  /** Which backend stores each signal: it decides how the edge writes. Defaults to the hub's. */
  backends?: EdgeConnectionBackends;
}

/** Pods of an edge, by component. What is said of one component wins over what is said of all. */
export interface EdgePodsArgs extends PodsArgs {
  /** The agents that scrape and send metrics. */
  agent?: ComponentPodsArgs;
  /** node-exporter on every node. */
  nodeExporter?: ComponentPodsArgs;
  /** kube-state-metrics. */
  kubeStateMetrics?: ComponentPodsArgs;
  /** What reads logs and takes telemetry on every node: collectors, or another log agent. */
  nodeAgents?: ComponentPodsArgs;
  /** The collector gateway, which sees whole traces. */
  collectorGateway?: ComponentPodsArgs;
  /** The query, store gateway and compactor of an edge that keeps its metrics. */
  thanos?: ComponentPodsArgs;
}

/**
 * Configuration in upstream's own words, merged last: maps by key, lists appended. Keys on which
 * the delivery to the hub depends are rejected.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- other languages have no type for `unknown` */
export interface EdgeExtraConfigArgs {
  /**
   * For the agents' prometheus.yml. Not `remote_write` and `global.external_labels`: they decide
   * what the hub is sent, and a changed one starts a new queue.
   */
  agent?: Record<string, any>;
  /**
   * For the collectors of the nodes. Not the processor `memory_limiter`, the exporters to the hub,
   * the queue's storage, `service.telemetry` and Heliograph's pipelines.
   */
  collector?: Record<string, any>;
  /** The same for the collector gateway. */
  collectorGateway?: Record<string, any>;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

export interface EdgeAgentArgs {
  /**
   * Everything that the edge has to know about its hub: output `edges` of HubObservability, by the
   * name of the edge. With it the edge needs `privateKey` and nothing else; `hub` is left out.
   * Labels and sizes may be repeated, not contradicted.
   */
  connection?: EdgeConnection;
  /** Secret: the private key (PEM) of the certificate in `connection`. Required with it. */
  privateKey?: pulumi.Input<string>;
  /**
   * Name of the edge in the hub's inventory; the label `cluster`. A DNS label. Required without
   * `connection`, as are the other labels and `hub`.
   */
  cluster?: string;
  /** The label `environment`, e.g. `prd`. A DNS label. */
  environment?: pulumi.Input<string>;
  /** The label `region`, e.g. `uaenorth`. */
  region?: pulumi.Input<string>;
  /** What the cluster is for, the label `cluster_type`: `workload` or `ops`. */
  clusterType?: pulumi.Input<string>;
  /**
   * Tenant into which the hub stores what the edge sends; the label `tenant_id`. The gateway
   * decides the tenant: this only labels the data.
   */
  tenantId?: pulumi.Input<string>;
  /**
   * How the edge reaches its hub, and its identity there. Another address, like another label,
   * starts a new queue: what is not sent by then is lost.
   */
  hub?: EdgeHubArgs;
  /**
   * Agents: 1, or 2 that scrape and send the same, each with its own volume, on different nodes
   * where there are several. The hub takes the samples of one of them and, when it hears nothing of
   * it for half a minute, of the other. Defaults to 1, with `thanos` to 2. From 1 to 2 the first
   * one goes on as it was.
   */
  replicas?: number;
  /**
   * Namespace to create for the agent; agents on nodes go to `<namespace>-node`. Defaults to
   * `heliograph`.
   */
  namespace?: string;
  /**
   * How long the hub may be away without the loss of a sample, e.g. `6h`. Disk and memory follow
   * from it. Defaults to `6h`.
   */
  outage?: pulumi.Input<string>;
  /** Series scraped at a time. Disk and memory follow from it. Defaults to 200000. */
  activeSeries?: pulumi.Input<number>;
  /** How often targets are scraped. Defaults to `15s`. */
  scrapeInterval?: pulumi.Input<string>;
  /**
   * What is scraped. Defaults to nodes, the API server, objects (kube-state-metrics) and everything
   * annotated.
   */
  sources?: EdgeSourcesArgs;
  /** Metrics that stay at the edge, where the hub queries them. Defaults to none: all are sent. */
  thanos?: EdgeThanosArgs;
  /** Logs of pods. Defaults to all of them, where the hub takes logs. */
  logs?: EdgeLogsArgs;
  /** Traces of applications. Defaults to a sampled share of them, where the hub takes traces. */
  traces?: EdgeTracesArgs;
  /** Destinations of logs and traces next to the hub. Defaults to none. */
  exporters?: EdgeExporterArgs[];
  /**
   * Bytes of log lines in a second, of the whole cluster. Disk and memory follow from it. Defaults
   * to 100000.
   */
  logBytesPerSecond?: pulumi.Input<number>;
  /** Spans in a second, of the whole cluster. Disk and memory follow from it. Defaults to 200. */
  spansPerSecond?: pulumi.Input<number>;
  /** Nodes of the cluster: the queue of each follows from it. Defaults to 1. */
  nodes?: pulumi.Input<number>;
  /**
   * Storage class of the buffer, and of the volumes for traces. Defaults to the cluster's default
   * class.
   */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk of the buffer, as a Kubernetes quantity. Defaults to what outage, series and interval
   * need. A volume grows in place where its storage class allows it, and never shrinks: where one
   * of them is lowered, or the class has no expansion, give the size that the volume has.
   */
  bufferDisk?: pulumi.Input<string>;
  /**
   * Whether kubelets must show a certificate of the cluster's authority. Defaults to true. Set it
   * to false only where they sign their own (kubeadm without `serverTLSBootstrap`): a client that
   * takes over a node's address then receives the agent's token, which may list pods and read
   * metrics.
   */
  verifyKubelets?: boolean;
  /** Placement and resources of the edge's pods. Defaults to what is derived. */
  pods?: EdgePodsArgs;
  /** Configuration of agents and collectors in upstream's own words. Defaults to none. */
  extraConfig?: EdgeExtraConfigArgs;
  /** Registry and overrides of images. Defaults to the upstream registries. */
  images?: ImageArgs;
}

const above0 = (what: string, example: number) =>
  described(z.int().min(1), `${what}: a whole number above 0`, example);

/** The labels of an edge, which its connection says, or else its arguments. */
export const edgeLabelFields = {
  cluster: name("Name of the edge in the hub's inventory", "dev"),
  environment: name("The environment, the label `environment`", "dev"),
  region: text("The region of the cluster, the label `region`", "uaenorth"),
  clusterType: name("What the cluster is for, the label `cluster_type`", "workload"),
  tenantId: name("The tenant, the label `tenant_id`", "dev"),
};

/**
 * Limits of `EdgeHubArgs`, its certificates and key aside: they are checked once they are known.
 */
export const edgeHubFields = {
  url: described(
    z.string().refine(isGatewayUrl),
    "Address of the hub's gateway: an https address without a path",
    "https://ingest.ops.example.com",
  ),
  serverName: text("The name in the gateway's certificate", "ingest.ops.example.com"),
};

function isGatewayUrl(url: string): boolean {
  return URL.canParse(url) && url === `https://${new URL(url).host}`;
}

/** How much an edge sends, and for how long it keeps what it cannot send. */
export const edgeSizeFields = {
  outage: period("How long the hub may be away before the edge loses samples", "6h").default("6h"),
  activeSeries: above0("Series the edge sends at a time", 200_000).default(200_000),
  logBytesPerSecond: above0("Bytes of log lines the edge sends in a second", 100_000).default(
    100_000,
  ),
  spansPerSecond: above0("Spans the edge sends in a second", 200).default(200),
  nodes: above0("Nodes of the cluster", 3).default(1),
};

/** Fields of the edge itself, as arguments and in a stack file. */
export const edgeFields = {
  replicas: whole(
    "Agents: one, or a pair of which the hub takes one's samples and, when that one is gone, the other's; one where left out, a pair where metrics stay at the edge",
    AGENT_REPLICAS,
    2,
  ).optional(),
  scrapeInterval: period("How often targets are scraped", "15s").default("15s"),
  storageClass: text(
    "Storage class of the agent's buffer, and of the volumes for traces; the cluster's default where left out",
    "managed-csi-premium",
  ).optional(),
  verifyKubelets: described(
    z.boolean().default(true),
    "Whether kubelets must show a certificate of the cluster's authority: true, or false where they sign their own",
    true,
  ),
  bufferDisk: quantity(
    "Disk of the agent's buffer, instead of the derived size",
    "20Gi",
  ).optional(),
};

/** The name of a namespace has 63 characters, and `-node` is added to this one. */
export const namespaceField = described(
  z.string().regex(/^[a-z0-9]([-a-z0-9]{0,56}[a-z0-9])?$/),
  "The name of a namespace, at most 58 characters",
  "heliograph",
);
