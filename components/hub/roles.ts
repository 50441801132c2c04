import type { Role } from "../kit/labels";
import type { MimirComponent } from "./mimir/components";

export const GATEWAY: Role = { name: "gateway" };

/** Mimir of a cell as one process. */
export function mimirRole(cell: string): Role {
  return { name: "mimir", instance: `mimir-${cell}` };
}

/**
 * Mimir of a cell as microservices: one of them, or all. Another installation than `single`, whose Service would otherwise send writes to each of them
 * while both are there.
 */
export function microservicesRole(cell: string, component?: MimirComponent): Role {
  return { name: "mimir", instance: `mimir-${cell}-microservices`, ...(component && { component }) };
}

export function memcachedRole(cell: string): Role {
  return { name: "memcached", instance: `mimir-${cell}-memcached` };
}

export const DEAD_MANS_SWITCH: Role = { name: "dead-mans-switch" };
