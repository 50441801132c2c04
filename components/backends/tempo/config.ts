import { EDGE_LABELS, type EdgeLabel } from "../../contract/names";
import { withoutDays } from "../../kit/duration";
import type { ObjectStoreConnection } from "../../storage/connection";
import { podVariable } from "../kit/architecture";
import { memberlistConfig, type MemberlistConfig } from "../kit/gossip";

export const TEMPO_HTTP_PORT = 3200;
export const TEMPO_GRPC_PORT = 9095;
/** Where spans arrive. */
export const OTLP_PORTS = { http: 4318, grpc: 4317 } as const;

/**
 * Largest write in bytes, unpacked. The receivers' default, said aloud because the gateway's limit
 * has to be the same.
 */
export const MAX_OTLP_BYTES = 20 * 2 ** 20;
/** Largest message between its parts: a write, a trace on its way to a reader. */
const MAX_MESSAGE_BYTES = 100 * 2 ** 20;
/**
 * Attributes longer than it are cut: stack traces fit, which they do not into the default of 2 KiB.
 */
const MAX_ATTRIBUTE_BYTES = 65_536;

/**
 * Where the pod mounts what it reads and writes. Directories, so that a changed ConfigMap arrives
 * while Tempo runs.
 */
export const TEMPO_PATHS = {
  config: "/etc/tempo",
  runtime: "/etc/tempo-runtime",
  data: "/data",
} as const;
export const TEMPO_CONFIG_FILE = "tempo.yaml";
export const TEMPO_RUNTIME_FILE = "runtime.yaml";

/**
 * What was acknowledged is in memory alone for up to two of them: a trace goes to the disk once no
 * span of it came for one, which is looked for every one. A stop loses nothing; a crash loses it,
 * unless other ingesters have it too.
 */
const TO_DISK = "5s";
/** A block is made of so much, and shipped. */
const BLOCK = "30m";
/** How soon a block that was shipped is known to whoever reads, or deletes. */
const BLOCKS_KNOWN = "1m";
/**
 * How long an ingester keeps a block after it was shipped: far longer than others take to know of
 * it.
 */
const SHIPPED_KEPT = "15m";
/**
 * Searches look into the bucket for all that is older, so that a block can be found whatever
 * happened to the ingester that made it.
 */
const SEARCH_BUCKET_AFTER = "1m";
const HOUR = 3600;
/**
 * Nothing waits for the bucket for longer than this and an outage, or searches go past it; by its
 * id a trace is always found.
 */
const BUCKET_AWAY_HOURS = 12;

interface Ring {
  readonly kvstore: { readonly store: "memberlist" };
  readonly instance_addr: string;
}

/**
 * What we write of Tempo's start-up configuration:
 * https://grafana.com/docs/tempo/latest/configuration/
 */
export interface TempoConfig {
  /** Undefined for microservices: each is told its part by a flag, all share one file. */
  readonly target?: "all";
  readonly multitenancy_enabled: true;
  readonly usage_report: { readonly reporting_enabled: false };
  readonly server: {
    readonly http_listen_port: number;
    readonly grpc_listen_port: number;
    readonly grpc_server_max_recv_msg_size: number;
    readonly grpc_server_max_send_msg_size: number;
    readonly log_format: "json";
  };
  readonly memberlist?: MemberlistConfig;
  readonly distributor: {
    readonly ring?: Ring;
    readonly receivers: { readonly otlp: { readonly protocols: Receivers } };
    readonly retry_after_on_resource_exhausted: string;
    readonly max_attribute_bytes: number;
  };
  readonly ingester_client: { readonly grpc_client_config: { readonly max_send_msg_size: number } };
  readonly ingester: {
    readonly lifecycler: {
      readonly ring: {
        readonly kvstore: { readonly store: "inmemory" | "memberlist" };
        replication_factor: number;
      };
      readonly address: string;
    };
    readonly trace_idle_period: string;
    readonly flush_check_period: string;
    readonly max_block_duration: string;
    readonly complete_block_timeout: string;
    readonly flush_all_on_shutdown: true;
  };
  readonly querier: { readonly frontend_worker: { readonly frontend_address: string } };
  readonly query_frontend: {
    readonly search: {
      readonly query_backend_after: string;
      readonly query_ingesters_until: string;
      readonly max_duration: "0s";
    };
  };
  readonly compactor?: { readonly ring: Ring };
  readonly metrics_generator?: MetricsGenerator;
  readonly overrides: {
    readonly per_tenant_override_config: string;
    readonly per_tenant_override_period: string;
    /** Limits of a tenant are shared out among distributors. */
    readonly defaults?: { readonly ingestion: { readonly rate_strategy: "global" } };
  };
  readonly storage: {
    readonly trace: TempoBucketConfig & {
      readonly blocklist_poll: string;
      readonly wal: { readonly path: string; readonly ingestion_time_range_slack: string };
    };
  };
}

