import type { ObjectStoreConnection } from "../../storage/connection";
import type { TraceLimits } from "./limits";

/**
 * Generations of Tempo whose configuration differs: `2` is the product's, `1` the lab's 1.5.0. All that differs is in this file. A `3` (docs/decisions/0018)
 * would have other components as well: tempoBackend() and the sizes are what else it changes.
 */
export const TEMPO_GENERATIONS = [1, 2] as const;
export type TempoGeneration = (typeof TEMPO_GENERATIONS)[number];

/** The product's, where nothing is said. */
export function generationOf(asked: number = 2): TempoGeneration {
  const known = TEMPO_GENERATIONS.find((generation) => generation === asked);
  if (known === undefined)
    throw new Error(
      `no generation of Tempo is ${asked}: expected ${TEMPO_GENERATIONS.join(" or ")}`,
    );
  return known;
}

/** A section of the runtime configuration: https://grafana.com/docs/tempo/latest/configuration/#overrides */
export interface TempoOverrides {
  readonly [key: string]: number | string | readonly string[] | TempoOverrides;
}

const PROCESSORS = ["service-graphs", "span-metrics"];

const OVERRIDES: Readonly<Record<TempoGeneration, (limits: TraceLimits) => TempoOverrides>> = {
  1: (limits) => ({
    ingestion_rate_limit_bytes: limits.bytesPerSecond,
    ingestion_burst_size_bytes: limits.burstBytes,
    max_traces_per_user: limits.liveTraces,
    max_bytes_per_trace: limits.bytesPerTrace,
    max_bytes_per_tag_values_query: limits.bytesPerTagValues,
    block_retention: limits.retention,
    ...(limits.metricsGenerator && { metrics_generator_processors: PROCESSORS }),
  }),
  2: (limits) => ({
    ingestion: {
      rate_limit_bytes: limits.bytesPerSecond,
      burst_size_bytes: limits.burstBytes,
      max_traces_per_user: limits.liveTraces,
    },
    global: { max_bytes_per_trace: limits.bytesPerTrace },
    read: { max_bytes_per_tag_values_query: limits.bytesPerTagValues },
    compaction: { block_retention: limits.retention },
    ...(limits.metricsGenerator && { metrics_generator: { processors: PROCESSORS } }),
  }),
};

export function tenantOverrides(generation: TempoGeneration, limits: TraceLimits): TempoOverrides {
  return OVERRIDES[generation](limits);
}

/** What a generation adds to the start-up configuration that both read. */
interface Additions {
  readonly root: { readonly search_enabled?: true };
  /** Where metrics are made of spans. */
  readonly withGenerator: { readonly metrics_generator_enabled?: true };
  readonly distributor: {
    readonly retry_after_on_resource_exhausted?: string;
    readonly max_attribute_bytes?: number;
  };
  readonly lifecycler: { readonly final_sleep?: string };
  readonly ingester: { readonly flush_all_on_shutdown?: true };
  readonly queryFrontend: { readonly max_outstanding_per_tenant?: number };
  /** Limits of a tenant are shared out among distributors. */
  readonly globalRate: TempoOverrides;
  /** Whether writes over HTTP carry a tenant. */
  readonly otlpHttp: boolean;
  /** Path that is called before a stop, so that everything is shipped. */
  readonly flushPath?: string;
}

/** Attributes longer than it are cut: stack traces fit, which they do not into the default of 2 KiB. */
const MAX_ATTRIBUTE_BYTES = 65_536;

export const ADDITIONS: Readonly<Record<TempoGeneration, Additions>> = {
  1: {
    root: { search_enabled: true },
    withGenerator: { metrics_generator_enabled: true },
    distributor: {},
    // What was queued for the bucket is shipped meanwhile; the rest waits on the disk for the next start.
    lifecycler: { final_sleep: "30s" },
    ingester: {},
    // As many as 2.x has by itself: one trace that is asked for is 20 of them, and what is beyond is answered 429.
    queryFrontend: { max_outstanding_per_tenant: 2000 },
    globalRate: { ingestion_rate_strategy: "global" },
    otlpHttp: false,
    flushPath: "/flush",
  },
  2: {
    root: {},
    withGenerator: {},
    // With it clients over gRPC wait and send again; without, they drop what was refused.
    distributor: {
      retry_after_on_resource_exhausted: "5s",
      max_attribute_bytes: MAX_ATTRIBUTE_BYTES,
    },
    lifecycler: {},
    ingester: { flush_all_on_shutdown: true },
    queryFrontend: {},
    globalRate: { defaults: { ingestion: { rate_strategy: "global" } } },
    otlpHttp: true,
  },
};

interface AzureSection {
  readonly storage_account_name: string;
  readonly container_name: string;
  readonly endpoint_suffix: string;
  readonly use_federated_token: true;
  readonly prefix?: string;
}
/** 1.x knows no workload identity. */
interface FirstAzureSection {
  readonly "storage-account-name": string;
  readonly "container-name": string;
  readonly "endpoint-suffix": string;
  readonly "use-managed-identity": true;
}

export function azureSection(
  generation: TempoGeneration,
  { storageAccount, bucket, endpoint }: ObjectStoreConnection,
): AzureSection | FirstAzureSection {
  return generation === 1
    ? {
        "storage-account-name": storageAccount,
        "container-name": bucket,
        "endpoint-suffix": endpoint,
        "use-managed-identity": true,
      }
    : {
        storage_account_name: storageAccount,
        container_name: bucket,
        endpoint_suffix: endpoint,
        use_federated_token: true,
      };
}

export function prefixOf(
  generation: TempoGeneration,
  { prefix }: ObjectStoreConnection,
): { readonly prefix?: string } {
  if (!prefix) return {};
  if (generation === 1)
    throw new Error(`Tempo 1.x knows no prefix of objects: ${prefix} needs generation 2`);
  return { prefix };
}
