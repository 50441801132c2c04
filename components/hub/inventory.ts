import { HUB_RETENTION_DAYS } from "../backends/kit/metrics/load";
import type { ContractEdge, ContractHub } from "../contract/encode";
import { distinguishedName } from "../contract/identity";
import type { Signal } from "../contract/names";
import type { GatewayClient, KnownClient } from "./gateway/config";
import type { Cell, Edge, HubModel } from "./model";

/** Who may write: every edge but the revoked. */
export function gatewayClients({ edges }: Pick<HubModel, "edges">): GatewayClient[] {
  return edges
    .filter(({ revoked }) => !revoked)
    .map((edge) => ({ ...knownClient(edge), tenant: edge.tenant, cell: edge.cell }));
}

/** Who is shut out, by the subject with which it was let in. */
export function revokedClients({ edges }: Pick<HubModel, "edges">): KnownClient[] {
  return edges.filter(({ revoked }) => revoked).map(knownClient);
}

function knownClient({ name, keyGeneration }: Edge): KnownClient {
  return { key: { subject: distinguishedName({ name, keyGeneration }) }, edge: name };
}

/**
 * Days for which data of a signal may have to be kept in any cell: a cell keeps the data of tenants
 * that write elsewhere by now.
 */
export function longestRetention({ tenants }: Pick<HubModel, "tenants">, signal: Signal): number {
  const own = signal === "metrics" ? HUB_RETENTION_DAYS : 1;
  return Math.max(own, ...tenants.map(({ retentionDays }) => retentionDays[signal]));
}

/**
 * Host and port of the edges that are queried in place, by name. A revoked edge is not asked
 * either.
 */
export function queriedEdges({ edges }: Pick<HubModel, "edges">): Record<string, string> {
  return Object.fromEntries(
    edges.flatMap(({ name, query, revoked }) =>
      query === undefined || revoked ? [] : [[name, query] as const],
    ),
  );
}

/** Names of a cell's backends, by signal. */
export function backendsOfCell({ stores }: Cell) {
  return {
    metrics: stores.metrics.backend.name,
    logs: stores.logs?.backend.name,
    traces: stores.traces?.backend.name,
  };
}

/** The part of a hub that its edges have to know. */
export function contractHub(
  { cells, edges }: Pick<HubModel, "cells" | "edges">,
  gateway: ContractHub["gateway"],
): ContractHub {
  return {
    gateway,
    cells: Object.fromEntries(cells.map((cell) => [cell.name, backendsOfCell(cell)])),
    edges: contractEdges({ edges }),
  };
}

/** Edges as they are told about themselves: what the hub stores of them is its own concern. */
export function contractEdges({ edges }: Pick<HubModel, "edges">): ContractEdge[] {
  return edges.map((edge) => ({ ...edge, activeSeries: edge.allSeries }));
}
