import { plannedSizes, plannedSum, type PlannedRate, type PlanningRow } from "../kit/planning";
import {
  doubledFrom,
  replicationFactor,
  type BackendResources,
  type CacheSize,
  type ComponentSize,
} from "../kit/sizes";
import type { LokiComponent } from "./components";
import { replayedBytes } from "./limits";

/** Copies of every line among ingesters in upstream's figures. */
const COPIES = 3;

/**
 * Upstream's figures for 350 MB a second: https://grafana.com/docs/loki/latest/setup/size/
 * It has none for disks and the ruler: those are estimates. There is one compactor, whatever the rate.
 */
const PLANNING: Readonly<Record<LokiComponent, PlanningRow>> = {
  distributor: { megabytesPerSecond: 8.75, cores: 2, gigabytes: 1, least: 2 },
  ingester: { megabytesPerSecond: 3.9, cores: 2, gigabytes: 6, least: 3 },
  querier: { megabytesPerSecond: 3.5, cores: 1.5, gigabytes: 2, least: 2 },
  "query-frontend": { megabytesPerSecond: 44, cores: 1, gigabytes: 2, least: 2 },
  "query-scheduler": { megabytesPerSecond: 175, cores: 1, gigabytes: 0.5, least: 2 },
  "index-gateway": {
    megabytesPerSecond: 35,
    cores: 0.5,
    gigabytes: 4,
    diskGigabytes: 50,
    least: 3,
  },
  compactor: { megabytesPerSecond: 700, cores: 12, gigabytes: 40, diskGigabytes: 400, least: 1 },
  ruler: { megabytesPerSecond: 35, cores: 1, gigabytes: 1, least: 2 },
};

const SMALLEST_BYTES = 250_000;
/** Upstream's largest plan. Beyond, the way on is another cell. */
export const MOST_LOG_BYTES = 350_000_000;

/** How Loki is laid out as microservices. */
export interface LokiLayout {
  readonly replication: Readonly<Record<"ingester" | "index-gateway", number>>;
  readonly sizes: Readonly<Record<LokiComponent, ComponentSize>>;
  readonly caches: CacheSize;
}

export interface LokiLayoutArgs {
  /** Bytes of log lines that all edges of the cell send in a second. */
  readonly bytesPerSecond: number;
  /** Pods of a component, instead of those that follow from it. */
  readonly replicas?: Readonly<Partial<Record<LokiComponent, number>>>;
}

export function lokiLayout({ bytesPerSecond, replicas }: LokiLayoutArgs): LokiLayout {
  const sizes = plannedSizes(PLANNING, rateOf(bytesPerSecond), replicas);
  const replication = {
    ingester: replicationFactor(sizes.ingester.replicas),
    "index-gateway": replicationFactor(sizes["index-gateway"].replicas),
  };
  return { replication, sizes, caches: cachesOf(bytesPerSecond) };
}

/** An estimate: an hour or two of lines, packed. Upstream's chart has 9 GiB, whatever the rate. */
function cachesOf(bytesPerSecond: number): CacheSize {
  if (bytesPerSecond <= 1e6) return { replicas: 2, mebibytes: 512 };
  return bytesPerSecond <= 1e7
    ? { replicas: 3, mebibytes: 2048 }
    : { replicas: 3, mebibytes: 8192 };
}

/** Everything in one process, with one copy. */
export function lokiResources(bytesPerSecond: number): BackendResources {
  const { ingester, ...others } = PLANNING;
  const one = {
    ...ingester,
    cores: ingester.cores / COPIES,
    gigabytes: ingester.gigabytes / COPIES,
  };
  return plannedSum([one, ...Object.values(others)], rateOf(bytesPerSecond));
}

function rateOf(bytesPerSecond: number): PlannedRate {
  const bytes = doubledFrom(SMALLEST_BYTES, bytesPerSecond);
  return { megabytesPerSecond: bytes / 1e6, replayed: replayedBytes(bytes) / 1e6 };
}
