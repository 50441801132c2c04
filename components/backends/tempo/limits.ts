import type { Cell } from "../../hub/model";
import { REPLAY_PART } from "../kit/metrics/load";
import { MAX_OTLP_BYTES } from "./config";

/** What limits depend on: the inventory, seen from one tenant. */
export interface TraceTenantLoad {
  readonly retentionDays: number;
  /** Spans that its edges send in a second. */
  readonly spansPerSecond: number;
  /** Whether metrics are made of its spans. */
  readonly metricsGenerator?: boolean;
}

/** The limits we set for a tenant. */
interface TraceLimits {
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
  /** Traces that an ingester holds in memory. */
  readonly liveTraces: number;
  readonly bytesPerTrace: number;
  /** Of an answer that lists the values of a tag. */
  readonly bytesPerTagValues: number;
  readonly retention: string;
  readonly metricsGenerator: boolean;
}

/** A tenant's section: https://grafana.com/docs/tempo/latest/configuration/#overrides */
interface TempoOverrides {
  readonly [key: string]: number | string | readonly string[] | TempoOverrides;
}

/** Read again every 10 s, without a restart. */
interface TempoRuntimeConfig {
  readonly overrides: Readonly<Record<string, TempoOverrides>>;
}

/**
 * Size of a span with its attributes, as Tempo counts it: larger than most, because more bytes than
 * planned are refused for a while.
 */
const SPAN_BYTES = 1_000;
/**
 * A trace is in memory until no span of it came for some seconds; long ones, and late spans, for
 * longer.
 */
const LIVE_SECONDS = 60;
/**
 * Spans beyond it are lost: Tempo takes the request and drops them. So it is a fence around what an
 * ingester can hold, far from what traces are. Reading such a trace takes several times as much
 * memory.
 */
const BYTES_PER_TRACE = 50_000_000;
/** Upstream's default. */
const BYTES_PER_TAG_VALUES = 5_000_000;

/** Tempo's own defaults: a tenant never gets less, however small its edges. */
const FLOOR = { bytesPerSecond: 15_000_000, liveTraces: 10_000 };

/**
 * - Rate: all edges of the tenant return from an outage together, each replaying beside its steady
 *   stream. What is above it is refused for a while, which clients wait out.
 * - Burst: two of the largest requests. What is larger than the burst would be refused for good.
 * - Live traces: each span of a replay may be the first of a trace. Spans of a trace too many are
 *   lost as those of one too large are.
 */
export function traceLimits({
  retentionDays,
  spansPerSecond,
  metricsGenerator = false,
}: TraceTenantLoad): TraceLimits {
  const spans = replayedSpans(spansPerSecond);
  const bytesPerSecond = Math.max(FLOOR.bytesPerSecond, Math.ceil(spans * SPAN_BYTES));
  return {
    bytesPerSecond,
    burstBytes: Math.max(2 * MAX_OTLP_BYTES, bytesPerSecond),
    liveTraces: Math.max(FLOOR.liveTraces, Math.ceil(spans * LIVE_SECONDS)),
    bytesPerTrace: BYTES_PER_TRACE,
    bytesPerTagValues: BYTES_PER_TAG_VALUES,
    retention: `${retentionDays}d`,
    metricsGenerator,
  };
}

/** Spans per second while what piled up in an outage is replayed. */
export function replayedSpans(spansPerSecond: number): number {
  return spansPerSecond * (1 + 1 / REPLAY_PART);
}

/**
 * Every tenant gets its entry, whole: what an entry leaves out is not limited, whatever the
 * defaults say.
 */
export function tempoRuntimeConfig(
  tenants: Readonly<Record<string, TraceTenantLoad>>,
): TempoRuntimeConfig {
  const entries = Object.entries(tenants).map(([id, load]) => [id, overridesOf(traceLimits(load))]);
  return { overrides: Object.fromEntries(entries) as TempoRuntimeConfig["overrides"] };
}

function overridesOf(limits: TraceLimits): TempoOverrides {
  return {
    ingestion: {
      rate_limit_bytes: limits.bytesPerSecond,
      burst_size_bytes: limits.burstBytes,
      max_traces_per_user: limits.liveTraces,
    },
    global: { max_bytes_per_trace: limits.bytesPerTrace },
    read: { max_bytes_per_tag_values_query: limits.bytesPerTagValues },
    compaction: { block_retention: limits.retention },
    ...(limits.metricsGenerator && {
      metrics_generator: { processors: ["service-graphs", "span-metrics"] },
    }),
  };
}

/** What each tenant of a cell brings in spans. */
export function traceLoads(
  { tenants }: Cell,
  metricsGenerator: boolean,
): Record<string, TraceTenantLoad> {
  const loads = tenants.map(({ id, retentionDays, edges }): [string, TraceTenantLoad] => [
    id,
    {
      retentionDays: retentionDays.traces,
      spansPerSecond: edges.reduce((total, { spansPerSecond }) => total + spansPerSecond, 0),
      metricsGenerator,
    },
  ]);
  return Object.fromEntries(loads);
}
