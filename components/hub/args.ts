import type * as pulumi from "@pulumi/pulumi";
import type { MetricsBackend } from "../contract/names";
import type { ImageArgs } from "../kit/images";
import { ServiceType } from "../kit/service-type";
import type { ObjectStoreConnection } from "../storage/connection";
import type { BackendTopology } from "../backends/kit/architecture";
import type { HubGrafanaArgs } from "./grafana/args";
import type { MetricsProfile } from "../backends/kit/metrics/profiles";

/** How the gateway's Service is exposed. */
export const GatewayServiceType = ServiceType;
export type GatewayServiceType = ServiceType;

/** Where edges write to. */
export interface HubGatewayArgs {
  /** Name under which edges reach the gateway; the server certificate must hold it. */
  host: string;
  /** Port under which edges reach it. Defaults to 443. */
  port?: number;
  /** How the Service is exposed: `LoadBalancer`, `NodePort` or `ClusterIP`. Defaults to `LoadBalancer`. */
  serviceType?: GatewayServiceType;
  /** Port of the nodes, 30000 to 32767. Only with `NodePort`. Defaults to one that the cluster chooses. */
  nodePort?: number;
  /** Annotations of the Service, for load balancers. Defaults to none. */
  serviceAnnotations?: Record<string, string>;
  /** Number of pods. Defaults to 2. */
  replicas?: number;
  /** Server certificate (PEM), with its chain. */
  serverCertificate: pulumi.Input<string>;
  /** Private key of the server certificate (PEM). */
  serverPrivateKey: pulumi.Input<string>;
  /** CA certificates (PEM) that vouch for edges; more than one while a CA is being replaced. */
  clientTrustBundle: pulumi.Input<string[]>;
}

/**
 * A Redis that is there: ElastiCache, Memorystore, Azure Cache, one of your own; not a cluster of several. No two backends share a database of it. Any
 * hub with the same tenants needs another, too.
 */
export interface HubRedisArgs {
  /** Host and port, e.g. `redis.example.com:6379`. */
  endpoint: string;
  /** Whether it is connected to by TLS, with a certificate of a public CA for that host. Defaults to true. */
  tls?: boolean;
  /** Number of the database, from 0. Defaults to 0. */
  database?: number;
  /** Secret: the password of its user `default`. Defaults to none. */
  password?: pulumi.Input<string>;
}

/** Where the metrics of a cell are stored, and by how many processes. */
export interface HubMetricsArgs {
  /**
   * Which program stores them: `mimir`, `cortex` or `thanos`. With Cortex, rules are evaluated by a Prometheus beside it, and the bucket has no prefix. It
   * never changes while there is data. Defaults to `mimir`.
   */
  backend?: MetricsBackend;
  /** The bucket: output `connection` of an ObjectStoreBucket. */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: string;
  /**
   * Disk for the samples of the last day and whatever is not in the bucket yet, as a Kubernetes quantity; with `microservices`, of each ingester, where
   * it can be raised later. Defaults to `50Gi`.
   */
  diskSize?: string;
  /**
   * `single`: one process (of Thanos, one of each part), with one copy of what is not in the bucket yet. `microservices`: each part of it in pods of its own,
   * with three copies. Everything stays readable when `single` becomes `microservices`. Defaults to `single`.
   */
  topology?: BackendTopology;
  /** Number and size of pods with `microservices`: `small`, `medium` or `large`. Defaults to the smallest with room for the cell's series and edges. */
  profile?: MetricsProfile;
  /** Pods by component (`ingester`, `query-frontend`, ...), instead of the profile's; their sizes follow. Defaults to none. */
  replicas?: Record<string, number>;
  /** Whether queries and blocks are cached in memcached, which is made for it. Only with `microservices`. Defaults to false. */
  caches?: boolean;
  /** Redis in which they are cached, instead of memcached. Only with `microservices`, and not with `mimir`. Defaults to none. */
  redis?: HubRedisArgs;
  /** Three zones of the cluster (label `topology.kubernetes.io/zone`), each of which gets one copy of everything. Defaults to one group of pods. */
  zones?: string[];
  /**
   * Days for which samples are kept as they came, from 10; older ones are kept as of 5 minutes and of an hour, for as long as their tenant's retention
   * says. Only with `thanos`. Defaults to the retention.
   */
  rawDays?: number;
  /** Days for which samples of 5 minutes are kept, from `rawDays`. Only with `thanos`. Defaults to the retention. */
  fiveMinuteDays?: number;
}

