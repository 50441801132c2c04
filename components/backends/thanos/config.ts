import { HUB_TENANT, REPLICA_LABEL } from "../../contract/names";
import { fromSeconds } from "../../kit/duration";
import { toYaml } from "../../kit/yaml";
import { retentionFlags, type RetentionDays } from "./program/retention";
import { backendName, INGESTER, TENANT_HEADER } from "../kit/architecture";
import {
  CACHE_ITEM_BYTES,
  memcachedAddresses,
  VALIDITY,
  redisOptions,
  type Cache,
} from "../kit/cache-config";
import type { MetricsComponent } from "../kit/metrics/components";
import type { Layout } from "../kit/metrics/profiles";
import { ALL_RULES_FILES, LOCAL_RETENTION_HOURS, SYNC_INTERVAL } from "../kit/rings/config";
import { ROUTE_PREFIX, THANOS, WRITE_PATH } from "./components";

/**
 * Where pods mount what they read and write. Directories, so that what changes arrives while they
 * run.
 */
export const THANOS_PATHS = {
  config: "/etc/thanos",
  runtime: "/etc/thanos-runtime",
  hashrings: "/etc/thanos-hashrings",
  rules: "/etc/thanos-rules",
  data: "/data",
} as const;
export const BUCKET_FILE = "bucket.yaml";
export const HASHRINGS_FILE = "hashrings.json";
export const LIMITS_FILE = "limits.yaml";

/**
 * By which blocks and samples tell their tenant; another than the label `tenant_id` that edges give
 * their samples.
 */
export const TENANT_LABEL = "__tenant_id__";
/** Which of the copies of a sample it is. */
export const COPY_LABEL = "receive_replica";
/** Variable of a pod's environment with its name. */
export const POD_NAME = "POD_NAME";

/**
 * A clock may be ahead by so much: one sample from far ahead would make all others of its tenant
 * late.
 */
const AHEAD = "10m";
/** Metrics are there a little after their time: rulers of other backends wait for as long. */
const RULES_LATE = "1m";
/** How soon queriers notice other pods. */
const LOOK_UP = "10s";

export type Port = "http" | "grpc" | "write";

/** The part of a cell that the command lines of its pods depend on. */
export interface ThanosModel {
  /** Host and port of a component. */
  readonly at: (component: MetricsComponent, port: Port) => string;
  /** Where a pod listens. */
  readonly listen: (port: Port) => string;
  readonly paths: Readonly<Record<keyof typeof THANOS_PATHS, string>>;
  /** Copies of each sample. */
  readonly copies: number;
  /**
   * A sample may be so much older than the newest of its tenant; of the tenant that needs it
   * longest.
   */
  readonly lateSeconds: number;
  /** Kept for each tenant. */
  readonly exemplars: number;
  /** Whether series of tenants are limited. */
  readonly limited: boolean;
  /** By the name of their group. */
  readonly retentions: Readonly<Record<string, Retention>>;
  /** Undefined: nothing is cached outside of the process. */
  readonly cache?: Cache;
  /** Addresses of Alertmanagers, each gets every alert. */
  readonly alertmanagers: readonly string[];
}

/** Whose blocks are kept how long, in which resolution. */
export interface Retention {
  readonly tenants: readonly string[];
  readonly days: RetentionDays;
}

const HOUR = 3600;
/**
 * In a bucket is what came so long ago: blocks are made every two hours, of what is older than
 * three.
 */
const BUCKET_SECONDS = 5 * HOUR;

type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/**
 * The command line of a pod: https://thanos.io/tip/components/. `group`: of compactors, whose
 * blocks it takes care of.
 */
export function thanosArguments(
  component: MetricsComponent,
  model: ThanosModel,
  group?: string,
): string[] {
  const [subcommand, flags] = COMMANDS[component as ThanosComponent](model, group);
  const given = Object.entries({
    ...flags,
    "http-address": model.listen("http"),
    "log.format": "json",
  });
  return [
    subcommand,
    ...given.flatMap(([name, value]) => {
      if (value === undefined) return [];
      if (typeof value === "boolean") return [`--${name}`];
      return (typeof value === "string" ? [value] : value).map((each) => `--${name}=${each}`);
    }),
  ];
}

type ThanosComponent = Exclude<MetricsComponent, "query-scheduler">;

const COMMANDS: Readonly<
  Record<ThanosComponent, (model: ThanosModel, group?: string) => [string, Flags]>
