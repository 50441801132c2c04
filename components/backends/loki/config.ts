import type { LogLabel } from "../../contract/names";
import { LOG_LABELS } from "../../contract/names";
import type { ObjectStoreConnection } from "../../storage/connection";
import { podVariable } from "../kit/architecture";
import {
  memcachedConfig,
  redisOptions,
  VALIDITY,
  type Cache,
  type Memcached,
  type RedisOptions,
} from "../kit/cache-config";
import { memberlistConfig, type MemberlistConfig } from "../kit/gossip";
import { objectStoreConfig, type ObjectStoreConfig } from "../kit/object-store";

export const LOKI_HTTP_PORT = 3100;
export const LOKI_GRPC_PORT = 9095;

/**
 * Largest push request in bytes, compressed or not. Loki's default, said aloud because the
 * gateway's limit has to be the same.
 */
export const MAX_LOKI_PUSH_BYTES = 100 * 2 ** 20;
/**
 * What such a request becomes on its way from distributors to ingesters; Loki's default of 4 MiB
 * would refuse it for good.
 */
const MAX_MESSAGE_BYTES = 2 * MAX_LOKI_PUSH_BYTES;

/**
 * Where the pod mounts what it reads and writes. Directories, so that a changed ConfigMap arrives
 * while Loki runs.
 */
export const LOKI_PATHS = {
  config: "/etc/loki",
  runtime: "/etc/loki-runtime",
  rules: "/etc/loki-rules",
  data: "/data",
} as const;
export const LOKI_CONFIG_FILE = "loki.yaml";
export const LOKI_RUNTIME_FILE = "runtime.yaml";

/**
 * Lines older than so many days are refused, or than the longest outage of the tenant's edges where
 * that is longer. Loki's default.
 */
export const OLDEST_DAYS = 7;
/**
 * Loki has to know a schema for every line that it takes: one without is neither stored nor
 * refused, and its sender repeats it for ever. So the schema starts this long before the day that
 * the configuration says, which costs nothing.
 */
export const SCHEMA_MARGIN_DAYS = 31;

/**
 * A chunk is open for so long, and a line may be older than the newest of its stream by half of it.
 * Nodes share streams, and catch up after an outage at different speeds, so that alone would refuse
 * lines for good: those older than `SHARDED_AFTER_MINUTES` therefore get a stream of their own for
 * each hour.
 */
export const MAX_CHUNK_AGE_HOURS = 2;
export const SHARDED_AFTER_MINUTES = 40;
/**
 * A clock may be ahead by so much: what is between it and the oldest line that is not sharded must
 * fit into half a chunk.
 */
export const AHEAD_MINUTES = 10;

/**
 * `single` does not show lines of its memory that are older than two and a half hours: replayed
 * ones are seen once they are in the bucket.
 */
const CHUNK_IDLE_PERIOD = "15m";
/** How soon what one has put into the bucket is seen by others. */
const INDEX_SYNC_INTERVAL = "1m";
/** How soon changed rules are evaluated: as soon as in backends of metrics. */
const RULES_INTERVAL = "15s";
/** A query may work for so long. */
const QUERY_TIMEOUT_SECONDS = 120;

/** Those that a line has itself, and not the resource that it is from. */
const LINE_LABELS = ["stream", "level"] as const satisfies readonly LogLabel[];
/** By this name OTLP knows the label; Loki replaces the dot. */
const SERVICE_NAME = "service.name";

interface IndexLabels {
  readonly action: "index_label";
  readonly attributes: readonly string[];
}

/**
 * What we write of Loki's start-up configuration: https://grafana.com/docs/loki/latest/configure/
 */