/** Where the log lines of a cell are stored, and by how many processes. */
export interface HubLogsArgs {
  /** The bucket: output `connection` of an ObjectStoreBucket. Not that of the metrics or traces, unless each has a prefix. */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /**
   * Day from which lines are stored, by schema v13 (TSDB), as `2026-01-31`: that of the first update, or one before; lines of the month before it are taken,
   * too. It never changes: Loki would not find by another schema what it has stored by this one.
   */
  schemaFrom: string;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: string;
  /** Disk for what is not in the bucket yet, as a Kubernetes quantity; with `microservices`, of each ingester. Defaults to `20Gi`. */
  diskSize?: string;
  /**
   * `single`: Loki as one process, with one copy of what is not in the bucket yet. `microservices`: each part of it in pods of its own, with three copies.
   * Defaults to `single`.
   */
  topology?: BackendTopology;
  /** Pods by component (`ingester`, `query-frontend`, ...), instead of what follows from the rates of the cell's edges. Only with `microservices`. Defaults to none. */
  replicas?: Record<string, number>;
  /** Whether results and what is read of the bucket are cached in memcached, which is made for it. Only with `microservices`. Defaults to false. */
  caches?: boolean;
  /** Redis in which they are cached, instead of memcached. Only with `microservices`. Defaults to none. */
  redis?: HubRedisArgs;
}

/** Where the traces of a cell are stored, and by how many processes. */
export interface HubTracesArgs {
  /** The bucket: output `connection` of an ObjectStoreBucket. Not that of the metrics or logs, unless each has a prefix. */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: string;
  /** Disk for what is not in the bucket yet, as a Kubernetes quantity; with `microservices`, of each ingester. Defaults to `20Gi`. */
  diskSize?: string;
  /**
   * `single`: Tempo as one process, with one copy of what is not in the bucket yet. `microservices`: each part of it in pods of its own, with three
   * copies. Defaults to `single`.
   */
  topology?: BackendTopology;
  /** Pods by component (`ingester`, `query-frontend`, ...), instead of what follows from the rates of the cell's edges. Only with `microservices`. Defaults to none. */
  replicas?: Record<string, number>;
  /**
   * Whether metrics (service graph, rates and durations) are made of the spans here. Only where every edge of the cell sends all of its traces: edges that
   * sample make these metrics before they do. Defaults to false.
   */
  metricsGenerator?: boolean;
}

/** A complete set of backends and buckets in one region. */
export interface HubCellArgs {
  /** Where its metrics are stored. */
  metrics: HubMetricsArgs;
  /** Where its log lines are stored. Defaults to nowhere: the gateway then refuses them with 503, which clients retry. */
  logs?: HubLogsArgs;
  /** Where its traces are stored. Defaults to nowhere, as for logs. */
  traces?: HubTracesArgs;
}

/** Who may see which data. The key in `tenants` is the immutable id. */
export interface HubTenantArgs {
  /** What people call the tenant. Defaults to its id. */
  displayName?: string;
  /** Cell that stores what its edges send, a key of `cells`: all of it, and nowhere else. It never changes while there is data. Defaults to `main`. */
  cell?: string;
  /** Days for which its metrics are kept, 1 to 3650. */
  retentionDays: number;
  /** Days for which its log lines are kept, 1 to 3650. Defaults to 30. */
  logRetentionDays?: number;
  /** Days for which its traces are kept, 1 to 3650. Defaults to 7. */
  traceRetentionDays?: number;
}

