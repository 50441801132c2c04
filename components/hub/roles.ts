import type { Role } from "../kit/labels";

export { ALERTMANAGER } from "../alertmanager/ports";
export { memcachedRole, microservicesRole, rulerRole, singleRole } from "../backends/kit/roles";

export const GATEWAY: Role = { name: "gateway" };

/** Answers for every edge and every cell at once. */
export const GLOBAL_QUERY: Role = { name: "global-query" };

/** Answers it for one cell, whose backend it cannot query by itself. */
export function readerRole(cell: string): Role {
  return { name: "cell-reader", instance: `reader-${cell}` };
}

export const DEAD_MANS_SWITCH: Role = { name: "dead-mans-switch" };

export const GRAFANA: Role = { name: "grafana" };