export interface LokiConfig {
  /** Undefined for microservices: each is told its part by a flag, all share one file. */
  readonly target?: "all";
  readonly auth_enabled: true;
  readonly tenant_limits_allow_publish: readonly [];
  readonly analytics: { readonly reporting_enabled: false };
  readonly server: {
    readonly http_listen_port: number;
    readonly grpc_listen_port: number;
    readonly grpc_server_max_recv_msg_size: number;
    readonly grpc_server_max_send_msg_size: number;
    readonly http_server_read_timeout: string;
    readonly http_server_write_timeout: string;
    readonly log_format: "json";
  };
  readonly runtime_config: { readonly file: string; readonly period: string };
  readonly memberlist?: MemberlistConfig;
  readonly common: {
    readonly path_prefix: string;
    readonly instance_addr: string;
    readonly replication_factor: number;
    readonly ring: {
      readonly kvstore: { readonly store: "inmemory" | "memberlist" };
      readonly instance_addr: string;
    };
    readonly persist_tokens?: true;
    readonly compactor_grpc_address?: string;
  };
  readonly schema_config: {
    readonly configs: readonly {
      readonly from: string;
      readonly store: "tsdb";
      readonly object_store: string;
      readonly schema: "v13";
      readonly index: { readonly prefix: string; readonly period: "24h" };
    }[];
  };
  readonly storage_config: {
    readonly use_thanos_objstore: true;
    readonly object_store: ObjectStoreConfig;
    readonly tsdb_shipper: { readonly resync_interval: string };
  };
  readonly distributor: { readonly max_recv_msg_size: number };
  readonly ingester_client: {
    readonly grpc_client_config: {
      readonly max_send_msg_size: number;
      readonly max_recv_msg_size: number;
    };
  };
  readonly ingester: {
    readonly chunk_encoding: "snappy";
    readonly max_chunk_age: string;
    readonly chunk_idle_period: string;
    readonly wal: { readonly flush_on_shutdown: true; readonly replay_memory_ceiling: string };
    readonly lifecycler?: { readonly unregister_on_shutdown: false };
  };
  readonly chunk_store_config?: {
    readonly chunk_cache_config: LokiCache & { readonly default_validity: string };
  };
  readonly query_range?: {
    readonly cache_results: true;
    readonly results_cache: { readonly cache: LokiCache };
  };
  readonly index_gateway?: {
    readonly mode: "ring";
    readonly ring: { readonly replication_factor: number };
  };
  readonly querier: {
    readonly multi_tenant_queries_enabled: true;
    readonly query_ingesters_within: string;
  };
  readonly compactor: { readonly retention_enabled: true; readonly delete_request_store: string };
  readonly ruler?: {
    readonly alertmanager_url?: string;
    readonly rule_path?: string;
    readonly poll_interval?: string;
    readonly enable_sharding?: true;
  };
  readonly ruler_storage:
    | ({ readonly backend: string } & ObjectStoreConfig)
    | { readonly backend: "local"; readonly local: { readonly directory: string } };
  readonly limits_config: {
    readonly otlp_config: {
      readonly resource_attributes: {
        readonly ignore_defaults: true;
        readonly attributes_config: readonly IndexLabels[];
      };
      readonly log_attributes: readonly IndexLabels[];
    };
    readonly allow_structured_metadata: true;
    readonly discover_service_name: readonly [];
    readonly shard_streams: {
      readonly time_sharding_enabled: true;
      readonly time_sharding_ignore_recent: string;
    };
    readonly creation_grace_period: string;
    readonly max_line_size: string;
    readonly max_line_size_truncate: true;
    readonly max_label_names_per_series: number;
    readonly max_structured_metadata_size: string;
    readonly max_structured_metadata_entries_count: number;
    readonly max_query_length: string;
    readonly query_timeout: string;
  };
}

type LokiCache =
  | { readonly memcached_client: Memcached }
  | { readonly redis: RedisOptions & { readonly endpoint: string } };

/** The part of the layout of microservices that their configuration depends on. */
export interface LokiMicroservicesConfigArgs {
  /** Tells this Loki's pods from those of other cells. */
  readonly name: string;
  /** Host that resolves to the addresses of all of its pods. */
  readonly gossipHost: string;
  /** Host of the one compactor. */
  readonly compactorHost: string;
  /** Ingesters with the same line, index gateways with the same part of the index. */
  readonly replication: Readonly<Record<"ingester" | "index-gateway", number>>;
  /** Undefined: nothing is cached outside of the process. */
  readonly cache?: Cache;
}

interface LokiConfigArgs {
  readonly bucket: ObjectStoreConnection;
  /** Day from which lines are stored by schema v13, e.g. `2026-01-31`. */
  readonly schemaFrom: string;
  /** Memory of an ingester; a part of it is filled from the write-ahead log at a start. */
  readonly memoryBytes: number;
  /** Where alerts of rules go. */
  readonly alertmanagers?: readonly string[];
  /** Whether tenants have rules, which are files. Otherwise rules are in the bucket. */
  readonly hasRules?: boolean;
  readonly microservices?: LokiMicroservicesConfigArgs;
}

/**
 * `single`, every component in one process, which talks to itself over loopback, so that its rings
 * need no gossip; or microservices.
 */