/** An edge cluster: entry of the inventory. */
export interface HubEdgeArgs {
  /** Tenant into which it writes, a key of `tenants`. */
  tenant: string;
  /** Which of the edge's keys is let in; raising it shuts out the older ones. From 1. */
  keyGeneration: number;
  /** Host and port at which its metrics are queried in place: it then sends only what the hub watches edges by. Defaults to none: it sends them. */
  query?: string;
  /** Whether the edge is shut out. Defaults to false. */
  revoked?: boolean;
  /** Longest time for which the hub may be away without loss of this edge's samples, e.g. `6h`. */
  outage: string;
  /** Series that the edge sends at a time; limits, memory and CPU come from it. */
  activeSeries: number;
  /** Bytes of log lines that it sends in a second; limits and sizes come from it, with room for what piles up in an outage. Defaults to 100,000. */
  logBytesPerSecond?: number;
  /** Spans that it sends in a second, after sampling; limits and sizes come from it, as for logs. Defaults to 200. */
  spansPerSecond?: number;
  /** Whether it sends all of its traces, sampling none. Defaults to false. */
  allTraces?: boolean;
  /** The labels of the same names (`clusterType`: `cluster_type`), by which alerts about the edge can be routed. Default to none. */
  environment?: string;
  region?: string;
  clusterType?: string;
}

/** Calls an address from the hub for as long as metrics arrive and alerts are evaluated, so that somebody outside notices when they are not. */
export interface HubDeadMansSwitchArgs {
  /** Secret: the address to call (GET), https or http. */
  url: pulumi.Input<string>;
  /** Seconds between two calls. From 10. Defaults to 60. */
  everySeconds?: number;
}

/** Who is told when something is wrong. */
export interface HubAlertingArgs {
  /** Addresses of Alertmanagers, each gets every alert, e.g. `http://alertmanager.monitoring:9093`. Defaults to none: alerts are only stored. */
  alertmanagers?: string[];
  /** Defaults to none. */
  deadMansSwitch?: HubDeadMansSwitchArgs;
}

/** One query over every edge whose metrics stay with it (Thanos) and every cell. */
export interface HubGlobalQueryArgs {
  /** Number of pods. Defaults to 2. */
  replicas?: number;
  /** With what it shows itself to edges (PEM): output `queryCertificate` of MtlsPki. */
  certificate: pulumi.Input<string>;
  /** Secret: the private key (PEM) of that certificate. */
  privateKey: pulumi.Input<string>;
}

export interface HubObservabilityArgs {
  /** Namespace to make, with labels that refuse pods that are not restricted. Defaults to `heliograph-hub`. Not with `existingNamespace`. */
  namespace?: string;
  /** Namespace that exists: needed where a bucket with static keys has put its Secret there. Not with `namespace`. */
  existingNamespace?: pulumi.Input<string>;
  /** Namespace of the agent that watches the hub's own cluster; its pods may read the hub's metrics. Defaults to `heliograph`. */
  agentNamespace?: string;
  /** Where edges write to. */
  gateway: HubGatewayArgs;
  /** Cells by name, at least one. */
  cells: Record<string, HubCellArgs>;
  /** Tenants by id. */
  tenants: Record<string, HubTenantArgs>;
  /** The inventory: edges by name. */
  edges: Record<string, HubEdgeArgs>;
  /** Edge of the inventory that runs in the hub's own cluster and scrapes the hub. Defaults to none: then alerts know the hub by its namespace alone. */
  watchedBy?: string;
  /** Certificates (PEM) signed for edges, by edge. Edges without one are not missed when they are silent, and no end of theirs is watched. Defaults to none. */
  certificates?: pulumi.Input<Record<string, string>>;
  /** Days before its end from which a certificate is renewed; an alert tells when that has not happened. Defaults to 90. */
  renewBeforeDays?: number;
  /** Who is told when something is wrong. Defaults to nobody. */
  alerting?: HubAlertingArgs;
  /** One query over all edges and cells. Defaults to none; edges with `query` need it. */
  globalQuery?: HubGlobalQueryArgs;
  /** Grafana, with data sources made from the inventory. Defaults to none. */
  grafana?: HubGrafanaArgs;
  /** Where images come from. Defaults to the upstream registries. */
  images?: ImageArgs;
}
