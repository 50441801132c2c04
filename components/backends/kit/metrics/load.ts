import { HUB_TENANT } from "../../../contract/names";
import type { Cell } from "../../../hub/model";

/** What limits depend on: the inventory, seen from one tenant. */
export interface TenantLoad {
  readonly retentionDays: number;
  readonly edges: readonly EdgeLoad[];
  /** Where alerts of its rules go. */
  readonly alertmanagers?: readonly string[];
}

interface EdgeLoad {
  /** Series it sends at a time. */
  readonly activeSeries: number;
  /** Longest time for which the hub may be away, in seconds. */
  readonly outageSeconds: number;
}

/**
 * Seconds between two samples of a series: the agents' default. An edge that scrapes more often has
 * to count its series that much higher.
 */
export const SCRAPE_SECONDS = 15;
/**
 * What piled up in an outage is taken in within this part of the outage, beside what comes in
 * meanwhile. A slower replay would still run when the agent's buffer lets go of its oldest part; a
 * faster one would need more of the backend than it was given.
 */
export const REPLAY_PART = 1 / 4;
/** Pods come and go: this part of an edge's series is replaced by new ones every hour. */
const CHURN_PER_HOUR = 0.1;
/** Ingesters hold a series for up to 3 h after its last sample, until the head is compacted. */
const HEAD_HOURS = 3;
/**
 * Room to grow, and for a rollout that replaces everything: above the limit samples are refused for
 * good (HTTP 400), so it is a fence, not a budget.
 */
const SERIES_HEADROOM = 2;
/**
 * An ingestion burst of this many seconds at the full rate passes: agents send in batches, and all
 * of them return at once.
 */
const BURST_SECONDS = 10;

/** A tenant never gets less, however small its edges: upstream's defaults. */
const FLOOR = { samplesPerSecond: 10_000, burst: 200_000, series: 150_000, clusters: 100 };

/**
 * Newest ones, held in memory: a trace that an older one names is seldom looked for by way of a
 * graph.
 */
const EXEMPLARS_PER_EDGE = 10_000;

const HOUR = 3600;

/** What a tenant may send, whatever a backend calls it. */
interface TenantBounds {
  /** A sample may be so much older than the newest one of its tenant. */
  readonly lateSeconds: number;
  readonly samplesPerSecond: number;
  readonly burst: number;
  readonly series: number;
  /** Edges with a pair of agents. */
  readonly clusters: number;
  readonly exemplars: number;
}

/**
 * - Late: backends refuse for good what is older than the window before the newest sample *of the
 *   tenant*. One edge that returns after the longest outage must not be refused because another was
 *   there all the time; an hour more for its replay.
 * - Rate: all edges of the tenant return from the outage together, each replaying beside its steady
 *   stream.
 * - Series: those of now, and those that churned during the longest outage plus the hours the head
 *   holds, with headroom.
 * - Pairs of agents: of each edge, samples of one of the two are taken; those without the label of
 *   a replica, as before. Above their number samples would be refused for good.
 */
export function tenantBounds({ edges }: TenantLoad): TenantBounds {
  const series = sum(edges.map((edge) => edge.activeSeries));
  const outageSeconds = Math.max(0, ...edges.map((edge) => edge.outageSeconds));
  const samplesPerSecond = Math.max(FLOOR.samplesPerSecond, Math.ceil(replayRate(series)));
  const churnedHours = outageSeconds / HOUR + HEAD_HOURS;
  return {
    lateSeconds: outageSeconds + HOUR,
    samplesPerSecond,
    burst: Math.max(FLOOR.burst, samplesPerSecond * BURST_SECONDS),
    series: Math.max(
      FLOOR.series,
      Math.ceil(series * (1 + CHURN_PER_HOUR * churnedHours) * SERIES_HEADROOM),
    ),
    clusters: Math.max(FLOOR.clusters, edges.length),
    exemplars: EXEMPLARS_PER_EDGE * Math.max(1, edges.length),
  };
}

/** Samples per second in steady state. */
export function steadyRate(series: number): number {
  return series / SCRAPE_SECONDS;
}

/**
 * Samples per second while everything that piled up in an outage is replayed: it does not depend on
 * how long the outage was.
 */
export function replayRate(series: number): number {
  return steadyRate(series) * (1 + 1 / REPLAY_PART);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Alerts that fired, and what was expected of edges: looked up for months, next to nothing to keep.
 */
export const HUB_RETENTION_DAYS = 365;

/** What each tenant of a cell brings, the hub's own among them. A revoked edge keeps its room. */
export function metricsLoads(cell: Cell): Record<string, TenantLoad> {
  const { tenants, ownTenants, alertmanagers } = cell;
  const loads = tenants.map(({ id, retentionDays, edges }): [string, TenantLoad] => [
    id,
    {
      retentionDays: retentionDays.metrics,
      edges: edges.map(({ activeSeries, outageSeconds }) => ({ activeSeries, outageSeconds })),
      ...(ownTenants.includes(id) && { alertmanagers }),
    },
  ]);
  const hub: TenantLoad = { retentionDays: HUB_RETENTION_DAYS, edges: [], alertmanagers };
  return { ...Object.fromEntries(loads), [HUB_TENANT]: hub };
}
