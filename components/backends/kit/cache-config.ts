import { MEMCACHED_PORT } from "./architecture";

/** Largest thing that is cached: a part of an index. */
export const CACHE_ITEM_BYTES = 5 * 2 ** 20;

export function memcachedArguments(mebibytes: number): string[] {
  return [
    `--memory-limit=${mebibytes}`,
    `--max-item-size=${CACHE_ITEM_BYTES}`,
    `--port=${MEMCACHED_PORT}`,
  ];
}

/**
 * For so long answers are kept. In Redis each thing needs an end: a server that is full throws away
 * only what has one.
 */
export const VALIDITY = "24h";

/** Variable of a pod's environment with the password of Redis, as a scalar of YAML: quoted. */
export const REDIS_PASSWORD = "REDIS_PASSWORD";

/** A Redis, as backends are told of it. */
interface Redis {
  readonly endpoint: string;
  readonly tls: boolean;
  readonly database: number;
  /** Whether it wants one. */
  readonly password: boolean;
}

/** Where a backend caches: hosts of memcached, or a Redis. */
export type Cache = { readonly memcached: readonly string[] } | { readonly redis: Redis };

/**
 * Not `dns+host`, which some backends look up without the search domains of their pods, and do not
 * find; each host has one address anyway.
 */
export function memcachedAddresses(hosts: readonly string[]): string[] {
  return hosts.map((host) => `${host}:${MEMCACHED_PORT}`);
}

export interface Memcached {
  readonly addresses: string;
  readonly max_item_size: number;
}

/** As most clients are told. */
export function memcachedConfig(hosts: readonly string[]): Memcached {
  return { addresses: memcachedAddresses(hosts).join(), max_item_size: CACHE_ITEM_BYTES };
}

export interface RedisOptions {
  readonly db: number;
  readonly tls_enabled: boolean;
  readonly password?: string;
}

/**
 * What all clients call alike; only the address has another name in each. `filledIn`: how a
 * variable is written where it is filled in.
 */
export function redisOptions(
  { database, tls, password }: Redis,
  filledIn = (variable: string) => `\${${variable}}`,
): RedisOptions {
  return {
    db: database,
    tls_enabled: tls,
    ...(password && { password: filledIn(REDIS_PASSWORD) }),
  };
}
