import type { StoreOptions } from "../../../../components/backends/backend";
import { backendOf, optionDefaults } from "../../../../components/backends/registry";
import type { Signal } from "../../../../components/contract/names";
import type { Cell, CellTenant, Edge, Store } from "../../../../components/hub/model";

/** An edge in which every number differs from its default and from every other. */
export function edge(name: string, tenant: string, more: Partial<Edge> = {}): Edge {
  return {
    name,
    tenant,
    cell: "main",
    environment: "prd",
    region: "uaenorth",
    clusterType: "workload",
    agentNamespace: "heliograph",
    keyGeneration: 2,
    revoked: false,
    outageSeconds: 7 * 3600,
    activeSeries: 210_000,
    allSeries: 210_000,
    logBytesPerSecond: 430_000,
    spansPerSecond: 1_100,
    allTraces: false,
    ...more,
  };
}

export function store<S extends Signal>(
  signal: S,
  options: StoreOptions & { readonly backend?: string } = {},
): Store<S> {
  const backend = backendOf(signal, options.backend);
  return {
    signal,
    backend,
    topology: options.topology ?? "single",
    options: { ...optionDefaults(backend), diskSize: backend.defaultDisk, ...options },
  };
}

/** Tenants `b` and `c`, whose retentions all differ, with two edges and one. */
export function cell({
  stores = {},
  edges = [
    edge("b-one", "b"),
    edge("b-two", "b", { outageSeconds: 5 * 3600, activeSeries: 130_000 }),
    edge("c-one", "c", { logBytesPerSecond: 70_000, spansPerSecond: 310 }),
  ],
  ...more
}: Partial<Omit<Cell, "stores">> & { readonly stores?: Partial<Cell["stores"]> } = {}): Cell {
  const tenant = (id: string, metrics: number, logs: number, traces: number): CellTenant => ({
    id,
    cell: "main",
    retentionDays: { metrics, logs, traces },
    edges: edges.filter((each) => each.tenant === id),
  });
  const sum = (of: (edge: Edge) => number) => edges.reduce((total, each) => total + of(each), 0);
  return {
    name: "main",
    stores: {
      metrics: store("metrics"),
      logs: store("logs", { schemaFrom: "2026-01-31" }),
      traces: store("traces"),
      ...stores,
    },
    tenants: [tenant("b", 29, 11, 5), tenant("c", 37, 13, 3)],
    ownTenants: ["b", "c"],
    edges,
    load: {
      edges: edges.length,
      activeSeries: sum(({ activeSeries }) => activeSeries),
      logBytesPerSecond: sum(({ logBytesPerSecond }) => logBytesPerSecond),
      spansPerSecond: sum(({ spansPerSecond }) => spansPerSecond),
      outageSeconds: Math.max(0, ...edges.map(({ outageSeconds }) => outageSeconds)),
      sampledEdges: edges.filter(({ allTraces }) => !allTraces).map(({ name }) => name),
    },
    alertmanagers: [],
    ...more,
  };
}
