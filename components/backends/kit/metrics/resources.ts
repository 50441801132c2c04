import { goMemoryLimit } from "../../../kit/go-memory";
import { bytesQuantity } from "../../../kit/quantity";
import { doubledFrom, MEMORY_HEADROOM, millicores, type BackendResources } from "../sizes";
import { replayRate, steadyRate } from "./load";

/** What one core, or one gigabyte, is enough for, with replication factor 1. */
export interface Planning {
  /** Of distributors. */
  readonly samplesPerCore: number;
  readonly samplesPerGigabyte: number;
  /** Of ingesters. */
  readonly seriesPerCore: number;
  readonly bytesPerSeries: number;
}

/** For backends whose upstream gives no figures of its own. */
export const PLANNING: Planning = {
  samplesPerCore: 25_000,
  samplesPerGigabyte: 25_000,
  seriesPerCore: 300_000,
  bytesPerSeries: 2.5e9 / 300_000,
};
/** An idle process with its caches, and a few dashboards' worth of queries. */
const BASE_CORES = 0.2;
const BASE_BYTES = 256 * 2 ** 20;
const SMALLEST_SERIES = 25_000;

/**
 * CPU and memory of a backend with everything in one process: the parts' figures, summed. Requests
 * carry the steady load, limits a replay of all edges at once.
 */
export function singleResources(activeSeries: number, planning: Planning): BackendResources {
  const series = nextSize(activeSeries);
  const cores = (samplesPerSecond: number) =>
    BASE_CORES + samplesPerSecond / planning.samplesPerCore + series / planning.seriesPerCore;
  const bytes =
    BASE_BYTES +
    (steadyRate(series) / planning.samplesPerGigabyte) * 1e9 +
    series * planning.bytesPerSeries;
  const limit = bytes * MEMORY_HEADROOM;
  return {
    requests: { cpu: millicores(cores(steadyRate(series)), 50), memory: bytesQuantity(bytes) },
    limits: { cpu: millicores(cores(replayRate(series)), 50), memory: bytesQuantity(limit) },
    goMemoryLimit: goMemoryLimit(limit),
  };
}

export function nextSize(series: number): number {
  return doubledFrom(SMALLEST_SERIES, series);
}
