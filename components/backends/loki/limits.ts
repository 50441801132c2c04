import type { Cell, CellTenant } from "../../hub/model";
import { fromSeconds } from "../../kit/duration";
import { REPLAY_PART } from "../kit/metrics/load";
import { MAX_LOKI_PUSH_BYTES, OLDEST_DAYS, SCHEMA_MARGIN_DAYS } from "./config";

/** What limits depend on: the inventory, seen from one tenant. */
export interface LogTenantLoad {
  readonly retentionDays: number;
  readonly edges: readonly LogEdgeLoad[];
}

interface LogEdgeLoad {
  /** Bytes of log lines that it sends in a second. */
  readonly bytesPerSecond: number;
  /** Longest time for which the hub may be away, in seconds. */
  readonly outageSeconds: number;
}

/** The limits we set per tenant: https://grafana.com/docs/loki/latest/configure/#limits_config */
interface LogTenantLimits {
  readonly retention_period: string;
  readonly reject_old_samples_max_age: string;
  readonly ingestion_rate_mb: number;
  readonly ingestion_burst_size_mb: number;
  readonly per_stream_rate_limit: string;
  readonly per_stream_rate_limit_burst: string;
  readonly max_global_streams_per_user: number;
  readonly max_cache_freshness_per_query: string;
  readonly max_metadata_cache_freshness: string;
  readonly max_stats_cache_freshness: string;
}

/** Runtime configuration: Loki reads it again every 10 s, without a restart. */
interface LokiRuntimeConfig {
  readonly overrides: Readonly<Record<string, LogTenantLimits>>;
}

const MEGABYTE = 2 ** 20;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Of an edge, at a time: labels count applications and levels, not pods. */
const STREAMS_PER_EDGE = 5_000;
/** Hours for which a stream is in memory after its last line, and is counted. */
const STREAM_HOURS = 2;

/** Loki's own defaults: a tenant never gets less, however small its edges. */
const FLOOR = { rate: 4, burst: MAX_LOKI_PUSH_BYTES / MEGABYTE, streams: STREAMS_PER_EDGE };

/**
 * Every tenant gets its entry, also one without an edge: its retention must hold for the data that
 * is there already.
 *
 * - Age: what an edge kept through its longest outage is taken, with an hour more for its replay.
 * - Rate (MiB per second): all edges of the tenant return from the outage together, each replaying
 *   beside its steady stream. Above it clients wait (HTTP 429). What is larger than the burst would
 *   be refused for good, so the largest push fits. A single stream may take all of it.
 * - Streams: while an outage is replayed, each has one more for every hour of it. Above it clients
 *   wait, with all that they have.
 * - Caches, in the process where there are no others: an answer is kept once no line of its time
 *   can come any more. A cached gap would hide what an edge sends after its outage.
 */
export function logTenantLimits({ retentionDays, edges }: LogTenantLoad): LogTenantLimits {
  const outageSeconds = Math.max(0, ...edges.map((edge) => edge.outageSeconds));
  const lateSeconds = outageSeconds + HOUR;
  const freshness = fromSeconds(lateSeconds);
  const age = Math.min(Math.max(OLDEST_DAYS * DAY, lateSeconds), (SCHEMA_MARGIN_DAYS - 1) * DAY);
  const bytes = edges.reduce((total, edge) => total + edge.bytesPerSecond, 0);
  const rate = Math.max(FLOOR.rate, Math.ceil(replayedBytes(bytes) / MEGABYTE));
  const burst = Math.max(FLOOR.burst, rate);
  const hours = STREAM_HOURS + Math.ceil(outageSeconds / HOUR);
  return {
    retention_period: `${retentionDays}d`,
    reject_old_samples_max_age: fromSeconds(age),
    ingestion_rate_mb: rate,
    ingestion_burst_size_mb: burst,
    per_stream_rate_limit: `${rate}MB`,
    per_stream_rate_limit_burst: `${burst}MB`,
    max_global_streams_per_user: Math.max(FLOOR.streams, edges.length * STREAMS_PER_EDGE * hours),
    max_cache_freshness_per_query: freshness,
    max_metadata_cache_freshness: freshness,
    max_stats_cache_freshness: freshness,
  };
}

export function lokiRuntimeConfig(
  tenants: Readonly<Record<string, LogTenantLoad>>,
): LokiRuntimeConfig {
  const entries = Object.entries(tenants).map(([id, load]) => [id, logTenantLimits(load)]);
  return { overrides: Object.fromEntries(entries) as LokiRuntimeConfig["overrides"] };
}

/** Bytes per second while what piled up in an outage is replayed. */
export function replayedBytes(bytesPerSecond: number): number {
  return bytesPerSecond * (1 + 1 / REPLAY_PART);
}

/** What each tenant of a cell brings in log lines. */
export function logLoads({ tenants }: Cell): Record<string, LogTenantLoad> {
  return Object.fromEntries(tenants.map((tenant) => [tenant.id, loadOf(tenant)]));
}

function loadOf({ retentionDays, edges }: CellTenant): LogTenantLoad {
  return {
    retentionDays: retentionDays.logs,
    edges: edges.map(({ logBytesPerSecond, outageSeconds }) => ({
      bytesPerSecond: logBytesPerSecond,
      outageSeconds,
    })),
  };
}
