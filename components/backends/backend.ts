import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Signal } from "../contract/names";
import type { Dashboard } from "../dashboards/kit/dashboard";
import type { Cell, Store } from "../hub/model";
import type { Flow } from "../kit/flows";
import type { ImageArgs } from "../kit/images";
import type { Issue } from "../kit/issues";
import type { Alert, RuleFileText } from "../rules/types";
import type { ObjectStoreConnection } from "../storage/connection";
import type { Architecture, BackendTopology } from "./kit/architecture";
import type { DeployKit } from "./kit/deploy-kit";
import type { Installation } from "./kit/installation";
import type { MetricsProfile } from "./kit/metrics/profiles";
import type { TenantRules } from "./kit/tenant-rules";
import type { Ask, Probe, Readers } from "./requests";

/**
 * A backend stores one signal of a cell. This interface is everything that the rest of Heliograph
 * knows of one: the gateway, Grafana, network policies, rules, guards, `verify`, the schema of
 * stack files and the tables of the documentation walk the registry and read it from here. Nothing
 * outside a backend's folder names the backend.
 *
 * Everything but `deploy` is pure, and runs without Pulumi.
 */
export interface Backend<S extends Signal = Signal> {
  /** Value of the key `backend`, name of its image, and first part of its objects' names. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  readonly signal: S;

  /**
   * Keys that a cell's section has for this backend, beside those that each backend takes. None is
   * required: `check` says what is missing.
   */
  readonly options: z.ZodRawShape;
  /** Options by the name that they had before, which is rejected with the line to paste. */
  readonly renamedOptions?: Readonly<Record<string, string>>;
  /** Options that it rejects, although the signal's other backends have them. */
  readonly rejectedOptions?: readonly string[];
  /**
   * What other backends of the signal do instead of what the options ask for: the end of the
   * message where one of the options is given to another backend.
   */
  readonly others?: string;
  /** Disk of a pod that holds what is not in the bucket yet. A Kubernetes quantity. */
  readonly defaultDisk: string;
  /** Microservice components that `replicas` may name. */
  readonly components: readonly string[];
  /** Whether it keeps its objects below `bucket.prefix`. */
  readonly knowsPrefix: boolean;
  /**
   * Keys of its configuration, with dots, that the argument `extraConfig` may not have: rings,
   * storage, authentication. Undefined where it takes no such argument.
   */
  readonly protectedConfig?: readonly string[];

  /** Microservice components, ports, and who calls whom. May depend on the store's options. */
  architecture(options: StoreOptions): Architecture;
  /** What has to be kept while there is data: topology, copies, number of ingesters. */
  durability(store: Store, cell: Cell): Durability;
  /**
   * Contradictions between values that are each well-formed, and what is missing. Paths start at
   * the arguments of the hub: `cells`, the cell, the signal.
   */
  check(store: Store, cell: Cell): Issue[];

  /** Options that never change while there is data. */
  readonly frozen: readonly FrozenOption[];
  /** Commands that make it upload what it holds, and wait for it. */
  flush(cell: string): string[];
  /** Whether a pod that stops uploads what it holds. */
  readonly uploadsWhenStopped: boolean;

  readonly ingest: readonly IngestPath[];
  /** How agents of edges write log lines to it, where they do not speak OTLP. Of logs alone. */
  readonly shippers?: LogShippers;
  readonly datasource: DatasourceModel;
  /** Its metrics in the alerts that every backend has. */
  readonly alerts: AlertMetrics;
  /**
   * Alerts that it alone has, each with its runbook. `hub`: matchers of the series of the hub's
   * pods.
   */
  ownAlerts?(hub: string): Alert[];
  /** What people see of it, and of what it stores. Defaults to nothing. */
  dashboards?(): readonly Dashboard[];
  /**
   * Whether a group of rules names the tenants whose series it sees. Defaults to false: it sees
   * those of all tenants. Of metrics alone.
   */
  readonly groupsNameTenants?: true;
  /**
   * Whether it evaluates rules of each tenant over the tenant's log lines alone, and tells the
   * cell's Alertmanagers. Defaults to false: alerts on log lines are rejected. Of logs alone.
   */
  readonly evaluatesLogRules?: true;
  /** Connections beside those that follow from the architecture. */
  flows?(store: Store, cell: Cell): Flow[];