> = {
  distributor: (model) => ["receive", distributor(model)],
  ingester: (model) => ["receive", ingester(model)],
  // Without the tenant's label in what it answers, as other backends answer.
  querier: (model) => [
    "query",
    {
      ...querier(model, [TENANT_LABEL]),
      "query.enforce-tenancy": true,
      "query.tenant-label-name": TENANT_LABEL,
    },
  ],
  "all-querier": (model) => ["query", querier(model, [])],
  "query-frontend": (model) => ["query-frontend", queryFrontend(model)],
  "store-gateway": (model) => ["store", storeGateway(model)],
  compactor: (model, group = "") => ["compact", compactor(model, group)],
  ruler: (model) => ["rule", ruler(model)],
};

const bucketFile = ({ paths }: ThanosModel) => `${paths.config}/${BUCKET_FILE}`;

/** Tells those who take writes which ingesters there are; holds nothing. */
function distributor({ listen, paths, copies, limited }: ThanosModel): Flags {
  return {
    "grpc-address": listen("grpc"),
    "remote-write.address": listen("write"),
    "tsdb.path": paths.data,
    label: `${COPY_LABEL}="none"`,
    "receive.tenant-header": TENANT_HEADER,
    "receive.hashrings-file": `${paths.hashrings}/${HASHRINGS_FILE}`,
    // Another number of ingesters moves few series, and makes nobody write a block before its time.
    "receive.hashrings-algorithm": "ketama",
    "receive.replication-factor": String(copies),
    // It looks for somebody to ask at its start only.
    "receive.limits-config-file": limited ? `${paths.runtime}/${LIMITS_FILE}` : undefined,
  };
}

function ingester(model: ThanosModel): Flags {
  const { listen, paths, lateSeconds, exemplars } = model;
  return {
    "grpc-address": listen("grpc"),
    "remote-write.address": listen("write"),
    "tsdb.path": paths.data,
    // What is later than that would be looked for in the bucket alone, hours before it is there.
    "tsdb.retention": fromSeconds(
      Math.max(LOCAL_RETENTION_HOURS * HOUR, lateSeconds + BUCKET_SECONDS),
    ),
    "tsdb.out-of-order.time-window": fromSeconds(lateSeconds),
    "tsdb.too-far-in-future.time-window": AHEAD,
    "tsdb.max-exemplars": String(exemplars),
    label: `${COPY_LABEL}="$(${POD_NAME})"`,
    "receive.tenant-label-name": TENANT_LABEL,
    // It makes a place for one tenant by itself.
    "receive.default-tenant-id": HUB_TENANT,
    "objstore.config-file": bucketFile(model),
  };
}

function querier({ at, listen }: ThanosModel, dropped: readonly string[]): Flags {
  return {
    "grpc-address": listen("grpc"),
    "web.route-prefix": ROUTE_PREFIX,
    endpoint: `dns+${at("ingester", "grpc")}`,
    // Each of them has every block: one is asked.
    "endpoint-group": at("store-gateway", "grpc"),
    "store.sd-dns-interval": LOOK_UP,
    "query.tenant-header": TENANT_HEADER,
    "query.replica-label": [COPY_LABEL, REPLICA_LABEL, ...dropped],
    "query.auto-downsampling": true,
  };
}

function queryFrontend({ at, cache, lateSeconds }: ThanosModel): Flags {
  const results = toYaml(
    cache
      ? cacheConfig(cache, { expiration: VALIDITY })
      : { type: "IN-MEMORY", config: { max_size: "64MB", validity: VALIDITY } },
  );
  // What may still change is not cached: an edge that was cut off fills it in.
  const freshness = fromSeconds(lateSeconds);
  return {
    "query-frontend.downstream-url": `http://${at("querier", "http")}`,
    // Whose answers they are is part of the key of what is cached.
    "query-frontend.org-id-header": TENANT_HEADER,
    "query-frontend.forward-header": TENANT_HEADER,
    "query-range.response-cache-config": results,
    "query-range.response-cache-max-freshness": freshness,
    "labels.response-cache-config": results,
    "labels.response-cache-max-freshness": freshness,
  };
}

/**
 * New blocks are seen as soon as without a cache. By default it keeps for 5 minutes which there
 * are, for 15 that one was not complete.
 */
const METADATA_VALIDITY = {
  blocks_iter_ttl: SYNC_INTERVAL,
  metafile_doesnt_exist_ttl: SYNC_INTERVAL,
};

