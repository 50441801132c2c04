import type { Backend, StoreOptions } from "../backends/backend";
import type { BackendTopology } from "../backends/kit/architecture";
import type { Signal } from "../contract/names";
import type { Alertmanager } from "../alertmanager/model";
import type { ComparedEnvironments } from "../rules/workloads/fleet";
import type { WorkloadAlerts } from "../rules/workloads/rules";
import type { LogAlerts } from "../rules/log-alerts";
import type { OwnRules } from "../rules/own/model";
import type { Slo } from "../rules/slos";

/**
 * A hub, resolved once from its arguments or from a stack file's section, with every default in
 * place. Whatever is made of a hub is made from it. Nothing in it is secret, and everything is
 * known at preview.
 */
export interface HubModel {
  readonly cells: readonly Cell[];
  readonly tenants: readonly Tenant[];
  /** The inventory. */
  readonly edges: readonly Edge[];
  /** The edge whose agent scrapes the hub. */
  readonly watcher?: Edge;
  /** Namespace of that agent. */
  readonly agentNamespace: string;
  /** Addresses of Alertmanagers, the hub's own among them. Each of them gets every alert. */
  readonly alertmanagers: readonly string[];
  /** Undefined where the hub has none of its own. */
  readonly alertmanager?: Alertmanager;
  /** Which alerts about workloads there are, and when they fire. */
  readonly workloads: WorkloadAlerts;
  /** Environments whose clusters should use about as much. */
  readonly compared: readonly ComparedEnvironments[];
  readonly slos: readonly Slo[];
  /** Rules that users bring. Files in which something is wrong are left out. */
  readonly ownRules: OwnRules;
}

/** Who may see which data. */
export interface Tenant {
  readonly id: string;
  /** Cell that stores everything of it. */
  readonly cell: string;
  readonly retentionDays: Readonly<Record<Signal, number>>;
  /** Undefined where nobody is told of its log lines. */
  readonly logAlerts?: LogAlerts;
}

/** A cell: a complete set of backends and buckets in one region, and what its edges bring. */
export interface Cell {
  readonly name: string;
  readonly stores: { readonly [S in Signal]?: Store<S> } & { readonly metrics: Store<"metrics"> };
  /**
   * Every tenant of the hub, with its edges of this cell: its retention must hold for what it has.
   * The hub's own tenant is not among them: backends of metrics add it.
   */
  readonly tenants: readonly CellTenant[];
  /** Names of the tenants whose data the cell stores, also those whose edges are gone. */
  readonly ownTenants: readonly string[];
  /** Edges whose data the cell stores, the revoked ones too: they may be let in again. */
  readonly edges: readonly Edge[];
  /** What all of its edges send together. */
  readonly load: CellLoad;
  /** The edge whose agent scrapes the hub, and its tenant, where this cell stores its metrics. */
  readonly watcher?: Watcher;
  readonly alertmanagers: readonly string[];
}

/** The edge that watches the hub, and the tenant it writes into. */
export interface Watcher {
  readonly cluster: string;
  readonly tenant: string;
}

/** How a cell stores one signal: its section with every default in place, and the backend. */
export interface Store<S extends Signal = Signal> {
  readonly signal: S;
  readonly backend: Backend<S>;
  readonly topology: BackendTopology;
  /** Everything of the section, the backend's own options among it. */
  readonly options: StoreOptions;
}

export interface CellTenant extends Tenant {
  readonly edges: readonly Edge[];
}

/** An edge of the inventory, with every default in place. */
export interface Edge {
  readonly name: string;
  readonly tenant: string;
  readonly cell: string;
  readonly environment: string;
  readonly region: string;
  readonly clusterType: string;
  readonly keyGeneration: number;
  readonly revoked: boolean;
  /** Host and port at which its metrics are queried in place. */
  readonly query?: string;
  /** Longest time for which the hub may be away, in seconds. */
  readonly outageSeconds: number;
  /** Series that it sends at a time: few, where its metrics stay with it. */
  readonly activeSeries: number;
  /** Series that it has at a time, whether it sends them or keeps them. */
  readonly allSeries: number;
  readonly logBytesPerSecond: number;
  readonly spansPerSecond: number;
  readonly allTraces: boolean;
  /** How large its cluster is, where the inventory says it. */
  readonly nodes?: number;
  readonly pods?: number;
  readonly applicationSeries?: number;
  /** Namespace of its agents. */
  readonly agentNamespace: string;
}

export interface CellLoad {
  readonly edges: number;
  readonly activeSeries: number;
  readonly logBytesPerSecond: number;
  readonly spansPerSecond: number;
  /** The longest outage of its edges. */
  readonly outageSeconds: number;
  /** Edges that send some of their traces only. */
  readonly sampledEdges: readonly string[];
}

/** Every store of a cell, by signal. */
export function storesOf({ stores }: Cell): Store[] {
  const { metrics, logs, traces } = stores;
  return [metrics, ...(logs ? [logs] : []), ...(traces ? [traces] : [])] as Store[];
}
