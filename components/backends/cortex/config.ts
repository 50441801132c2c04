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
import { gossipConfig, type GossipConfig } from "../kit/gossip";
import { objectStoreConfig, type ObjectStoreConfig } from "../kit/object-store";
import {
  blockCache,
  bucketStoreConfig,
  INDEX_INTERVAL,
  LOOPBACK,
  MAX_PUSH_BYTES,
  QUERY_STORE_AFTER,
  ringOf,
  RUNTIME_FILE,
  SHARED_LIMITS,
  tsdbConfig,
  type BucketStoreConfig,
  type MicroservicesConfigArgs,
  type Ring,
  type SharedLimits,
  type TsdbConfig,
} from "../kit/rings/config";
import { CORTEX } from "./components";

/**
 * Where the pod mounts what it reads and writes. Directories, so that a changed ConfigMap arrives
 * while Cortex runs.
 */
export const CORTEX_PATHS = {
  config: "/etc/cortex",
  runtime: "/etc/cortex-runtime",
  data: "/data",
} as const;

interface Sharded {
  readonly sharding_enabled?: true;
}

interface InZone {
  readonly zone_awareness_enabled?: true;
}

/**
 * What we write of Cortex's start-up configuration:
 * https://cortexmetrics.io/docs/configuration/configuration-file/
 */
export interface CortexConfig {
  /** Undefined for microservices: each is told its part by a flag, all share one file. */
  readonly target?: string;
  readonly auth_enabled: true;
  readonly tenant_federation: { readonly enabled: true };
  readonly server: {
    readonly http_listen_port: number;
    readonly grpc_listen_port: number;
    readonly grpc_server_max_recv_msg_size: number;
    readonly grpc_server_max_send_msg_size: number;
    readonly log_format: "json";
  };
  readonly runtime_config: { readonly file: string; readonly period: string };
  readonly memberlist: GossipConfig | { readonly bind_addr: readonly string[] };
  readonly distributor: {
    readonly max_recv_msg_size: number;
    readonly otlp_max_recv_msg_size: number;
    readonly shard_by_all_labels: true;
    readonly ring: Ring;
    readonly ha_tracker: {
      readonly enable_ha_tracker: true;
      readonly kvstore: { readonly store: "memberlist" };
    };
  };
  readonly ingester: {
    readonly lifecycler: {
      readonly ring: Pick<Ring, "kvstore"> & InZone & { readonly replication_factor: number };
      readonly address: string;
      readonly final_sleep: string;
      readonly unregister_on_shutdown?: false;
      readonly tokens_file_path?: string;
      readonly availability_zone?: string;
    };
  };
  readonly ingester_client: { readonly grpc_client_config: { readonly max_send_msg_size: number } };
  readonly querier: {
    readonly query_store_after: string;
    readonly active_query_tracker_dir: string;
    readonly store_gateway_addresses?: string;
  };
  readonly frontend?: { readonly address: string };
  readonly frontend_worker?: { readonly frontend_address: string };
  readonly query_range?: {
    readonly split_queries_by_interval: string;
    readonly cache_results: true;
    readonly results_cache: {
      readonly cache:
        | { readonly memcached_client: { readonly service: "" } & Memcached }
        | {
            readonly redis: RedisOptions & {
              readonly endpoint: string;
              readonly expiration: string;
            };
          };
    };
  };
  readonly store_gateway?: Sharded & {
    readonly sharding_ring: Ring &
      InZone & {
        readonly replication_factor: number;
        readonly tokens_file_path: string;
        readonly keep_instance_in_the_ring_on_shutdown: true;
        readonly instance_availability_zone?: string;
      };
  };
  readonly compactor: Sharded & {
    readonly data_dir: string;
    readonly cleanup_interval: string;
    readonly sharding_ring?: Ring;
  };
  readonly limits: SharedLimits & {
    readonly ingestion_rate_strategy: "global";
    readonly max_series_per_user: 0;
    readonly max_series_per_metric: 0;
    readonly max_metadata_per_user: 0;
    readonly enable_native_histograms: true;
  };
  readonly blocks_storage: ObjectStoreConfig & {
    readonly backend: string;
    readonly tsdb: TsdbConfig;
    readonly bucket_store: BucketStoreConfig;
  };
}

/**
 * `single`, every component in one process, which talks to itself over loopback; or microservices.
 */
