import { CACHE_ITEM_BYTES, MEMCACHED_PORT } from "../backend/backend";
import type { ReplicatedComponent } from "./components";

/** What Mimir and Cortex, which it comes from, are told alike. */

/** Largest push request in bytes, compressed or not. Their default, said aloud because the gateway's limit has to be the same. */
export const MAX_PUSH_BYTES = 100 * 2 ** 20;

export const RUNTIME_FILE = "runtime.yaml";
export const RULES_FILE = "pipeline.yaml";

/**
 * Queries look into the bucket whatever the age of what they ask for, so that a block in the bucket can be read as soon as it is there, whatever
 * happened to the disk of the ingester that made it. It costs nothing for the last hours, which are not in the bucket yet: the index of the bucket, which
 * queriers hold in memory, lists no block for them.
 */
export const QUERY_STORE_AFTER = "0s";
/** How long ingesters keep a block after it was uploaded: longer than queries ask for it. */
export const LOCAL_RETENTION_HOURS = 24;
/**
 * How soon the index lists a new block, and how soon store-gateways and queriers read the index again. It matters where a block's maker is gone: after
 * a lost disk, or once `single` has become microservices. Costs three list calls per tenant each time: 30 cents a month on S3.
 */
export const INDEX_INTERVAL = "2m";
export const SYNC_INTERVAL = "1m";
/** More than the default 30: five labels of ours, and those of annotated workloads. A series above it is refused for good. */
export const MAX_LABELS_PER_SERIES = 60;

/** What of the layout of microservices reaches their configuration. */
export interface MicroservicesConfigArgs {
  /** Tells these pods from those of other cells. */
  readonly name: string;
  /** Host that resolves to the addresses of all of its pods. */
  readonly gossipHost: string;
  /** Host that resolves to the addresses of all query frontends, ready or not, for queriers that do not find them in a ring. */
  readonly frontendHost?: string;
  readonly replication: Readonly<Record<ReplicatedComponent, number>>;
  readonly zoneAware: boolean;
  /** Host that resolves to the addresses of all caches, where there are any. */
  readonly cacheHost?: string;
}

export interface Cache {
  readonly backend: "memcached";
  readonly memcached: { readonly addresses: string; readonly max_item_size: number };
}

export function cacheAt(host: string): Cache {
  return {
    backend: "memcached",
    memcached: { addresses: `dns+${host}:${MEMCACHED_PORT}`, max_item_size: CACHE_ITEM_BYTES },
  };
}
