import { fromSeconds } from "../../kit/duration";
import { QUERY_INGESTERS_WITHIN_HOURS } from "./config";

/** What limits depend on: the inventory, seen from one tenant. */
export interface TenantLoad {
  readonly retentionDays: number;
  readonly edges: readonly EdgeLoad[];
  /** Where alerts of its rules go. */
  readonly alertmanagers?: readonly string[];
}

export interface EdgeLoad {
  /** Series it sends at a time. */
  readonly activeSeries: number;
  /** Longest time for which the hub may be away, in seconds. */
  readonly outageSeconds: number;
}

/** The limits we set per tenant: https://grafana.com/docs/mimir/latest/configure/configuration-parameters/#limits */
export interface TenantLimits {
  readonly compactor_blocks_retention_period: string;
  readonly out_of_order_time_window: string;
  readonly query_ingesters_within: string;
  readonly ingestion_rate: number;
  readonly ingestion_burst_size: number;
  readonly max_global_series_per_user: number;
  readonly ha_max_clusters: number;
  readonly max_global_exemplars_per_user: number;
  readonly ruler_alertmanager_client_config?: { readonly alertmanager_url: string };
}

/** Runtime configuration: Mimir reads it again every 10 s, without a restart. */
export interface RuntimeConfig {
  readonly overrides: Readonly<Record<string, TenantLimits>>;
}

/** Seconds between two samples of a series: the agents' default. An edge that scrapes more often has to count its series that much higher. */
export const SCRAPE_SECONDS = 15;
/**
 * What piled up in an outage is taken in within this part of the outage, beside what comes in meanwhile. A slower replay would still run when the
 * agent's buffer lets go of its oldest part; a faster one would need more of Mimir than it was given.
 */
export const REPLAY_PART = 1 / 4;
/** Pods come and go: this part of an edge's series is replaced by new ones every hour. */
export const CHURN_PER_HOUR = 0.1;
/** Ingesters hold a series for up to 3 h after its last sample, until the head is compacted. */
const HEAD_HOURS = 3;
/** Room to grow, and for a rollout that replaces everything: above the limit samples are refused for good (HTTP 400), so it is a fence, not a budget. */
const SERIES_HEADROOM = 2;
/** An ingestion burst of this many seconds at the full rate passes: agents send in batches, and all of them return at once. */
const BURST_SECONDS = 10;

/** Mimir's own defaults: a tenant never gets less, however small its edges. */
const FLOOR = { ingestionRate: 10_000, burst: 200_000, series: 150_000, clusters: 100 };

/** Newest ones, held in memory: a trace that an older one names is seldom looked for by way of a graph. */
const EXEMPLARS_PER_EDGE = 10_000;

const HOUR = 3600;

/**
 * Every tenant gets its entry, also one without an edge: its retention must hold for the data that is there already.
 *
 * - Window: Mimir refuses for good what is older than the window before the newest sample *of the tenant*. One edge that returns after the longest
 *   outage must not be refused because another was there all the time; an hour more for its replay.
 * - Rate (samples per second): all edges of the tenant return from the outage together, each replaying beside its steady stream.
 * - Series: those of now, and those that churned during the longest outage plus the hours the head holds, with headroom.
 * - Pairs of agents: of each edge, samples of one of the two are taken; those without the label of a replica, as before. Above `ha_max_clusters`
 *   samples would be refused for good.
 */
export function tenantLimits({ retentionDays, edges, alertmanagers = [] }: TenantLoad): TenantLimits {
  const series = sum(edges.map((edge) => edge.activeSeries));
  const outageSeconds = Math.max(0, ...edges.map((edge) => edge.outageSeconds));
  const windowSeconds = outageSeconds + HOUR;
  const rate = Math.max(FLOOR.ingestionRate, Math.ceil(replayRate(series)));
  const churnedHours = outageSeconds / HOUR + HEAD_HOURS;
  return {
    compactor_blocks_retention_period: `${retentionDays}d`,
    out_of_order_time_window: fromSeconds(windowSeconds),
    // Late samples stay in ingesters for as long as punctual ones, counted from their arrival.
    query_ingesters_within: fromSeconds(windowSeconds + QUERY_INGESTERS_WITHIN_HOURS * HOUR),
    ingestion_rate: rate,
    ingestion_burst_size: Math.max(FLOOR.burst, rate * BURST_SECONDS),
    max_global_series_per_user: Math.max(
      FLOOR.series,
      Math.ceil(series * (1 + CHURN_PER_HOUR * churnedHours) * SERIES_HEADROOM),
    ),
    ha_max_clusters: Math.max(FLOOR.clusters, edges.length),
    max_global_exemplars_per_user: EXEMPLARS_PER_EDGE * Math.max(1, edges.length),
    ...(alertmanagers.length > 0 && { ruler_alertmanager_client_config: { alertmanager_url: alertmanagers.join() } }),
  };
}

export function runtimeConfig(tenants: Readonly<Record<string, TenantLoad>>): RuntimeConfig {
  return { overrides: Object.fromEntries(Object.entries(tenants).map(([id, load]) => [id, tenantLimits(load)])) };
}

/** Samples per second in steady state. */
export function steadyRate(series: number): number {
  return series / SCRAPE_SECONDS;
}

/** Samples per second while everything that piled up in an outage is replayed: it does not depend on how long the outage was. */
export function replayRate(series: number): number {
  return steadyRate(series) * (1 + 1 / REPLAY_PART);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
