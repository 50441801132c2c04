import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Signal } from "../contract/names";
import type { Cell, Store } from "../hub/model";
import type { Flow, PodPeer } from "../kit/flows";
import type { ImageArgs } from "../kit/images";
import type { Issue } from "../kit/issues";
import type { HubPlace } from "../rules/model";
import type { RuleFileText } from "../rules/rule-file";
import type { ObjectStoreConnection } from "../storage/connection";
import type { Architecture, BackendTopology } from "./kit/architecture";

/**
 * A backend stores one signal of a cell. This interface is everything that the rest of Heliograph
 * knows of one: the gateway, Grafana, network policies, rules, guards, `verify`, the schema of stack
 * files and the tables of the documentation walk the registry and read it from here. Nothing outside
 * a backend's folder names the backend.
 *
 * Everything but `deploy` is pure, and runs without Pulumi.
 */
export interface Backend {
  /** Value of the key `backend`, name of its image, and first part of its objects' names. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  readonly signal: Signal;

  /** Keys that only this backend has, below the cell's signal: a zod shape. All are optional. */
  readonly options: z.ZodRawShape;
  /** Disk of a pod that holds what is not in the bucket yet. A Kubernetes quantity. */
  readonly defaultDisk: string;
  /** Components that `replicas` may name. */
  readonly components: readonly string[];

  /** Components, ports, and who calls whom. May depend on the store's options. */
  architecture(options: StoreOptions): Architecture;
  /** What has to be kept while there is data: topology, copies, number of ingesters. */
  standing(store: Store, cell: Cell): Standing;
  /** Contradictions between values that are each well-formed. Paths start at the signal. */
  check(store: Store, cell: Cell): Issue[];
  /** What a change of its options leaves behind, beside what holds for every backend. */
  readonly frozen: readonly FrozenOption[];
  /** Commands that make it upload what it holds, and wait for it. */
  flush(cell: string): string[];
  /** Whether it keeps its objects below `bucket.prefix`. */
  readonly knowsPrefix: boolean;

  readonly ingest: readonly IngestPath[];
  readonly datasource: DatasourceModel;
  readonly rules: BackendRules;
  /** Connections beside those that follow from the architecture. */
  flows?(store: Store, cell: Cell, agent: PodPeer): Flow[];

  readonly limits: BackendLimits;
  readonly probe: Probe;

  deploy(name: string, args: DeployArgs, opts: pulumi.ComponentResourceOptions): DeployedBackend;
}

/** What `backends/<name>/options.ts` reads from: the store's section with every default in place. */
export type StoreOptions = Readonly<Record<string, unknown>>;

/** Copies of what is not in the bucket yet. It must not become less while there is data. */
export interface Standing {
  readonly topology: BackendTopology;
  readonly copies: number;
  readonly ingesters: number;
}

/** An option that never changes while there is data. */
export interface FrozenOption {
  readonly key: string;
  /** What a change loses, and how it is done properly: texts for the refusal. */
  lost(was: string, asked: string): string;
  instead(was: string, asked: string): readonly string[];
}

export type Protocol = "remote write" | "Loki push" | "OTLP/HTTP" | "OTLP/gRPC" | (string & {});

/** A way in for data of edges: the gateway makes a location of each. */
export interface IngestPath {
  /** Path at the gateway. Backends of one signal may share one. */
  readonly path: string;
  readonly protocol: Protocol;
  /** Port of the backend, by its name in `DeployedBackend.addresses`. */
  readonly port: string;
  /** Path at the backend, where it is another one. */
  readonly backendPath?: string;
  /** Largest body that the backend takes, in bytes: the gateway refuses nothing that it would take. */
  readonly maxBodyBytes: number;
  /** What the backend answers, and what of it reaches the client. */
  readonly answers: readonly BackendAnswer[];
  /** How the clients of the protocol take an answer other than 2xx. */
  readonly clients: readonly ClientBehaviour[];
}

