import type { ObjectStoreConnection } from "../../storage/connection";
import { podVariable } from "../kit/architecture";
import { memberlistConfig, type MemberlistConfig } from "../kit/gossip";
import { objectStoreConfig, type ObjectStoreConfig } from "../kit/object-store";
import type { ReplicatedComponent } from "../kit/metrics/components";
import {
  blockCache,
  bucketStoreConfig,
  INDEX_INTERVAL,
  MAX_PUSH_BYTES,
  QUERY_STORE_AFTER,
  ringOf,
  RUNTIME_FILE,
  SHARED_LIMITS,
  tsdbConfig,
  type BlockCache,
  type BucketStoreConfig,
  type MicroservicesConfigArgs,
  type Ring,
  type SharedLimits,
  type TsdbConfig,
} from "../kit/rings/config";
import { MIMIR } from "./components";

/**
 * Where the pod mounts what it reads and writes. Directories, so that a changed ConfigMap arrives
 * while Mimir runs.
 */
export const MIMIR_PATHS = {
  config: "/etc/mimir",
  runtime: "/etc/mimir-runtime",
  /** A directory for each tenant that has rules. */
  rules: "/etc/mimir-rules",
  data: "/data",
} as const;

/**
 * How far back queries ask ingesters: for so long, less three hours, the bucket may be away before
 * a block that waits for it goes unseen.
 */
export const QUERY_INGESTERS_WITHIN_HOURS = 13;

interface ReplicatedRing extends Ring {
  readonly replication_factor: number;
  readonly unregister_on_shutdown?: false;
  readonly tokens_file_path?: string;
  readonly zone_awareness_enabled?: true;
  readonly instance_availability_zone?: string;
}

/**
 * What we write of Mimir's start-up configuration:
 * https://grafana.com/docs/mimir/latest/configure/configuration-parameters/
 */
export interface MimirConfig {
  /** Undefined for microservices: each is told its part by a flag, all share one file. */
  readonly target?: "all";
  readonly multitenancy_enabled: true;
  readonly tenant_federation: { readonly enabled: true };
  readonly usage_stats: { readonly enabled: false };
  readonly server: {
    readonly http_listen_port: number;
    readonly grpc_listen_port: number;
    readonly log_format: "json";
  };
  readonly activity_tracker: { readonly filepath: string };
  readonly runtime_config: { readonly file: string; readonly period: string };
  readonly memberlist?: MemberlistConfig;
  readonly distributor: {
    readonly max_recv_msg_size: number;
    readonly ring: Ring;
    readonly ha_tracker: { readonly enable_ha_tracker: true; readonly kvstore: Ring["kvstore"] };
  };
  readonly ingester: { readonly ring: ReplicatedRing };
  readonly querier: { readonly query_store_after: string; readonly ring: Ring };
  readonly frontend: {
    readonly address: string;
    readonly cache_results?: true;
    readonly results_cache?: BlockCache;
  };
  readonly query_scheduler: { readonly service_discovery_mode?: "ring"; readonly ring: Ring };
  readonly store_gateway: { readonly sharding_ring: ReplicatedRing };
  readonly compactor: {
    readonly data_dir: string;
    readonly cleanup_interval: string;
    readonly sharding_ring: Ring;
  };
  readonly ruler: {
    readonly rule_path: string;
    readonly ring: Ring;
    readonly poll_interval: string;
    readonly tenant_federation: { readonly enabled: true };
  };
  readonly ruler_storage: {
    readonly backend: "local";
    readonly local: { readonly directory: string };
  };
  readonly limits: SharedLimits & {
    readonly query_ingesters_within: string;
    readonly otel_metric_suffixes_enabled: true;
  };
  readonly blocks_storage: ObjectStoreConfig & {
    readonly backend: string;
    readonly tsdb: TsdbConfig;
    readonly bucket_store: BucketStoreConfig & { readonly ignore_blocks_within: string };
  };
}

/** `single`, every component in one process; or microservices. */
export function mimirConfig(
  bucket: ObjectStoreConnection,
  microservices?: MicroservicesConfigArgs,
): MimirConfig {
  const { data, runtime, rules } = MIMIR_PATHS;
  const ring = ringOf(microservices);
  const replicated = (component: ReplicatedComponent) => ({
    ...ring,
    ...replicatedRing(component, microservices),
  });
  const cache = blockCache(microservices?.cache);
  return {
    ...(microservices
      ? { memberlist: memberlistConfig(microservices.name, microservices.gossipHost) }
      : { target: "all" }),
    multitenancy_enabled: true,
    tenant_federation: { enabled: true },
    usage_stats: { enabled: false },
    server: {
      http_listen_port: MIMIR.httpPort,
      grpc_listen_port: MIMIR.grpcPort,
      log_format: "json",
    },
    activity_tracker: { filepath: `${data}/activity.log` },
    runtime_config: { file: `${runtime}/${RUNTIME_FILE}`, period: "10s" },
    distributor: {
      max_recv_msg_size: MAX_PUSH_BYTES,
      ring,
      ha_tracker: { enable_ha_tracker: true, kvstore: ring.kvstore },
    },
    ingester: { ring: replicated("ingester") },
    querier: { query_store_after: QUERY_STORE_AFTER, ring },
    frontend: {
      address: ring.instance_addr,
      ...(cache && { cache_results: true, results_cache: cache }),
    },
    query_scheduler: { ...(microservices && { service_discovery_mode: "ring" }), ring },
    store_gateway: { sharding_ring: replicated("store-gateway") },
    compactor: {
      data_dir: `${data}/compactor`,
      cleanup_interval: INDEX_INTERVAL,
      sharding_ring: ring,
    },
    ruler: {
      rule_path: `${data}/ruler`,
      ring,
      poll_interval: "15s",
      tenant_federation: { enabled: true },
    },
    ruler_storage: { backend: "local", local: { directory: rules } },
    limits: {
      ...SHARED_LIMITS,
      query_ingesters_within: `${QUERY_INGESTERS_WITHIN_HOURS}h`,
      // As Prometheus names what comes over OTLP, and dashboards expect it: `_total`, `_seconds`.
      // Mimir leaves both off.
      otel_metric_suffixes_enabled: true,
    },
    blocks_storage: {
      backend: bucket.protocol,
      ...objectStoreConfig(bucket),
      tsdb: tsdbConfig(data),
      // The other side of QUERY_STORE_AFTER: store-gateways leave no young block out.
      bucket_store: { ...bucketStoreConfig(data, cache), ignore_blocks_within: "0s" },
    },
  };
}

function replicatedRing(
  component: ReplicatedComponent,
  microservices: MicroservicesConfigArgs | undefined,
): Omit<ReplicatedRing, keyof Ring> {
  if (!microservices) return { replication_factor: 1 };
  return {
    replication_factor: microservices.replication[component],
    // A pod that restarts keeps its place in the ring: otherwise its series go to the others, and
    // stay in their memory for hours.
    unregister_on_shutdown: false,
    tokens_file_path: `${MIMIR_PATHS.data}/${component}-tokens`,
    ...(microservices.zoneAware && {
      zone_awareness_enabled: true,
      instance_availability_zone: podVariable("zone"),
    }),
  };
}
