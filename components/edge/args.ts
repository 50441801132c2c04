import type * as pulumi from "@pulumi/pulumi";
import type { Signal } from "../contract/names";
import type { ImageArgs } from "../kit/images";
import type { EdgeExporterArgs } from "./collector/args";
import type { EdgeLogsArgs } from "./logs/args";
import type { EdgeSourcesArgs } from "./metrics/sources/args";
import type { EdgeThanosArgs } from "./local-store/args";
import type { EdgeTracesArgs } from "./traces/args";

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
  /** What the hub takes of this edge. Defaults to metrics alone. */
  signals?: Signal[];
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
   * one of them and, when it hears nothing of it for half a minute, of the other. Defaults to 1, with `thanos` to 2. From 1 to 2 the first one goes on as it was.
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
  /** Metrics that stay at the edge, where the hub queries them. Defaults to none: they are sent to the hub. */
  thanos?: EdgeThanosArgs;
  /** Logs of pods. Defaults to all of them, where the hub takes logs. */
  logs?: EdgeLogsArgs;
  /** Traces of applications. Defaults to a sampled share of them, where the hub takes traces. */
  traces?: EdgeTracesArgs;
  /** Destinations of logs and traces next to the hub. Defaults to none. */
  exporters?: EdgeExporterArgs[];
  /** Bytes of log lines in a second, of the whole cluster. Disk and memory follow from it. Defaults to 100000. */
  logBytesPerSecond?: number;
  /** Spans in a second, of the whole cluster. Disk and memory follow from it. Defaults to 200. */
  spansPerSecond?: number;
  /** Nodes of the cluster: what each has to keep follows from it. Defaults to 1. */
  nodes?: number;
  /** Storage class of the buffer, and of the volumes for traces. Defaults to the cluster's default class. */
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
