import type { Role } from "../kit/labels";

/** The programs that store signals. */
export type BackendName = "mimir" | "cortex" | "thanos" | "loki" | "tempo";

export const GATEWAY: Role = { name: "gateway" };

/** A backend of a cell as one process. */
export function singleRole(backend: string, cell: string): Role {
  return { name: backend, instance: `${backend}-${cell}` };
}

/**
 * A backend of a cell as microservices: one of them, or all. Another installation than `single`, whose Service would otherwise send writes to each of
 * them while both are there.
 */
export function microservicesRole(backend: string, cell: string, component?: string): Role {
  return {
    name: backend,
    instance: `${backend}-${cell}-microservices`,
    ...(component && { component }),
  };
}

export function memcachedRole(backend: string, cell: string): Role {
  return { name: "memcached", instance: `${backend}-${cell}-memcached` };
}

/** Evaluates the rules of a cell whose backend does not. */
export function rulerRole(cell: string) {
  return { name: "ruler", instance: `ruler-${cell}` } as const satisfies Role;
}

/** Answers for every edge and every cell at once. */
export const GLOBAL_QUERY: Role = { name: "global-query" };

/** Answers it for one cell, whose backend does not speak Thanos. */
export function readerRole(cell: string): Role {
  return { name: "cell-reader", instance: `reader-${cell}` };
}

export const DEAD_MANS_SWITCH: Role = { name: "dead-mans-switch" };

export const GRAFANA: Role = { name: "grafana" };