export interface BackendAnswer {
  readonly status: string;
  readonly becomes: string;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

export interface ClientBehaviour {
  readonly client: string;
  readonly keeps: string;
  readonly drops: string;
}

/** How Grafana reads it. */
export interface DatasourceModel {
  /** Type of the plug-in. */
  readonly type: string;
  /** Path of its interface, behind host and port. */
  readonly path: string;
  /** Whether it takes `a|b` for several tenants in one query. May depend on the store's options. */
  readsSeveralTenants(options: StoreOptions): boolean;
  /** Settings of the plug-in: links by uid lead to the other signals of the same tenants. */
  jsonData(
    links: Readonly<Partial<Record<Signal, DatasourceLink>>>,
  ): Readonly<Record<string, unknown>>;
}

export interface DatasourceLink {
  readonly uid: string;
  readonly backend: Backend;
}

/** Its part of the rules of the hub. */
export interface BackendRules {
  /** Whether it evaluates the hub's rules: only backends of metrics do, or have a ruler beside them. */
  readonly groupsNameTenants?: true;
  /** Terms of the alerts that all backends share, by alert. */
  terms(hub: HubPlace): AlertTerms;
}

/** PromQL terms, by the problem that they show. The shared alerts join those of all backends. */
export interface AlertTerms {
  readonly ingesterUnhealthy?: Readonly<Record<string, readonly string[]>>;
  readonly compactorUnhealthy?: Readonly<Record<string, readonly string[]>>;
  readonly bucketFailing?: string;
  readonly dataDiscarded?: string;
}

/** What limits its tenants. */
export interface BackendLimits {
  /** Limits that should be in force in a cell, as one object for each kind of pod that enforces some. */
  intended(store: Store, cell: Cell): readonly EnforcedLimits[];
}

/** Limits that every pod of some components should have in force. */
export interface EnforcedLimits {
  /** Components of which every pod is asked. As one process, that process is. */
  readonly components: readonly string[];
  readonly byTenant: TenantLimits;
  /** Reads them from a pod. */
  read(ask: Ask, tenants: readonly string[]): Promise<TenantLimits>;
}

export type TenantLimits = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Sends a request to a pod of the backend, as the tenant or tenants (`a|b`) that are named. */
export type Ask = (request: BackendRequest) => Promise<BackendResponse>;

export interface BackendRequest {
  readonly path: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly tenants?: readonly string[];
}

export interface BackendResponse {
  readonly status: number;
  readonly body: string;
}

/** What `verify` writes through the gateway with an edge's certificate, and reads back. */
export interface Probe {
  /** What is written, for people: "sample", "log line", "trace". */
  readonly what: string;
  /** A request to the gateway that writes one record under an id of its own. */
  write(record: ProbeRecord, encode: ProbeEncoders): BackendRequest;
  /** How many of the ids a tenant has. */
  count(ask: Ask, tenant: string, ids: readonly string[], milliseconds: number): Promise<number>;
}

export interface ProbeRecord {
  /** A UUID. */
  readonly id: string;
  /** Time of the record, in milliseconds since 1970. */
  readonly milliseconds: number;
  /** The five labels of the edge. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Encoders of protocols that need a library. The caller has them, so that this package needs none. */
export interface ProbeEncoders {
  remoteWrite(
    series: readonly {
      readonly labels: Readonly<Record<string, string>>;
      readonly samples: readonly (readonly [value: number, milliseconds: number])[];
    }[],
  ): BackendRequest;
}

export interface DeployArgs {
  readonly store: Store;
  readonly cell: Cell;
  readonly namespace: pulumi.Input<string>;
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  readonly images: ImageArgs | undefined;
  /** Rules of the hub's own tenant. Backends of metrics evaluate them. */
  readonly rules: pulumi.Output<RuleFileText>;
}

export interface DeployedBackend {
  /** Host and port for the gateway, by port name, once it is ready. */
  readonly addresses: Readonly<Record<string, pulumi.Output<string>>>;
  /** Host and port for whoever reads one tenant. */
  readonly readAddress: string;
  /** The same for several tenants at once. */
  readonly allReadAddress: string;
  /** Where another Thanos reads all of the cell over gRPC. Undefined where it cannot. */
  readonly grpcAddress?: string;
}
