import type { Signal } from "../contract/names";
import type { Backend, StoreOptions } from "../backends/backend";
import type { BackendTopology } from "../backends/kit/architecture";

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
  readonly watcher?: { readonly cluster: string; readonly tenant: string };
  readonly alertmanagers: readonly string[];
}

/** How a cell stores one signal: its section with every default in place, and the backend. */
export interface Store<S extends Signal = Signal> {
  readonly signal: S;
  readonly backend: Backend<S>;
  readonly topology: BackendTopology;
  /** Everything of the section, the backend's own options among it. */
  readonly options: StoreOptions;
}

export interface CellTenant {
  readonly id: string;
  readonly retentionDays: Readonly<Record<Signal, number>>;
  readonly edges: readonly Edge[];
}

/** An edge of the inventory, with every default in place. */
export interface Edge {
  readonly name: string;
  readonly tenant: string;
  readonly cell: string;
  readonly keyGeneration: number;
  readonly revoked: boolean;
  /** Host and port at which its metrics are queried in place. */
  readonly query?: string;
  /** Longest time for which the hub may be away, in seconds. */
  readonly outageSeconds: number;
  /** Series that it sends at a time: few, where its metrics stay with it. */
  readonly activeSeries: number;
  readonly logBytesPerSecond: number;
  readonly spansPerSecond: number;
  readonly allTraces: boolean;
  readonly environment?: string;
  readonly region?: string;
  readonly clusterType?: string;
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
