import type { Role } from "../kit/labels";

export const GATEWAY: Role = { name: "gateway" };

/** Mimir of a cell. */
export function mimirRole(cell: string): Role {
  return { name: "mimir", instance: `mimir-${cell}` };
}

/** The agent of the hub's own cluster, as the edge half of the library labels it. */
export const AGENT: Role = { name: "prometheus-agent" };