  /** Limits that should be active in a cell, by the kinds of pods that enforce them. */
  limits(store: Store, cell: Cell): readonly EnforcedLimits[];
  /** Reads from a pod that answers queries. */
  reader(ask: Ask): Readers[S];
  readonly probe: Probe;

  /** Type of its Pulumi component, which never changes. */
  readonly type: string;
  /** Makes its objects below `installation.parent`, with what `make` has for them. */
  deploy(make: DeployKit, installation: Installation, args: DeployArgs): DeployedBackend;
}

/** A cell's section of one signal, with every default in place. */
export interface StoreOptions {
  readonly diskSize?: string;
  readonly storageClass?: string;
  /** Merged last into its configuration. */
  readonly extraConfig?: object;
  readonly topology?: BackendTopology;
  /** Pods by microservice component. */
  readonly replicas?: Readonly<Record<string, number>>;
  /** Of metrics. */
  readonly profile?: MetricsProfile;
  readonly zones?: readonly string[];
  /** Of backends that cache. */
  readonly caches?: boolean;
  readonly redis?: RedisOptions;
  /** A backend's own options. */
  readonly [option: string]: unknown;
}

export interface RedisOptions {
  readonly endpoint: string;
  readonly tls?: boolean;
  readonly database?: number;
  /** Secret. */
  readonly password?: pulumi.Input<string>;
}

/** Copies of what is not in the bucket yet. It must not become less while there is data. */
export interface Durability {
  readonly topology: BackendTopology;
  readonly copies: number;
  readonly ingesters: number;
}

/** An option that never changes while there is data. */
interface FrozenOption {
  readonly key: string;
  /** What a change loses, and how it is done properly: texts for the rejection. */
  lost(was: string, asked: string): string;
  instead(was: string, asked: string): readonly string[];
}

/** Protocols that backends of several upstreams take; a backend may have one of its own. */
export type Protocol = "remote write" | "OTLP/HTTP" | "OTLP/gRPC" | (string & {});

/** A way in for data of edges: the gateway makes a location of each. */
export interface IngestPath {
  /** Path at the gateway. Backends of one signal may share one. */
  readonly path: string;
  readonly protocol: Protocol;
  /** Which address of the backend takes it: a key of `DeployedBackend.addresses`. */
  readonly port: AddressName;
  /** Path at the backend, where it is another one. */
  readonly backendPath?: string;
  /** Largest body that the backend takes, in bytes: the gateway rejects none that is smaller. */
  readonly maxBodyBytes: number;
  /** What the backend answers, beside what every backend does, and what reaches the client. */
  readonly answers: readonly BackendAnswer[];
  /** Clients that speak its own protocol, and how they take an answer other than 2xx. */
  readonly clients?: readonly IngestClient[];
}

interface IngestClient {
  readonly client: string;
  readonly keeps: string;
  readonly drops: string;
}

export type AddressName = "http" | "grpc";

