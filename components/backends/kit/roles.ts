import type { Role } from "../../kit/labels";

/** A backend of a cell as one process. */
export function singleRole(backend: string, cell: string): Role {
  return { name: backend, instance: `${backend}-${cell}` };
}

/**
 * A backend of a cell as microservices: one of them, or all. Another instance than `single`, whose
 * Service would otherwise send writes to each of them while both are there.
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
