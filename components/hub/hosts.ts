import { backendName, gossipHost } from "../backends/kit/architecture";
import { podHost } from "../alertmanager/ports";
import { ALERTMANAGER, GLOBAL_QUERY, GRAFANA, memcachedRole, readerRole, rulerRole } from "./roles";
import { roleName } from "../kit/labels";
import { storesOf, type HubModel } from "./model";

/**
 * Hosts of the hub's own Services. Pods reach each other by these names, which no domain covers:
 * with a proxy, they are exceptions.
 */
export function directHosts({
  cells,
  alertmanager,
}: Pick<HubModel, "cells" | "alertmanager">): string[] {
  const ofCells = cells.flatMap((cell) => [
    roleName(rulerRole(cell.name)),
    roleName(readerRole(cell.name)),
    ...storesOf(cell).flatMap(({ backend, options }) => {
      const { name, components } = backend.architecture(options);
      return [
        backendName(name, cell.name),
        gossipHost(name, cell.name),
        roleName(memcachedRole(name, cell.name)),
        ...components.flatMap((component) => {
          const host = backendName(name, cell.name, component);
          return [host, `${host}-discovery`];
        }),
      ];
    }),
  ]);
  const alertmanagers = Array.from({ length: alertmanager?.replicas ?? 0 }, (_, pod) =>
    podHost(pod),
  );
  return [...ofCells, ...[GLOBAL_QUERY, GRAFANA, ALERTMANAGER].map(roleName), ...alertmanagers];
}