function storeGateway(model: ThanosModel): Flags {
  const { cache, listen, paths } = model;
  return {
    "grpc-address": listen("grpc"),
    "data-dir": paths.data,
    "objstore.config-file": bucketFile(model),
    "sync-block-duration": SYNC_INTERVAL,
    ...(cache && {
      "index-cache.config": toYaml(cacheConfig(cache)),
      "store.caching-bucket.config": toYaml({ ...cacheConfig(cache), ...METADATA_VALIDITY }),
    }),
  };
}

function cacheConfig(cache: Cache, more: object = {}) {
  if ("redis" in cache) {
    // Kubernetes fills it in: Thanos does not.
    const options = redisOptions(cache.redis, (variable) => `$(${variable})`);
    return { type: "REDIS", config: { addr: cache.redis.endpoint, ...options, ...more } };
  }
  const addresses = memcachedAddresses(cache.memcached);
  return {
    type: "MEMCACHED",
    config: { addresses, max_item_size: `${CACHE_ITEM_BYTES / 2 ** 20}MiB`, ...more },
  };
}

/**
 * Samples of an hour are made of what is so many days old. It does not start with a retention that
 * ends before, unless it makes none.
 */
const DOWNSAMPLED_AFTER_DAYS = 10;

/** There is one for each retention: it knows one only, and no two may work on the same blocks. */
function compactor(model: ThanosModel, group: string): Flags {
  const retention = model.retentions[group];
  if (!retention)
    throw new Error(`There is no retention ${group}: ${Object.keys(model.retentions).join(", ")}`);
  const own = { action: "keep", source_labels: [TENANT_LABEL], regex: retention.tenants.join("|") };
  return {
    wait: true,
    "data-dir": model.paths.data,
    "objstore.config-file": bucketFile(model),
    "selector.relabel-config": toYaml([own]),
    ...retentionFlags(retention.days),
    ...(retention.days[2] < DOWNSAMPLED_AFTER_DAYS && { "downsampling.disable": true }),
    // Copies become one, and late samples are put where they belong.
    "compact.enable-vertical-compaction": true,
    "deduplication.replica-label": COPY_LABEL,
  };
}

/** Keeps nothing: what rules record is written like any sample. */
function ruler({ alertmanagers, at, listen, paths }: ThanosModel): Flags {
  return {
    "grpc-address": listen("grpc"),
    "web.route-prefix": ROUTE_PREFIX,
    "data-dir": paths.data,
    "rule-file": ALL_RULES_FILES.map((file) => `${paths.rules}/${file}`),
    "rule-query-offset": RULES_LATE,
    "query.config": toYaml([
      { scheme: "http", path_prefix: ROUTE_PREFIX, static_configs: [at("all-querier", "http")] },
    ]),
    "remote-write.config": toYaml({
      remote_write: [
        {
          url: `http://${at("distributor", "write")}${WRITE_PATH}`,
          headers: { [TENANT_HEADER]: HUB_TENANT },
          queue_config: { retry_on_http_429: true },
        },
      ],
    }),
    ...(alertmanagers.length > 0 && {
      "alertmanagers.config": toYaml({ alertmanagers: alertmanagers.map(alertmanagerAt) }),
    }),
  };
}

function alertmanagerAt(address: string) {
  const { protocol, host, pathname } = new URL(address);
  return {
    api_version: "v2",
    scheme: protocol.replace(":", ""),
    path_prefix: pathname,
    static_configs: [host],
  };
}

interface Endpoint {
  readonly address: string;
  readonly az?: string;
}

/**
 * Every ingester by the name of its pod, as Receive reads it:
 * https://thanos.io/tip/components/receive.md/#hashring-configuration
 */
export function hashrings(cell: string, { sizes, replication }: Layout, zones: readonly string[]) {
  const { replicas } = sizes.ingester;
  if (replicas < replication.ingester)
    throw new Error(
      `a hashring of ${replicas} ingesters for ${replication.ingester} copies of each sample`,
    );
  const host = backendName(THANOS.name, cell, INGESTER);
  const inGroups: readonly (string | undefined)[] = zones.length > 0 ? zones : [undefined];
  const endpoints = inGroups.flatMap((zone) =>
    Array.from({ length: replicas / inGroups.length }, (_, index): Endpoint => ({
      address: `${host}${zone ? `-${zone}` : ""}-${index}.${host}:${THANOS.grpcPort}`,
      ...(zone && { az: zone }),
    })),
  );
  return [{ endpoints }];
}
