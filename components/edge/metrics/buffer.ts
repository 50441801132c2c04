import { inSteps } from "../../kit/quantity";

/**
 * How the agent keeps what it cannot send, and what that costs. Its buffer is its write-ahead log
 * (WAL). At each truncation the agent drops the older two thirds of the WAL's segments, sent or not
 * (tsdb/agent/db.go, truncate); `retention.max-time` does not protect them. So the frequency of
 * truncation decides which outage is survived, and disk and memory follow from it.
 */
export interface BufferArgs {
  /** How long the hub may be away without the loss of a sample. */
  readonly outageSeconds: number;
  /** Series scraped at a time. */
  readonly activeSeries: number;
  readonly scrapeIntervalSeconds: number;
}

export interface Buffer {
  /** `--storage.agent.wal-truncate-frequency` */
  readonly truncateFrequencySeconds: number;
  /** `--storage.agent.retention.min-time` */
  readonly minTimeSeconds: number;
  /** `--storage.agent.retention.max-time` */
  readonly maxTimeSeconds: number;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  /** CPU to set aside for scraping and sending. */
  readonly cpuMillicores: number;
}

/**
 * The first truncation after a start finds one period in the WAL and keeps a third of it; later
 * ones find 1.5 periods and keep half of one. So a period is three outages: at two, an outage that
 * ended with the first truncation was seen to lose everything it had queued.
 */
export const TRUNCATIONS_PER_OUTAGE = 3;
/**
 * Size of the WAL before a truncation, once it is stable: what the last truncation left, and one more
 * period: w = w / 3 + 1.
 */
export const PERIODS_ON_DISK = 1.5;
/**
 * Segments are dropped whole: the one being written, the one that truncation never touches, and
 * what rounding leaves.
 */
export const SPARE_SEGMENTS = 4;
/** `--storage.agent.wal-segment-size`, upstream's default. */
export const SEGMENT_BYTES = 128 * 2 ** 20;

/**
 * Measured with Prometheus 3.15 on 5,000 and 50,000 series with the labels of cAdvisor (about 430
 * bytes) and values that do not compress.
 */
const MEASURED = {
  /** WAL for a sample; real values compress better. */
  bytesPerSample: 11,
  /** WAL for the labels of a series. */
  bytesPerSeries: 175,
  /** Resident memory without series, with the caches of the discovery. */
  memory: 128 * 2 ** 20,
  /** Resident memory for a series that is scraped, with its share of garbage. */
  memoryPerActiveSeries: 3000,
  /**
   * The same for one that ended: its labels are kept until the truncation that drops its segment.
   */
  memoryPerEndedSeries: 2000,
  /** CPU milliseconds to scrape and send a sample. */
  cpuMillisPerSample: 0.005,
};

/** Assumed: every series is replaced once a day, as when every workload is rolled out daily. */
const CHURN_PER_SECOND = 1 / 86_400;
/** Left free on the disk, and in memory for catching up. */
const HEADROOM = 1.25;

export function bufferOf({
  outageSeconds,
  activeSeries,
  scrapeIntervalSeconds,
}: BufferArgs): Buffer {
  const frequency = TRUNCATIONS_PER_OUTAGE * outageSeconds;
  const held = PERIODS_ON_DISK * frequency;
  const samplesPerSecond = activeSeries / scrapeIntervalSeconds;
  const endedSeries = activeSeries * CHURN_PER_SECOND * held;

  const samples = samplesPerSecond * held * MEASURED.bytesPerSample;
  // The checkpoint repeats the labels of every series, and stands beside its predecessor while it
  // is written.
  const labels = 3 * (activeSeries + endedSeries) * MEASURED.bytesPerSeries;
  const memory =
    MEASURED.memory +
    activeSeries * MEASURED.memoryPerActiveSeries +
    endedSeries * MEASURED.memoryPerEndedSeries;
  // In steps: a slightly larger edge then has the same pod, which need not restart (a restarted
  // agent skips what it has not sent), and the same volume.
  return {
    truncateFrequencySeconds: frequency,
    // A series without samples for so long is dropped at a truncation: not one that is merely
    // scraped seldom.
    minTimeSeconds: Math.max(300, 4 * scrapeIntervalSeconds),
    maxTimeSeconds: held,
    diskBytes: inSteps(HEADROOM * (samples + labels + SPARE_SEGMENTS * SEGMENT_BYTES)),
    memoryBytes: inSteps(HEADROOM * memory),
    cpuMillicores: inSteps(
      Math.max(100, HEADROOM * samplesPerSecond * MEASURED.cpuMillisPerSample),
    ),
  };
}