interface Receivers {
  readonly grpc: { readonly endpoint: string; readonly max_recv_msg_size_mib: number };
  readonly http: { readonly endpoint: string; readonly max_request_body_size: number };
}

interface MetricsGenerator {
  readonly ring?: Ring;
  readonly processor: Readonly<
    Record<"service_graphs" | "span_metrics", { readonly dimensions: readonly EdgeLabel[] }>
  >;
  readonly storage: {
    readonly path: string;
    readonly remote_write: readonly { readonly url: string; readonly send_exemplars: true }[];
  };
}

/** The part of the layout of microservices that their configuration depends on. */
export interface TempoMicroservicesConfigArgs {
  /** Tells this Tempo's pods from those of other cells. */
  readonly name: string;
  /** Host that resolves to the addresses of all of its pods. */
  readonly gossipHost: string;
  /**
   * Host that resolves to the addresses of all query frontends, ready or not: they are ready once a
   * querier has found them.
   */
  readonly frontendHost: string;
  readonly ingesterReplication: number;
}

export interface TempoConfigArgs {
  /**
   * Longest time for which the hub may be away from an edge, in seconds: as late as that, and an
   * hour more, spans arrive.
   */
  readonly outageSeconds: number;
  /** Where metrics that are made of spans are written to. Undefined: none are made. */
  readonly metricsUrl?: string;
  /** Undefined: one process, which talks to itself over loopback. */
  readonly microservices?: TempoMicroservicesConfigArgs;
}

export function tempoConfig(bucket: ObjectStoreConnection, args: TempoConfigArgs): TempoConfig {
  const { outageSeconds, metricsUrl, microservices } = args;
  const { data, runtime } = TEMPO_PATHS;
  const ring: Ring | undefined = microservices && {
    kvstore: { store: "memberlist" },
    instance_addr: podVariable("address"),
  };
  return {
    ...(microservices
      ? { memberlist: memberlistConfig(microservices.name, microservices.gossipHost) }
      : { target: "all" }),
    multitenancy_enabled: true,
    usage_report: { reporting_enabled: false },
    server: {
      http_listen_port: TEMPO_HTTP_PORT,
      grpc_listen_port: TEMPO_GRPC_PORT,
      grpc_server_max_recv_msg_size: MAX_MESSAGE_BYTES,
      grpc_server_max_send_msg_size: MAX_MESSAGE_BYTES,
      log_format: "json",
    },
    distributor: {
      ...(ring && { ring }),
      receivers: { otlp: { protocols: RECEIVERS } },
      // With it clients over gRPC wait and send again; without, they drop what was refused.
      retry_after_on_resource_exhausted: "5s",
      max_attribute_bytes: MAX_ATTRIBUTE_BYTES,
    },
    ingester_client: { grpc_client_config: { max_send_msg_size: MAX_MESSAGE_BYTES } },
    ingester: {
      lifecycler: {
        ring: microservices
          ? {
              kvstore: { store: "memberlist" },
              replication_factor: microservices.ingesterReplication,
            }
          : { kvstore: { store: "inmemory" }, replication_factor: 1 },
        address: ring?.instance_addr ?? "127.0.0.1",
      },
      trace_idle_period: TO_DISK,
      flush_check_period: TO_DISK,
      max_block_duration: BLOCK,
      complete_block_timeout: SHIPPED_KEPT,
      flush_all_on_shutdown: true,
    },
    querier: {
      frontend_worker: {
        frontend_address: `${microservices?.frontendHost ?? "127.0.0.1"}:${TEMPO_GRPC_PORT}`,
      },
    },
    query_frontend: {
      search: {
        query_backend_after: SEARCH_BUCKET_AFTER,
        query_ingesters_until: withoutDays(outageSeconds + BUCKET_AWAY_HOURS * HOUR),
        // As far back as there is anything.
        max_duration: "0s",
      },
    },
    ...(ring && { compactor: { ring } }),
    ...(metricsUrl && { metrics_generator: metricsGenerator(metricsUrl, ring) }),
    overrides: {
      per_tenant_override_config: `${runtime}/${TEMPO_RUNTIME_FILE}`,
      per_tenant_override_period: "10s",
      ...(microservices && { defaults: { ingestion: { rate_strategy: "global" } } }),
    },
    storage: {
      trace: {
        ...tempoBucketConfig(bucket),
        blocklist_poll: BLOCKS_KNOWN,
        wal: {
          path: `${data}/wal`,
          // A block says of which time it is. Spans from before this count as of now, and a search
          // for their time would pass the block over.
          ingestion_time_range_slack: withoutDays(outageSeconds + HOUR),
        },
      },
    },
  };
}

