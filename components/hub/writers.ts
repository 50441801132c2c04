import { HUB_TENANT, type Signal } from "../contract/names";
import { DEFAULT_CELL, DEFAULT_RETENTION_DAYS } from "../contract/defaults";
import { toSeconds } from "../kit/duration";
import type { HubObservabilityArgs } from "./args";
import type { HubEdgeArgs } from "./inventory-args";
import type { EdgeLoad, TenantLoad } from "../backends/kit/metrics/load";

type Inventory = Pick<HubObservabilityArgs, "tenants" | "edges" | "alerting">;
/** Who writes into which cell. */
export type Writers = Pick<HubObservabilityArgs, "edges"> & {
  readonly tenants: Readonly<Record<string, { readonly cell?: string }>>;
};

/** Alerts that fired, and what was expected of edges: looked up for months, and next to nothing to keep. */
const HUB_RETENTION_DAYS = 365;

/** Cell that stores what a tenant's edges send. */
export function cellOf({ tenants }: Pick<Writers, "tenants">, tenant: string): string {
  return tenants[tenant]?.cell ?? DEFAULT_CELL;
}

/** Edges whose data a cell stores, by name. */
export function edgesIn<Edge extends { readonly tenant: string }>(
  { tenants, edges }: Pick<Writers, "tenants"> & { readonly edges: Readonly<Record<string, Edge>> },
  cell: string,
): [name: string, edge: Edge][] {
  return Object.entries(edges).filter(([, { tenant }]) => cellOf({ tenants }, tenant) === cell);
}

/** What every tenant of one cell brings, the hub's own among them. A revoked edge keeps its room: it may be let in again. */
export function tenantLoads(
  { tenants, edges, alerting }: Inventory,
  cell: string,
): Record<string, TenantLoad> {
  const here = edgesIn({ tenants, edges }, cell);
  const loads = Object.entries(tenants).map(([id, { retentionDays }]): [string, TenantLoad] => {
    const own = here.filter(([, { tenant }]) => tenant === id);
    return [id, { retentionDays, edges: own.map(([, edge]) => loadOf(edge)) }];
  });
  const hub: TenantLoad = {
    retentionDays: HUB_RETENTION_DAYS,
    edges: [],
    alertmanagers: alerting?.alertmanagers,
  };
  return { ...Object.fromEntries(loads), [HUB_TENANT]: hub };
}

function loadOf({ outage, ...edge }: HubEdgeArgs): EdgeLoad {
  return { activeSeries: sentSeries(edge), outageSeconds: toSeconds(outage) };
}

/** What an edge sends whose metrics stay with it: some for each target, and metrics that are made of spans. */
const WATCHED_SERIES = 10_000;

function sentSeries({ activeSeries, query }: Pick<HubEdgeArgs, "activeSeries" | "query">): number {
  return query === undefined ? activeSeries : Math.min(activeSeries, WATCHED_SERIES);
}

/** Series that the edges of a cell send at a time. */
export function cellSeries(writers: Writers, cell: string): number {
  return edgesIn(writers, cell).reduce((total, [, edge]) => total + sentSeries(edge), 0);
}

/** Number of edges whose data a cell stores. */
export function cellEdges(writers: Writers, cell: string): number {
  return edgesIn(writers, cell).length;
}

/** Days for which data of a signal may have to be kept. */
export function longestRetention(
  { tenants }: Pick<HubObservabilityArgs, "tenants">,
  signal: Signal,
): number {
  const { logs, traces } = DEFAULT_RETENTION_DAYS;
  const days = Object.values(tenants).map(
    ({ retentionDays, logRetentionDays = logs, traceRetentionDays = traces }) => {
      return { metrics: retentionDays, logs: logRetentionDays, traces: traceRetentionDays }[signal];
    },
  );
  return Math.max(signal === "metrics" ? HUB_RETENTION_DAYS : 1, ...days);
}
