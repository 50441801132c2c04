import { distinguishedName } from "../contract/identity";
import { HUB_TENANT, type Signal } from "../contract/names";
import { USUAL_RETENTION_DAYS } from "../contract/usual";
import { toSeconds } from "../kit/duration";
import type { HubEdgeArgs, HubObservabilityArgs } from "./args";
import type { GatewayClient, KnownClient } from "./gateway/config";
import type { EdgeLoad, TenantLoad } from "./metrics/load";

type Inventory = Pick<HubObservabilityArgs, "tenants" | "edges" | "alerting">;

/** Alerts that fired, and what was expected of edges: looked up for months, and next to nothing to keep. */
const HUB_RETENTION_DAYS = 365;

/** Who may write: every edge but the revoked. */
export function gatewayClients({ edges }: Inventory): GatewayClient[] {
  return Object.entries(edges)
    .filter(([, { revoked }]) => !revoked)
    .map(([name, { keyGeneration, tenant, cell }]) => ({
      key: { subject: distinguishedName({ name, keyGeneration }) },
      edge: name,
      tenant,
      cell,
    }));
}

/** Who is shut out, by the subject with which it was let in. */
export function revokedClients({ edges }: Inventory): KnownClient[] {
  return Object.entries(edges)
    .filter(([, { revoked }]) => revoked)
    .map(([name, { keyGeneration }]) => ({ key: { subject: distinguishedName({ name, keyGeneration }) }, edge: name }));
}

/** What every tenant of one cell brings, the hub's own among them. A revoked edge keeps its room: it may be let in again. */
export function tenantLoads({ tenants, edges, alerting }: Inventory, cell: string): Record<string, TenantLoad> {
  const here = Object.values(edges).filter((edge) => edge.cell === cell);
  const loads = Object.entries(tenants).map(([id, { retentionDays }]): [string, TenantLoad] => {
    const own = here.filter(({ tenant }) => tenant === id);
    return [id, { retentionDays, edges: own.map(loadOf) }];
  });
  const hub: TenantLoad = { retentionDays: HUB_RETENTION_DAYS, edges: [], alertmanagers: alerting?.alertmanagers };
  return { ...Object.fromEntries(loads), [HUB_TENANT]: hub };
}

function loadOf({ activeSeries, outage }: HubEdgeArgs): EdgeLoad {
  return { activeSeries, outageSeconds: toSeconds(outage) };
}

/** Series that the edges of a cell send at a time. */
export function cellSeries({ edges }: Pick<Inventory, "edges">, cell: string): number {
  return Object.values(edges)
    .filter((edge) => edge.cell === cell)
    .reduce((total, { activeSeries }) => total + activeSeries, 0);
}

/** Edges whose data a cell stores. */
export function cellEdges({ edges }: Pick<Inventory, "edges">, cell: string): number {
  return Object.values(edges).filter((edge) => edge.cell === cell).length;
}

/** Tenants whose data a cell stores. */
export function cellTenants({ tenants, edges }: Pick<Inventory, "tenants" | "edges">, cell: string): string[] {
  const here = Object.values(edges).filter((edge) => edge.cell === cell);
  return Object.keys(tenants).filter((id) => here.some(({ tenant }) => tenant === id));
}

/** Days for which something of a signal may have to be kept: a cell keeps what tenants have who write elsewhere by now. */
export function longestRetention({ tenants }: Pick<Inventory, "tenants">, signal: Signal): number {
  const { logs, traces } = USUAL_RETENTION_DAYS;
  const days = Object.values(tenants).map(({ retentionDays, logRetentionDays = logs, traceRetentionDays = traces }) => {
    return { metrics: retentionDays, logs: logRetentionDays, traces: traceRetentionDays }[signal];
  });
  return Math.max(signal === "metrics" ? HUB_RETENTION_DAYS : 1, ...days);
}