const RECEIVERS: Receivers = {
  grpc: {
    endpoint: `0.0.0.0:${OTLP_PORTS.grpc}`,
    max_recv_msg_size_mib: MAX_OTLP_BYTES / 2 ** 20,
  },
  http: { endpoint: `0.0.0.0:${OTLP_PORTS.http}`, max_request_body_size: MAX_OTLP_BYTES },
};

/** The tenant of what it writes is the tenant of the spans. */
function metricsGenerator(url: string, ring: Ring | undefined): MetricsGenerator {
  return {
    ...(ring && { ring }),
    processor: {
      service_graphs: { dimensions: EDGE_LABELS },
      span_metrics: { dimensions: EDGE_LABELS },
    },
    storage: {
      path: `${TEMPO_PATHS.data}/generator`,
      remote_write: [{ url, send_exemplars: true }],
    },
  };
}

/**
 * The part of section `storage.trace` that describes the bucket:
 * https://grafana.com/docs/tempo/latest/configuration/#storage
 */
type TempoBucketConfig =
  | {
      readonly backend: "s3";
      readonly s3: {
        readonly bucket: string;
        readonly prefix?: string;
        readonly endpoint: string;
        readonly region: string;
        readonly insecure: boolean;
        readonly forcepathstyle: boolean;
      };
    }
  | {
      readonly backend: "gcs";
      readonly gcs: { readonly bucket_name: string; readonly prefix?: string };
    }
  | {
      readonly backend: "azure";
      readonly azure: {
        readonly storage_account_name: string;
        readonly container_name: string;
        readonly endpoint_suffix: string;
        readonly use_federated_token: true;
        readonly prefix?: string;
      };
    };

/**
 * No credential is written here. Left out, Tempo looks for them where the platform puts them: the
 * environment (static keys of S3), the token that workload identity mounts (S3, Azure), or the
 * metadata server (GCS).
 */
function tempoBucketConfig(bucket: ObjectStoreConnection): TempoBucketConfig {
  const prefix = bucket.prefix ? { prefix: bucket.prefix } : {};
  switch (bucket.protocol) {
    case "s3":
      return {
        backend: "s3",
        s3: {
          bucket: bucket.bucket,
          ...prefix,
          endpoint: bucket.endpoint,
          region: bucket.region,
          insecure: bucket.insecure,
          forcepathstyle: bucket.pathStyle,
        },
      };
    case "gcs":
      return { backend: "gcs", gcs: { bucket_name: bucket.bucket, ...prefix } };
    case "azure":
      return {
        backend: "azure",
        azure: {
          storage_account_name: bucket.storageAccount,
          container_name: bucket.bucket,
          endpoint_suffix: bucket.endpoint,
          use_federated_token: true,
          ...prefix,
        },
      };
    default:
      throw new Error(
        `Tempo knows no object store with protocol ${bucket.protocol}: expected s3, gcs or azure`,
      );
  }
}
