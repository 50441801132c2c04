import { z } from "zod";
import { storesOf, type Cell, type Store } from "../../hub/model";
import { described, name, whole } from "../../kit/fields";
import type { Issue } from "../../kit/issues";
import type { RedisOptions } from "../backend";
import { keyPath } from "./layout-issues";

const REDIS_ENDPOINT = /^[a-zA-Z0-9][-.a-zA-Z0-9]*:\d{1,5}$/;
const REDIS_ENDPOINT_EXPECTED = "host and port of one server, e.g. redis.example.com:6379";

/** Options of backends that cache. `what`: what they cache. */
export function cacheOptions(what: string) {
  return {
    caches: described(
      z.boolean().default(false),
      `Whether to cache ${what} in memcached, which is then deployed. ` +
        "Only with topology microservices.",
      true,
      "true or false",
    ),
    redis,
  } as const satisfies z.ZodRawShape;
}

const redis = described(
  z
    .strictObject({
      endpoint: described(
        z.string().regex(REDIS_ENDPOINT),
        "Address of the Redis",
        "redis.example.com:6379",
        REDIS_ENDPOINT_EXPECTED,
      ),
      tls: described(
        z.boolean().default(true),
        "Whether to connect with TLS. The server's certificate must come from a public CA.",
        true,
        "true or false",
      ),
      database: whole(
        "Number of the database. No other backend may use the same one.",
        [0, 1_000_000],
        1,
      ).default(0),
      password: name(
        "Name of the entry in `heliograph:secrets` `redis` that holds the password. Defaults to none.",
        "main",
      ).optional(),
    })
    .optional(),
  "An existing Redis to cache in, instead of memcached. Only with topology microservices.",
  { endpoint: "redis.example.com:6379" },
);

/** Issues of the section of a backend that caches in memcached, or in a Redis. */
export function cacheIssues(store: Store, cell: Cell): Issue[] {
  const { caches, redis } = store.options;
  if (!redis) return [];
  if (caches)
    return [
      {
        path: keyPath(store, cell, "caches"),
        got: caches,
        expected: "false, because redis is given: one cache, not two",
        example: false,
      },
    ];
  const { endpoint, database = 0 } = redis;
  if (REDIS_ENDPOINT.test(endpoint) && Number.isInteger(database) && database >= 0) return [];
  return [
    {
      path: keyPath(store, cell, "redis"),
      got: shown(redis),
      expected: `${REDIS_ENDPOINT_EXPECTED}, and the number of a database`,
      example: { endpoint: "redis.example.com:6379", database: 0 },
    },
  ];
}

/** Without the password. */
function shown({ endpoint, database = 0 }: RedisOptions): string {
  return `${endpoint.toLowerCase()}, database ${database}`;
}

/**
 * Backends that share a database of a Redis. They know nothing of each other: each takes for its
 * own what the other has cached under the same name.
 */
export function sharedRedisIssues(cells: readonly Cell[]): Issue[] {
  const users = cells.flatMap((cell) =>
    storesOf(cell).flatMap((store) => {
      const { redis } = store.options;
      return redis ? [{ cell, store, redis }] : [];
    }),
  );
  return users.flatMap(({ cell, store, redis }, index) => {
    const got = shown(redis);
    const first = users.slice(0, index).find((other) => shown(other.redis) === got);
    if (!first) return [];
    const taken = users.filter(({ redis: { endpoint } }) => endpoint === redis.endpoint);
    const database = 1 + Math.max(...taken.map(({ redis: other }) => other.database ?? 0));
    const owner = `${first.cell.name}.${first.store.signal}`;
    return [
      {
        path: keyPath(store, cell, "redis"),
        got,
        expected: `another database or server than ${owner} has: each would read what the other has cached`,
        example: { endpoint: redis.endpoint, database },
      },
    ];
  });
}
