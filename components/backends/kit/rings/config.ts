import { HUB_TENANT, REPLICA_LABEL, type EdgeLabel } from "../../../contract/names";
import { podVariable } from "../architecture";
import {
  memcachedConfig,
  redisOptions,
  type Cache,
  type Memcached,
  type RedisOptions,
} from "../cache-config";
import type { ReplicatedComponent } from "../metrics/components";
import type { TenantRulesNames } from "../tenant-rules";

/** Configuration that backends of metrics share whose processes find each other in rings. */

/**
 * Largest push request in bytes, compressed or not. Their default, said aloud because the gateway's
 * limit has to be the same.
 */
export const MAX_PUSH_BYTES = 100 * 2 ** 20;

export const RUNTIME_FILE = "runtime.yaml";
export const RULES_FILE = "pipeline.yaml";
/** Rules that every tenant has, over its own series. */
export const WORKLOAD_RULES_FILE = "workloads.yaml";
/** Rules that a tenant alone has. No tenant's id makes its key that of another file. */
export const OWN_RULES: TenantRulesNames = {
  file: "tenant.yaml",
  key: (tenant) => `tenant-${tenant}.yaml`,
};

/** Every file of rules where they are evaluated over all tenants at once. */
export const ALL_RULES_FILES = [RULES_FILE, WORKLOAD_RULES_FILE, OWN_RULES.key(HUB_TENANT)];

/**
 * Queries look into the bucket whatever the age of what they ask for, so that a block in the bucket
 * can be read as soon as it is there, whatever happened to the disk of the ingester that made it.
 * It costs nothing for the last hours, which are not in the bucket yet: the index of the bucket,
 * which queriers hold in memory, lists no block for them.
 */
export const QUERY_STORE_AFTER = "0s";
/** How long ingesters keep a block after it was uploaded: longer than queries ask for it. */
export const LOCAL_RETENTION_HOURS = 24;
/**
 * How soon the index lists a new block, and how soon store-gateways and queriers read the index
 * again. It matters where a block's maker is gone: after a lost disk, or once `single` has become
 * microservices. Costs three list calls per tenant each time: 30 cents a month on S3.
 */
export const INDEX_INTERVAL = "2m";
export const SYNC_INTERVAL = "1m";
/**
 * More than the default 30: five labels of ours, and those of annotated workloads. A series above
 * it is refused for good.
 */
const MAX_LABELS_PER_SERIES = 60;

/** The part of the layout of microservices that their configuration depends on. */
export interface MicroservicesConfigArgs {
  /** Tells these pods from those of other cells. */
  readonly name: string;
  /** Host that resolves to the addresses of all of its pods. */
  readonly gossipHost: string;
  /**
   * Host that resolves to the addresses of all query frontends, ready or not, for queriers that do
   * not find them in a ring.
   */
  readonly frontendHost?: string;
  readonly replication: Readonly<Record<ReplicatedComponent, number>>;
  readonly zoneAware: boolean;
  /** Undefined: nothing is cached outside of the process. */
  readonly cache?: Cache;
}

/** A cache of what is in the bucket. */
export type BlockCache =
  | { readonly backend: "memcached"; readonly memcached: Memcached }
  | { readonly backend: "redis"; readonly redis: RedisOptions & { readonly addresses: string } };

export function blockCache(cache: Cache | undefined): BlockCache | undefined {
  if (!cache) return undefined;
  return "redis" in cache
    ? { backend: "redis", redis: { addresses: cache.redis.endpoint, ...redisOptions(cache.redis) } }
    : { backend: "memcached", memcached: memcachedConfig(cache.memcached) };
}

/** Where the pods of one component find each other. */
export interface Ring {
  readonly kvstore: { readonly store: "inmemory" | "memberlist" };
  readonly instance_addr: string;
}

/** One process talks to itself over loopback, so that its rings need no gossip. */
export function ringOf(microservices: MicroservicesConfigArgs | undefined): Ring {
  return microservices
    ? { kvstore: { store: "memberlist" }, instance_addr: podVariable("address") }
    : { kvstore: { store: "inmemory" }, instance_addr: LOOPBACK };
}

export const LOOPBACK = "127.0.0.1";

export interface SharedLimits {
  readonly max_label_names_per_series: number;
  readonly accept_ha_samples: true;
  readonly ha_cluster_label: EdgeLabel;
  readonly ha_replica_label: typeof REPLICA_LABEL;
}

export const SHARED_LIMITS: SharedLimits = {
  max_label_names_per_series: MAX_LABELS_PER_SERIES,
  // For every tenant, from its first sample on: an override that comes a minute later would find
  // series that kept the label.
  accept_ha_samples: true,
  ha_cluster_label: "cluster",
  ha_replica_label: REPLICA_LABEL,
};

export interface TsdbConfig {
  readonly dir: string;
  readonly retention_period: string;
  readonly flush_blocks_on_shutdown: true;
}

export function tsdbConfig(data: string): TsdbConfig {
  return {
    dir: `${data}/tsdb`,
    retention_period: `${LOCAL_RETENTION_HOURS}h`,
    // A stop ships everything, so that what was accepted can be read when the disk never comes
    // back: `single` becomes microservices, a node is lost while a pod moves. The next start reads
    // no log instead.
    flush_blocks_on_shutdown: true,
  };
}

export interface BucketStoreConfig {
  readonly sync_dir: string;
  readonly sync_interval: string;
  readonly index_cache?: BlockCache;
  readonly chunks_cache?: BlockCache;
  readonly metadata_cache?: BlockCache & typeof METADATA_VALIDITY;
}

/**
 * What new blocks change is read again as often as without a cache. By default it is kept for 5
 * minutes, tenants for 15: blocks would be hidden for so long.
 */
const METADATA_VALIDITY = {
  tenants_list_ttl: SYNC_INTERVAL,
  tenant_blocks_list_ttl: SYNC_INTERVAL,
  metafile_doesnt_exist_ttl: SYNC_INTERVAL,
  bucket_index_content_ttl: SYNC_INTERVAL,
} as const;

export function bucketStoreConfig(data: string, cache: BlockCache | undefined): BucketStoreConfig {
  return {
    sync_dir: `${data}/tsdb-sync`,
    sync_interval: SYNC_INTERVAL,
    ...(cache && {
      index_cache: cache,
      chunks_cache: cache,
      metadata_cache: { ...cache, ...METADATA_VALIDITY },
    }),
  };
}
