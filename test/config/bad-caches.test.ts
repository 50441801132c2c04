/**
 * Proves: caches that a backend would not read, or would mix up, are refused with a whole message
 * (test/config/messages/caches-*.txt). Does not prove: that a Redis is there.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSecrets, parseSettings } from "../../src/config/parse";
import { hubSections, messageOf } from "./settings";

const redis = { endpoint: "redis.example.com:6379" };

/** A hub whose metrics, and log lines, are stored so. */
function settings(metrics: object, logs: object = {}) {
  const sections = hubSections();
  const { bucket } = (
    sections.hub["cells"] as Record<string, { metrics: { bucket: { existing: object } } }>
  )["main"]!.metrics;
  const logBucket = { ...bucket, existing: { ...bucket.existing, container: "logs" } };
  sections.hub["cells"] = {
    main: {
      region: "uaenorth",
      metrics: { bucket, topology: "microservices", backend: "cortex", ...metrics },
      logs: { bucket: logBucket, schemaFrom: "2026-01-31", topology: "microservices", ...logs },
    },
  };
  return parseSettings("ops", sections);
}

const cases: Readonly<Record<string, () => void>> = {
  "redis-of-mimir": () => settings({ backend: "mimir", redis }),
  "redis-of-single": () =>
    settings(
      { topology: "single", redis },
      { topology: "single", redis: { ...redis, database: 1 } },
    ),
  "redis-and-memcached": () =>
    settings({ caches: true, redis }, { caches: true, redis: { ...redis, database: 1 } }),
  "redis-by-an-url": () => settings({ redis: { endpoint: "rediss://redis.example.com:6379" } }),
  "redis-of-two-backends": () =>
    settings({ redis }, { redis: { ...redis, endpoint: "Redis.example.com:6379" } }),
  "redis-without-its-password": () => {
    const wanted = settings({ redis: { ...redis, password: "main" } });
    parseSecrets("ops", wanted, { redis: { other: "..." } });
  },
};

describe("caches that would not work are refused", () => {
  test.each(Object.entries(cases))("%s", async (name, attempt) => {
    await expect(messageOf(attempt)).toMatchFileSnapshot(
      join(__dirname, "messages", `caches-${name}.txt`),
    );
  });

  test("and good ones pass", () => {
    settings({ redis }, { redis: { ...redis, database: 1, tls: false } });
    settings({ backend: "thanos", caches: true }, { caches: true });
    parseSecrets("ops", settings({ redis: { ...redis, password: "main" } }), {
      redis: { main: "..." },
    });
  });
});
