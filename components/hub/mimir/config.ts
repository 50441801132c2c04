import { REPLICA_LABEL, type EdgeLabel } from "../../contract/names";
import type { ObjectStoreConnection } from "../../storage/connection";
import { mimirBucketConfig, type MimirBucketConfig } from "./storage-config";

export const MIMIR_HTTP_PORT = 8080;
export const MIMIR_GRPC_PORT = 9095;

/** Largest push request in bytes, compressed or not. Mimir's default, said aloud because the gateway's limit has to be the same. */
export const MAX_PUSH_BYTES = 100 * 2 ** 20;

/** Where the pod mounts what it reads and writes. Directories, so that a changed ConfigMap arrives while Mimir runs. */
export const MIMIR_PATHS = {
  config: "/etc/mimir",
  runtime: "/etc/mimir-runtime",
  data: "/data",
} as const;
export const CONFIG_FILE = "mimir.yaml";
export const RUNTIME_FILE = "runtime.yaml";

/**
 * Queries see what is younger only in ingesters, what is older in the bucket too. Never more than 12 h: when the disk is lost, blocks that are in the
 * bucket already stay hidden for as long.
 */
export const QUERY_STORE_AFTER_HOURS = 12;
/** The other side of it, with an hour of overlap: how far back queries ask ingesters. */
export const QUERY_INGESTERS_WITHIN_HOURS = 13;
/** How long ingesters keep a block after it was uploaded: longer than queries rely on it. */
export const LOCAL_RETENTION_HOURS = 24;
/** More than the default 30: five labels of ours, and those of annotated workloads. A series above it is refused for good. */
const MAX_LABELS_PER_SERIES = 60;

interface Ring {
  readonly kvstore: { readonly store: "inmemory" };
  readonly instance_addr: string;
}

/** What we write of Mimir's start-up configuration: https://grafana.com/docs/mimir/latest/configure/configuration-parameters/ */
export interface MimirConfig {
  readonly target: "all";
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
  readonly distributor: {
    readonly max_recv_msg_size: number;
    readonly ring: Ring;
    readonly ha_tracker: { readonly enable_ha_tracker: true; readonly kvstore: Ring["kvstore"] };
  };
  readonly ingester: { readonly ring: Ring & { readonly replication_factor: number } };
  readonly querier: { readonly query_store_after: string; readonly ring: Ring };
  readonly frontend: { readonly address: string };
  readonly query_scheduler: { readonly ring: Ring };
  readonly store_gateway: { readonly sharding_ring: Ring & { readonly replication_factor: number } };
  readonly compactor: { readonly data_dir: string; readonly sharding_ring: Ring };
  readonly ruler: { readonly rule_path: string; readonly ring: Ring };
  readonly limits: {
    readonly query_ingesters_within: string;
    readonly max_label_names_per_series: number;
    readonly accept_ha_samples: true;
    readonly ha_cluster_label: EdgeLabel;
    readonly ha_replica_label: typeof REPLICA_LABEL;
  };
  readonly blocks_storage: MimirBucketConfig & {
    readonly tsdb: { readonly dir: string; readonly retention_period: string };
    readonly bucket_store: { readonly sync_dir: string };
  };
}

/** Mimir `single`: every component in one process, which talks to itself over loopback, so that its rings need no gossip. */
export function mimirConfig(bucket: ObjectStoreConnection): MimirConfig {
  const { data, runtime } = MIMIR_PATHS;
  const ring: Ring = { kvstore: { store: "inmemory" }, instance_addr: "127.0.0.1" };
  return {
    target: "all",
    multitenancy_enabled: true,
    tenant_federation: { enabled: true },
    usage_stats: { enabled: false },
    server: { http_listen_port: MIMIR_HTTP_PORT, grpc_listen_port: MIMIR_GRPC_PORT, log_format: "json" },
    activity_tracker: { filepath: `${data}/activity.log` },
    runtime_config: { file: `${runtime}/${RUNTIME_FILE}`, period: "10s" },
    distributor: {
      max_recv_msg_size: MAX_PUSH_BYTES,
      ring,
      ha_tracker: { enable_ha_tracker: true, kvstore: ring.kvstore },
    },
    ingester: { ring: { ...ring, replication_factor: 1 } },
    querier: { query_store_after: `${QUERY_STORE_AFTER_HOURS}h`, ring },
    frontend: { address: ring.instance_addr },
    query_scheduler: { ring },
    store_gateway: { sharding_ring: { ...ring, replication_factor: 1 } },
    compactor: { data_dir: `${data}/compactor`, sharding_ring: ring },
    // No rules yet: there is no store for them, so the ruler stays off. It checks its folder all the same.
    ruler: { rule_path: `${data}/ruler`, ring },
    limits: {
      query_ingesters_within: `${QUERY_INGESTERS_WITHIN_HOURS}h`,
      max_label_names_per_series: MAX_LABELS_PER_SERIES,
      // For every tenant, from its first sample on: an override that comes a minute later would find series that kept the label.
      accept_ha_samples: true,
      ha_cluster_label: "cluster",
      ha_replica_label: REPLICA_LABEL,
    },
    blocks_storage: {
      ...mimirBucketConfig(bucket),
      tsdb: { dir: `${data}/tsdb`, retention_period: `${LOCAL_RETENTION_HOURS}h` },
      bucket_store: { sync_dir: `${data}/tsdb-sync` },
    },
  };
}