export interface BackendAnswer {
  readonly status: string;
  readonly becomes: string;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

/** The section with which an agent of log lines writes to the hub, in the agent's own terms. */
export interface LogShippers {
  promtail?(target: ShipperTarget): object;
  fluentBit?(target: ShipperTarget): object;
}

export interface ShipperTarget {
  /** The hub's gateway, e.g. `https://ingest.ops.example.com`. */
  readonly url: string;
  /** Name that the gateway's certificate has. */
  readonly serverName: string;
  /** The five labels of the edge. */
  readonly labels: Readonly<Record<string, string>>;
  /** Disk for what could not be sent yet. */
  readonly queueBytes: number;
  /** Paths of PEM files in the agent's pod. */
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly trustBundleFile: string;
}

/** How Grafana reads it. */
export interface DatasourceModel {
  /** Type of the plug-in. */
  readonly type: string;
  /** What its queries are written in, where dashboards that users bring are checked for it. */
  readonly language?: "PromQL" | "LogQL";
  /** Path of its interface, behind host and port. */
  readonly path: string;
  /** Whether it takes `a|b` for several tenants in one query. May depend on the store's options. */
  readsSeveralTenants(options: StoreOptions): boolean;
  /** Settings of the plug-in. Links by uid lead to the other signals of the same tenants. */
  jsonData(links: DatasourceLinks): Readonly<Record<string, unknown>>;
  /**
   * Settings with which Grafana finds here what belongs to a span: `tags` (attributes of spans and
   * the labels of the same value) and a query. Of metrics and logs alone.
   */
  readonly fromSpan?: Readonly<Record<string, unknown>>;
}

/** Data sources that show the other signals of the same tenants. */
export type DatasourceLinks = Readonly<Partial<Record<Signal, DatasourceLink>>>;

interface DatasourceLink {
  readonly uid: string;
  readonly backend: Backend;
}

/**
 * Names of its own metrics, by what alerts tell from them. The alerts join those of all backends.
 */
export interface AlertMetrics {
  /** Gauge of the members of its rings, with the labels `name` and `state`. */
  readonly ringMembers?: string;
  /** Counters of failed writes of ingesters to their write-ahead log. */
  readonly walFailures?: readonly string[];
  /** Counters of blocks that could not be made. */
  readonly blockFailures?: readonly string[];
  /** Counters of uploads that failed. */
  readonly uploadFailures?: readonly string[];
  /** Gauge: time of the oldest block that is not uploaded, in seconds since 1970; 0 for none. */
  readonly oldestNotUploaded?: string;
  /**
   * Counters of failed runs of compactors, with the matchers that they need: `status="failure"`.
   */
  readonly compactorFailures: Readonly<Record<string, string>>;
  /** Gauge: 1 where a compactor has stopped for good. */
  readonly compactorHalted?: string;
  /**
   * Gauge: time of a compactor's last successful run, in seconds since 1970; 0 before the first.
   */
  readonly compactorLastRun?: string;
  /**
   * Counter of evaluations of rules that failed, and its label with the tenant, where each has
   * rules of its own.
   */
  readonly ruleFailures?: { readonly counter: string; readonly tenant?: string };
  /** Counters of failed and of all operations on the bucket, and their label `operation`. */
  readonly bucket: {
    readonly failures: string;
    readonly operations: string;
    /** The operation that they count, where they have no such label. */
    readonly operation?: string;
  };
  /** Counter of discarded records, and a pattern of the reasons for which a sender repeats them. */
  readonly discarded?: { readonly counter: string; readonly repeated: string };
}

/** Limits that every pod of some microservice components should have active. */
export interface EnforcedLimits {
  /** Every pod of these is asked. As one process, that process is. */
  readonly components: readonly string[];
  /** Each pod has limits of some tenants: those of all pods are taken together. */
  readonly together?: true;
  readonly byTenant: TenantLimits;
  /** Reads them from a pod. */
  read(ask: Ask, tenants: readonly string[]): Promise<TenantLimits>;
}

/** By tenant, limits by their names in the backend. */
export type TenantLimits = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface DeployArgs {
  readonly store: Store;
  readonly cell: Cell;
  readonly namespace: pulumi.Input<string>;
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  readonly images: ImageArgs | undefined;
  /** Rules of the hub's own tenant. Backends of metrics evaluate them. */
  readonly rules: pulumi.Output<RuleFileText>;
  /** Rules about workloads, which every tenant has. Backends of metrics evaluate them, too. */
  readonly workloadRules: pulumi.Output<RuleFileText>;
  /**
   * Rules that a tenant alone has, for each tenant that has a file of its own, and a part for each
   * ConfigMap. Of metrics.
   */
  readonly tenantRules: readonly TenantRules[];
  /**
   * Rules on log lines, by tenant that has some, and a part for each ConfigMap. Backends of logs
   * evaluate them.
   */
  readonly logRules: readonly TenantRules[];
}

export interface DeployedBackend {
  /** Host and port for the gateway, once it is ready. */
  readonly addresses: Readonly<Record<"http", pulumi.Output<string>>> &
    Readonly<Partial<Record<AddressName, pulumi.Output<string>>>>;
  /** Host and port for whoever reads one tenant. */
  readonly readAddress: string;
  /** The same for several tenants at once. */
  readonly allReadAddress: string;
  /** Where the global query reads all of the cell over gRPC. Undefined where it cannot. */
  readonly grpcAddress?: string;
}
