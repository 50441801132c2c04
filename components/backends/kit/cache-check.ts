import type { Signal } from "../../contract/names";
import type { TopologyFault } from "./topology";

/** How the configuration wants a backend to cache. */
export interface CacheArgs {
  readonly caches?: boolean;
  readonly redis?: RedisPlace;
}

interface RedisPlace {
  readonly endpoint: string;
  readonly database?: number;
}

export const REDIS_ENDPOINT = /^[a-zA-Z0-9][-.a-zA-Z0-9]*:\d{1,5}$/;
export const REDIS_ENDPOINT_EXPECTED = "host and port of one server, e.g. redis.example.com:6379";

export function cacheFaults({ caches, redis }: CacheArgs): TopologyFault<keyof CacheArgs>[] {
  if (!redis) return [];
  if (caches)
    return [
      {
        key: "caches",
        got: caches,
        expected: "false, because redis is given: one cache, not two",
        example: false,
      },
    ];
  const { endpoint, database = 0 } = redis;
  if (REDIS_ENDPOINT.test(endpoint) && Number.isInteger(database) && database >= 0) return [];
  const expected = `${REDIS_ENDPOINT_EXPECTED}, and the number of a database`;
  return [
    {
      key: "redis",
      got: placeOf(redis),
      expected,
      example: { endpoint: "redis.example.com:6379", database: 0 },
    },
  ];
}

/** Signals whose backends cache. */
const CACHED = ["metrics", "logs"] as const satisfies readonly Signal[];
type Cached = (typeof CACHED)[number];

/** Without the password. */
function placeOf({ endpoint, database = 0 }: RedisPlace): string {
  return `${endpoint.toLowerCase()}, database ${database}`;
}

export interface SharedRedis {
  readonly cell: string;
  readonly signal: Cached;
  readonly fault: TopologyFault<"redis">;
}

/** Backends know nothing of each other: two in one database take for theirs what the other has cached under the same name. */
export function sharedRedis(
  cells: Readonly<Record<string, Readonly<Partial<Record<Cached, CacheArgs>>>>>,
): SharedRedis[] {
  const users = Object.entries(cells).flatMap(([cell, signals]) =>
    CACHED.flatMap((signal) => {
      const redis = signals[signal]?.redis;
      return redis ? [{ cell, signal, redis }] : [];
    }),
  );
  return users.flatMap(({ cell, signal, redis }, index) => {
    const first = users.slice(0, index).find((other) => placeOf(other.redis) === placeOf(redis));
    if (!first) return [];
    const taken = users.filter(({ redis: { endpoint } }) => endpoint === redis.endpoint);
    const database = 1 + Math.max(...taken.map(({ redis: other }) => other.database ?? 0));
    return [
      {
        cell,
        signal,
        fault: {
          key: "redis" as const,
          got: placeOf(redis),
          expected: `another database or server than ${first.cell}.${first.signal} has: each would read what the other has cached`,
          example: { endpoint: redis.endpoint, database },
        },
      },
    ];
  });
}