export function cortexConfig(
  bucket: ObjectStoreConnection,
  microservices?: MicroservicesConfigArgs,
): CortexConfig {
  if (bucket.prefix)
    throw new Error(
      `Cortex takes the whole of a bucket: it knows no prefix, such as ${bucket.prefix}`,
    );
  const { data, runtime } = CORTEX_PATHS;
  return {
    ...(microservices ? microservicesConfig(microservices) : ALONE),
    auth_enabled: true,
    tenant_federation: { enabled: true },
    server: {
      http_listen_port: CORTEX.httpPort,
      grpc_listen_port: CORTEX.grpcPort,
      grpc_server_max_recv_msg_size: MAX_PUSH_BYTES,
      grpc_server_max_send_msg_size: MAX_PUSH_BYTES,
      log_format: "json",
    },
    runtime_config: { file: `${runtime}/${RUNTIME_FILE}`, period: "10s" },
    distributor: {
      max_recv_msg_size: MAX_PUSH_BYTES,
      otlp_max_recv_msg_size: MAX_PUSH_BYTES,
      // Spreads the series of a tenant over all ingesters, and makes the limit of its series one
      // for all of them.
      shard_by_all_labels: true,
      ring: ringOf(microservices),
      // In memory alone, it can be kept by gossip only.
      ha_tracker: { enable_ha_tracker: true, kvstore: { store: "memberlist" } },
    },
    ingester: { lifecycler: lifecycler(microservices) },
    ingester_client: { grpc_client_config: { max_send_msg_size: MAX_PUSH_BYTES } },
    querier: {
      query_store_after: QUERY_STORE_AFTER,
      active_query_tracker_dir: `${data}/active-queries`,
      ...(!microservices && { store_gateway_addresses: `${LOOPBACK}:${CORTEX.grpcPort}` }),
    },
    compactor: {
      data_dir: `${data}/compactor`,
      cleanup_interval: INDEX_INTERVAL,
      ...(microservices && { sharding_enabled: true, sharding_ring: ringOf(microservices) }),
    },
    limits: {
      ...SHARED_LIMITS,
      ingestion_rate_strategy: "global",
      // Of each ingester, where the tenant's own are of all: above them samples would be refused
      // for good.
      max_series_per_user: 0,
      max_series_per_metric: 0,
      max_metadata_per_user: 0,
      enable_native_histograms: true,
    },
    blocks_storage: {
      backend: bucket.protocol,
      ...objectStoreConfig(bucket),
      tsdb: tsdbConfig(data),
      bucket_store: bucketStoreConfig(data, blockCache(microservices?.cache)),
    },
  };
}

/**
 * It gossips with nobody. Its target `all` would have an Alertmanager in it, which wants a store.
 */
const ALONE = { target: CORTEX.components.join(), memberlist: { bind_addr: [LOOPBACK] } } as const;

function lifecycler(
  microservices: MicroservicesConfigArgs | undefined,
): CortexConfig["ingester"]["lifecycler"] {
  const { kvstore, instance_addr: address } = ringOf(microservices);
  // It would keep a pod that has shipped everything for half a minute, so that its last state is
  // scraped.
  const common = { address, final_sleep: "0s" };
  if (!microservices) return { ring: { kvstore, replication_factor: 1 }, ...common };
  const { replication, zoneAware } = microservices;
  return {
    ring: {
      kvstore,
      replication_factor: replication.ingester,
      ...(zoneAware && { zone_awareness_enabled: true }),
    },
    ...common,
    // A pod that restarts keeps its place in the ring: otherwise its series go to the others, and
    // stay in their memory for hours.
    unregister_on_shutdown: false,
    tokens_file_path: `${CORTEX_PATHS.data}/ingester-tokens`,
    ...(zoneAware && { availability_zone: podVariable("zone") }),
  };
}

function microservicesConfig(
  layout: MicroservicesConfigArgs,
): Partial<CortexConfig> & Pick<CortexConfig, "memberlist"> {
  const { gossipHost, frontendHost, replication, zoneAware, cache } = layout;
  return {
    // It knows no name of the installation: policies keep those of other cells apart.
    memberlist: gossipConfig(gossipHost),
    frontend: { address: podVariable("address") },
    frontend_worker: { frontend_address: `${frontendHost}:${CORTEX.grpcPort}` },
    ...(cache && { query_range: resultsCache(cache) }),
    store_gateway: {
      sharding_enabled: true,
      sharding_ring: {
        ...ringOf(layout),
        replication_factor: replication["store-gateway"],
        keep_instance_in_the_ring_on_shutdown: true,
        tokens_file_path: `${CORTEX_PATHS.data}/store-gateway-tokens`,
        ...(zoneAware && {
          zone_awareness_enabled: true,
          instance_availability_zone: podVariable("zone"),
        }),
      },
    },
  };
}

/** Results are kept by the day that they are of. */
function resultsCache(cache: Cache): CortexConfig["query_range"] {
  return {
    split_queries_by_interval: "24h",
    cache_results: true,
    results_cache: {
      cache:
        "redis" in cache
          ? {
              redis: {
                endpoint: cache.redis.endpoint,
                expiration: VALIDITY,
                ...redisOptions(cache.redis),
              },
            }
          : { memcached_client: { service: "", ...memcachedConfig(cache.memcached) } },
    },
  };
}
