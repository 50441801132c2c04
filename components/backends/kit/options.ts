import { z } from "zod";
import { described, name, whole } from "../../kit/fields";
import { REDIS_ENDPOINT, REDIS_ENDPOINT_EXPECTED } from "./cache-issues";

/** Options of backends that cache. `what`: what they cache. */
export function cacheOptions(what: string) {
  return {
    caches: described(
      z.boolean().default(false),
      `Whether ${what} are cached in memcached, which is made for it, with topology microservices: true or false`,
      true,
    ),
    redis,
  } as const satisfies z.ZodRawShape;
}

const redis = described(
  z
    .strictObject({
      endpoint: described(
        z.string().regex(REDIS_ENDPOINT),
        `Where it is: ${REDIS_ENDPOINT_EXPECTED}`,
        "redis.example.com:6379",
      ),
      tls: described(
        z.boolean().default(true),
        "Whether it is connected to by TLS, with a certificate of a public CA for that host: true or false",
        true,
      ),
      database: whole(
        "Number of the database, which no other backend uses",
        [0, 1_000_000],
        1,
      ).default(0),
      password: name(
        "Name of the entry in `heliograph:secrets` `redis` with its password; none where left out",
        "main",
      ).optional(),
    })
    .optional(),
  "A Redis that is there, instead of memcached, with topology microservices",
  { endpoint: "redis.example.com:6379" },
);