export function lokiConfig(args: LokiConfigArgs): LokiConfig {
  const { bucket, schemaFrom, memoryBytes, microservices } = args;
  const address = microservices ? podVariable("address") : "127.0.0.1";
  const store = bucket.protocol;
  return {
    ...(microservices
      ? {
          memberlist: memberlistConfig(microservices.name, microservices.gossipHost),
          index_gateway: {
            mode: "ring",
            ring: { replication_factor: microservices.replication["index-gateway"] },
          },
          ...(microservices.cache && cachesConfig(microservices.cache)),
        }
      : { target: "all" }),
    auth_enabled: true,
    // All of them, for whoever compares them with what they should be.
    tenant_limits_allow_publish: [],
    analytics: { reporting_enabled: false },
    server: {
      http_listen_port: LOKI_HTTP_PORT,
      grpc_listen_port: LOKI_GRPC_PORT,
      grpc_server_max_recv_msg_size: MAX_MESSAGE_BYTES,
      grpc_server_max_send_msg_size: MAX_MESSAGE_BYTES,
      http_server_read_timeout: `${QUERY_TIMEOUT_SECONDS}s`,
      http_server_write_timeout: `${QUERY_TIMEOUT_SECONDS}s`,
      log_format: "json",
    },
    runtime_config: { file: `${LOKI_PATHS.runtime}/${LOKI_RUNTIME_FILE}`, period: "10s" },
    common: {
      path_prefix: LOKI_PATHS.data,
      instance_addr: address,
      replication_factor: microservices?.replication.ingester ?? 1,
      ring: {
        kvstore: { store: microservices ? "memberlist" : "inmemory" },
        instance_addr: address,
      },
      ...(microservices && {
        persist_tokens: true,
        compactor_grpc_address: `${microservices.compactorHost}:${LOKI_GRPC_PORT}`,
      }),
    },
    schema_config: {
      configs: [
        {
          from: daysBefore(schemaFrom, SCHEMA_MARGIN_DAYS),
          store: "tsdb",
          object_store: store,
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    storage_config: {
      use_thanos_objstore: true,
      object_store: objectStoreConfig(bucket),
      tsdb_shipper: { resync_interval: INDEX_SYNC_INTERVAL },
    },
    distributor: { max_recv_msg_size: MAX_LOKI_PUSH_BYTES },
    ingester_client: {
      grpc_client_config: {
        max_send_msg_size: MAX_MESSAGE_BYTES,
        max_recv_msg_size: MAX_MESSAGE_BYTES,
      },
    },
    ingester: {
      chunk_encoding: "snappy",
      max_chunk_age: `${MAX_CHUNK_AGE_HOURS}h`,
      chunk_idle_period: CHUNK_IDLE_PERIOD,
      // A stop ships everything, so that what was accepted can be read when the disk never comes
      // back: `single` becomes microservices, a node is lost while a pod moves.
      wal: {
        flush_on_shutdown: true,
        replay_memory_ceiling: `${Math.floor(memoryBytes / 2 / 2 ** 20)}MB`,
      },
      // A pod that restarts keeps its place in the ring: otherwise its streams go to the others,
      // and stay in their memory for hours.
      ...(microservices && { lifecycler: { unregister_on_shutdown: false } }),
    },
    querier: {
      multi_tenant_queries_enabled: true,
      // As far back as lines are taken: microservices show what is replayed after an outage at
      // once.
      query_ingesters_within: `${OLDEST_DAYS * 24}h`,
    },
    compactor: { retention_enabled: true, delete_request_store: store },
    ...rulerConfig(args),
    limits_config: limitsOfAll(),
  };
}

function rulerConfig({
  bucket,
  alertmanagers = [],
  hasRules,
  microservices,
}: LokiConfigArgs): Pick<LokiConfig, "ruler" | "ruler_storage"> {
  const told = alertmanagers.length > 0 && { alertmanager_url: alertmanagers.join() };
  if (!hasRules) {
    return {
      ...(told && { ruler: told }),
      ruler_storage: { backend: bucket.protocol, ...objectStoreConfig(bucket) },
    };
  }
  return {
    ruler: {
      ...told,
      rule_path: `${LOKI_PATHS.data}/ruler`,
      poll_interval: RULES_INTERVAL,
      // Otherwise each of them evaluates all rules.
      ...(microservices && { enable_sharding: true }),
    },
    ruler_storage: { backend: "local", local: { directory: LOKI_PATHS.rules } },
  };
}

/** What is in the bucket, which never changes, and results. */
function cachesConfig(cache: Cache): Pick<LokiConfig, "chunk_store_config" | "query_range"> {
  const of: LokiCache =
    "redis" in cache
      ? { redis: { endpoint: cache.redis.endpoint, ...redisOptions(cache.redis) } }
      : { memcached_client: memcachedConfig(cache.memcached) };
  return {
    chunk_store_config: { chunk_cache_config: { ...of, default_validity: VALIDITY } },
    query_range: { cache_results: true, results_cache: { cache: of } },
  };
}

/**
 * What holds for every tenant. What a limit refuses is lost, so these are fences far from what
 * agents send; see docs/gateway-answers.md.
 */
function limitsOfAll(): LokiConfig["limits_config"] {
  const attributes = LOG_LABELS.map((label) => (label === "service_name" ? SERVICE_NAME : label));
  return {
    // The same labels as through the push API. An application's own attribute must not become one
    // of the resource's, which say whose line it is.
    otlp_config: {
      resource_attributes: {
        ignore_defaults: true,
        attributes_config: [{ action: "index_label", attributes }],
      },
      log_attributes: [{ action: "index_label", attributes: LINE_LABELS }],
    },
    allow_structured_metadata: true,
    // Agents say it; what Loki makes of other labels would differ by the way that a line came.
    discover_service_name: [],
    shard_streams: {
      time_sharding_enabled: true,
      time_sharding_ignore_recent: `${SHARDED_AFTER_MINUTES}m`,
    },
    creation_grace_period: `${AHEAD_MINUTES}m`,
    max_line_size: "1MB",
    // The rest of a line is lost, rather than all of it.
    max_line_size_truncate: true,
    max_label_names_per_series: 30,
    max_structured_metadata_size: "256KB",
    max_structured_metadata_entries_count: 512,
    max_query_length: "0s",
    query_timeout: `${QUERY_TIMEOUT_SECONDS}s`,
  };
}

function daysBefore(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - days);
  return date.toISOString().slice(0, 10);
}
