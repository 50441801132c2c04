import type { Issue } from "@heliograph/heliograph";
import { backendOf } from "@heliograph/heliograph/model";
import { hasStaticKeys } from "./bucket-schema";
import { setSecret } from "./notation";
import type { HubSection } from "./hub-schema";
import type { Secrets, Settings } from "./schema";
import { bucketsOf, storesOf } from "./stores";

/** Backends that know no prefix would keep their objects at the top of the bucket all the same. */
export function unusedPrefixes({ cells }: HubSection): Issue[] {
  return storesOf(cells).flatMap(({ cell, signal, store }) => {
    const { prefix, ...bucket } = store.bucket;
    const { title, knowsPrefix } = backendOf(signal, store.backend);
    if (prefix === undefined || knowsPrefix) return [];
    const path = ["hub", "cells", cell, signal, "bucket"];
    return [
      {
        path: [...path, "prefix"],
        got: prefix,
        expected: `none, and a bucket of its own: ${title} knows no prefix`,
        example: bucket,
        exampleAt: path,
      },
    ];
  });
}

/** Credentials that a bucket names and the secrets do not hold. */
export function missingCredentials(settings: Settings, { objectStores }: Secrets): Issue[] {
  return bucketsOf(settings).flatMap(({ path, bucket }) => {
    if (!hasStaticKeys(bucket) || bucket.credentials in objectStores) return [];
    const keys = ["accessKeyId", "secretAccessKey"];
    return [
      {
        path: [...path, "credentials"],
        got: bucket.credentials,
        expected: `one of \`heliograph:secrets\` \`objectStores\`: ${Object.keys(objectStores).join(", ") || "there is none yet"}`,
        lines: keys.map((key) => setSecret(["objectStores", bucket.credentials, key])).join("\n"),
      },
    ];
  });
}

/** Where the settings name passwords of a Redis. */
export function redisPasswords({ hub }: Settings): { path: string[]; name: string }[] {
  return storesOf(hub?.cells ?? {}).flatMap(({ cell, signal, store }) => {
    const name = store.redis?.password;
    return name === undefined
      ? []
      : [{ path: ["hub", "cells", cell, signal, "redis", "password"], name }];
  });
}

/** Those that the secrets do not hold. */
export function missingRedisPasswords(settings: Settings, { redis }: Secrets): Issue[] {
  return redisPasswords(settings).flatMap(({ path, name }) => {
    if (name in redis) return [];
    return [
      {
        path,
        got: name,
        expected: `one of \`heliograph:secrets\` \`redis\`: ${Object.keys(redis).join(", ") || "there is none yet"}`,
        lines: setSecret(["redis", name]),
      },
    ];
  });
}
