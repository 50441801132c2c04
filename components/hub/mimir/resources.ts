import { bytesQuantity } from "../../kit/quantity";
import { replayRate, steadyRate } from "./limits";

/**
 * CPU and memory of a Mimir with everything in one process, after upstream's planning figures (replication factor 1), summed over its parts:
 * https://grafana.com/docs/mimir/latest/manage/run-production-environment/planning-capacity/
 */
const SAMPLES_PER_CORE = 25_000;
const SAMPLES_PER_GIGABYTE = 25_000;
const SERIES_PER_CORE = 300_000;
const BYTES_PER_SERIES = 2.5e9 / 300_000;
/** An idle process with its caches, and a few dashboards' worth of queries. */
const BASE_CORES = 0.2;
const BASE_BYTES = 256 * 2 ** 20;
/** Upstream asks for half as much again; a replay after an outage needs more, and so does compaction. */
const MEMORY_HEADROOM = 2;
/** The part of the limit that Go's collector may fill before it works harder. */
const GO_MEMORY_PART = 0.9;
/** Sizes double from here, because another size restarts Mimir: one more edge should not. */
const SMALLEST_SERIES = 25_000;

export interface MimirResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
  /** Environment variable GOMEMLIMIT, in bytes: collect earlier rather than be killed. */
  readonly goMemoryLimit: string;
}

/** Requests carry the steady load, limits a replay of all edges at once. */
export function mimirResources(activeSeries: number): MimirResources {
  const series = nextSize(activeSeries);
  const cores = (samplesPerSecond: number) =>
    BASE_CORES + samplesPerSecond / SAMPLES_PER_CORE + series / SERIES_PER_CORE;
  const bytes = BASE_BYTES + (steadyRate(series) / SAMPLES_PER_GIGABYTE) * 1e9 + series * BYTES_PER_SERIES;
  const limit = bytes * MEMORY_HEADROOM;
  return {
    requests: { cpu: millicores(cores(steadyRate(series))), memory: bytesQuantity(bytes) },
    limits: { cpu: millicores(cores(replayRate(series))), memory: bytesQuantity(limit) },
    goMemoryLimit: String(Math.floor(limit * GO_MEMORY_PART)),
  };
}

function nextSize(series: number): number {
  return SMALLEST_SERIES * 2 ** Math.max(0, Math.ceil(Math.log2(series / SMALLEST_SERIES)));
}

function millicores(cores: number): string {
  return `${Math.ceil((cores * 1000) / 50) * 50}m`;
}
