import { distinguishedName } from "../contract/identity";
import { toSeconds } from "../kit/duration";
import type { HubObservabilityArgs } from "./args";
import type { GatewayClient } from "./gateway/config";
import { runtimeConfig, type RuntimeConfig } from "./mimir/limits";

type Inventory = Pick<HubObservabilityArgs, "tenants" | "edges">;

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

/** Limits of every tenant in one cell. A revoked edge keeps its room: it may be let in again. */
export function cellRuntimeConfig({ tenants, edges }: Inventory, cell: string): RuntimeConfig {
  const here = Object.values(edges).filter((edge) => edge.cell === cell);
  return runtimeConfig(
    Object.fromEntries(
      Object.entries(tenants).map(([id, { retentionDays }]) => [
        id,
        {
          retentionDays,
          edges: here
            .filter(({ tenant }) => tenant === id)
            .map(({ activeSeries, outage }) => ({ activeSeries, outageSeconds: toSeconds(outage) })),
        },
      ]),
    ),
  );
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
