import { z } from "zod";
import {
  BackendTopology,
  day,
  described,
  LOKI_COMPONENTS,
  METRICS_COMPONENTS,
  MetricsBackend,
  MetricsProfile,
  name,
  quantity,
  REDIS_ENDPOINT,
  REDIS_ENDPOINT_EXPECTED,
  TEMPO_COMPONENTS,
  text,
  whole,
  withRenamed,
} from "@heliograph/heliograph/model";
import { bucket } from "./bucket-schema";

/** Number of pods by component. */
function podsOf<Component extends string>(
  components: readonly Component[],
  instead: string,
  example: object,
) {
  const shape = Object.fromEntries(
    components.map((component) => [
      component,
      whole(`Pods of the ${component}`, [1, 1000], 3).optional(),
    ]),
  ) as Record<Component, z.ZodOptional<z.ZodInt>>;
  return described(
    z.strictObject(shape).default({} as never),
    `Pods by component, instead of ${instead}, with topology microservices`,
    example,
  );
}

const storageClass = (backend: string) =>
  text(
    `Storage class of ${backend}'s disk; the cluster's default where left out`,
    "managed-csi-premium",
  ).optional();

const topology = (backend: string, unit: string) =>
  described(
    z.enum(BackendTopology).default("single"),
    `How ${backend} runs: single (one process) or microservices (each part in pods of its own, three copies of every ${unit})`,
    "microservices",
  );

const caches = (what: string) =>
  described(
    z.boolean().default(false),
    `Whether ${what} are cached in memcached, which is made for it, with topology microservices: true or false`,
    true,
  );

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
  "A Redis that is there, instead of memcached, with topology microservices; not for mimir",
  { endpoint: "redis.example.com:6379" },
);

const metrics = described(
  withRenamed(
    z.strictObject({
      backend: described(
        z.enum(MetricsBackend).default("mimir"),
        "Which program stores them: mimir, cortex or thanos; never changed",
        "cortex",
      ),
      bucket,
      storageClass: storageClass("the backend"),
      diskSize: quantity(
        "Disk for the blocks of the last day and what is not uploaded yet, of each pod that keeps samples",
        "100Gi",
      ).default("50Gi"),
      topology: topology("the backend", "sample"),
      profile: described(
        z.enum(MetricsProfile).optional(),
        "Number of pods, with topology microservices: small (to a million series), medium (to 4) or large; the smallest with room where left out",
        "medium",
      ),
      replicas: podsOf(METRICS_COMPONENTS, "the profile's", { querier: 4 }),
      caches: caches("queries and blocks"),
      redis,
      zones: described(
        z
          .array(
            name("A zone: value of the nodes' label topology.kubernetes.io/zone", "uaenorth-1"),
          )
          .default([]),
        "Zones of the cluster, each with one of the three copies, with topology microservices: a list of three, or none",
        ["uaenorth-1", "uaenorth-2", "uaenorth-3"],
      ),
      retentionDaysRaw: whole(
        "Days for which samples are kept as they came, with backend thanos; the tenant's retentionDays where left out",
        [10, 3650],
        30,
      ).optional(),
      retentionDays5m: whole(
        "Days for which samples of 5 minutes are kept, with backend thanos, where older ones are to be of an hour; the tenant's retentionDays where left out",
        [10, 3650],
        180,
      ).optional(),
    }),
    { rawDays: "retentionDaysRaw", fiveMinuteDays: "retentionDays5m" },
  ),
  "Where metrics are stored",
  { bucket: s3Bucket("metrics") },
);

const disk = (kept: string) =>
  quantity(`Disk for what is not uploaded yet, of each pod that keeps ${kept}`, "50Gi").default(
    "20Gi",
  );

const logs = described(
  z.strictObject({
    bucket,
    schemaFrom: day(
      "Day from which the schema of stored lines holds: before the oldest line that an edge may send, and never changed",
      "2026-01-31",
    ),
    storageClass: storageClass("Loki"),
    diskSize: disk("lines"),
    topology: topology("Loki", "line"),
    replicas: podsOf(LOKI_COMPONENTS, "those that follow from logBytesPerSecond", { querier: 4 }),
    caches: caches("results and what is read of the bucket"),
    redis,
  }),
  "Where log lines are stored; left out, edges send none",
  { bucket: s3Bucket("logs"), schemaFrom: "2026-01-31" },
);

const traces = described(
  z.strictObject({
    bucket,
    storageClass: storageClass("Tempo"),
    diskSize: disk("spans"),
    topology: topology("Tempo", "span"),
    replicas: podsOf(TEMPO_COMPONENTS, "those that follow from spansPerSecond", { querier: 4 }),
    metricsGenerator: described(
      z.boolean().default(false),
      "Whether metrics are made of the spans here, where every edge of the cell sends all of its traces: true or false",
      true,
    ),
  }),
  "Where traces are stored; left out, edges send none",
  { bucket: s3Bucket("traces") },
);

function s3Bucket(name: string): object {
  return {
    provider: "s3",
    existing: {
      bucket: name,
      region: "me-central-1",
      roleArn: `arn:aws:iam::123456789012:role/${name}`,
    },
  };
}

export const cell = described(
  z.strictObject({
    region: text("Region in which the cell's data stays", "uaenorth"),
    metrics,
    logs: logs.optional(),
    traces: traces.optional(),
  }),
  "A complete set of backends and buckets in one region",
  { region: "uaenorth" },
);
