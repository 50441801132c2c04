import { inSteps } from "../../kit/quantity";
import type { BufferArgs } from "../metrics/buffer";

/** How large a Prometheus with a database is, and what compacts what it uploads. */
export interface ServerSize {
  /** For how long blocks stay on its disk: as long as the bucket may be away, and a day more. */
  readonly retentionSeconds: number;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  readonly cpuMillicores: number;
  readonly compactorDiskBytes: number;
}

/**
 * Measured with Prometheus 3.15 on 20,000 series with the labels of cAdvisor (about 430 bytes), 250
 * samples of each, and values that do not compress.
 */
const MEASURED = {
  /** Resident memory without series. */
  memory: 100 * 2 ** 20,
  /** Resident memory for a series that is scraped, with its share of garbage. */
  memoryPerSeries: 8500,
  /** On the disk for a sample in a block: not measured, upstream's rule. */
  bytesPerSample: 2,
  /** In the write-ahead log, which holds what is not in a block yet: up to three hours. */
  bytesPerSampleInLog: 11,
  /** CPU milliseconds to scrape and store a sample. */
  cpuMillisPerSample: 0.005,
};

const DAY = 24 * 3600;
const LOG_SECONDS = 3 * 3600;
/** The longest blocks hold two weeks; what they are made of is beside them while they are made. */
const COMPACTED_SECONDS = 14 * DAY;
const HEADROOM = 1.25;

export function serverSize({
  outageSeconds,
  activeSeries,
  scrapeIntervalSeconds,
}: BufferArgs): ServerSize {
  const samplesPerSecond = activeSeries / scrapeIntervalSeconds;
  const retentionSeconds = DAY + outageSeconds;
  const { bytesPerSample, bytesPerSampleInLog, memory, memoryPerSeries, cpuMillisPerSample } =
    MEASURED;
  const onDisk =
    samplesPerSecond * (retentionSeconds * bytesPerSample + LOG_SECONDS * bytesPerSampleInLog);
  return {
    retentionSeconds,
    diskBytes: inSteps(HEADROOM * onDisk + 2 ** 30),
    memoryBytes: inSteps(HEADROOM * (memory + activeSeries * memoryPerSeries)),
    cpuMillicores: inSteps(Math.max(100, HEADROOM * samplesPerSecond * cpuMillisPerSample)),
    compactorDiskBytes: inSteps(
      HEADROOM * 2 * samplesPerSecond * COMPACTED_SECONDS * bytesPerSample + 2 ** 30,
    ),
  };
}
