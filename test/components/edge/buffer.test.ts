import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bufferOf,
  PERIODS_ON_DISK,
  SEGMENT_BYTES,
  SPARE_SEGMENTS,
  TRUNCATIONS_PER_OUTAGE,
  type BufferArgs,
} from "../../../components/edge/metrics/buffer";

const anyEdge: fc.Arbitrary<BufferArgs> = fc.record({
  outageSeconds: fc.integer({ min: 10, max: 7 * 86_400 }),
  activeSeries: fc.integer({ min: 1, max: 5_000_000 }),
  scrapeIntervalSeconds: fc.integer({ min: 1, max: 600 }),
});

describe("the buffer of an edge", () => {
  it("keeps series, and frees none early, for as long as an outage may last", () => {
    fc.assert(
      fc.property(anyEdge, (edge) => {
        const { truncateFrequencySeconds, maxTimeSeconds, minTimeSeconds } = bufferOf(edge);
        expect(truncateFrequencySeconds).toBe(TRUNCATIONS_PER_OUTAGE * edge.outageSeconds);
        expect(maxTimeSeconds).toBeGreaterThanOrEqual(truncateFrequencySeconds);
        expect(minTimeSeconds).toBeGreaterThan(3 * edge.scrapeIntervalSeconds);
      }),
    );
  });

  it("has disk for three outages of samples at the least", () => {
    fc.assert(
      fc.property(anyEdge, (edge) => {
        const samples = (3 * edge.outageSeconds * edge.activeSeries) / edge.scrapeIntervalSeconds;
        expect(bufferOf(edge).diskBytes).toBeGreaterThan(samples * 11);
      }),
    );
  });

  it.each(["outageSeconds", "activeSeries"] as const)("never shrinks as %s grows", (field) => {
    fc.assert(
      fc.property(anyEdge, fc.integer({ min: 0, max: 1_000_000 }), (edge, more) => {
        const small = bufferOf(edge);
        const large = bufferOf({ ...edge, [field]: edge[field] + more });
        expect(large.diskBytes).toBeGreaterThanOrEqual(small.diskBytes);
        expect(large.memoryBytes).toBeGreaterThanOrEqual(small.memoryBytes);
        expect(large.cpuMillicores).toBeGreaterThanOrEqual(small.cpuMillicores);
      }),
    );
  });

  it("changes in steps: one series more rarely means another pod, and rounding never adds more than a quarter", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (activeSeries) => {
        const memory = bufferOf({
          outageSeconds: 21_600,
          activeSeries,
          scrapeIntervalSeconds: 15,
        }).memoryBytes;
        const step = 2 ** Math.floor(Math.log2(memory)) / 4;
        expect(memory % step).toBe(0);
      }),
    );
  });

  it("is what people are told for the default edge", () => {
    const edge = { outageSeconds: 6 * 3600, activeSeries: 200_000, scrapeIntervalSeconds: 15 };
    expect(bufferOf(edge)).toEqual({
      truncateFrequencySeconds: 18 * 3600,
      minTimeSeconds: 300,
      maxTimeSeconds: 27 * 3600,
      diskBytes: 20 * 2 ** 30,
      memoryBytes: 1.5 * 2 ** 30,
      cpuMillicores: 112,
    });
  });
});

/**
 * How the WAL's segments come and go: a model of `truncate` in Prometheus' tsdb/agent/db.go. Time
 * is counted in periods of truncation.
 */
class Wal {
  /** When each segment was begun; the last one is being written. */
  private begun = [0];
  /** Begin of the newest segment that was dropped. */
  private dropped = 0;

  get segments(): number {
    return this.begun.length;
  }

  next(time: number): void {
    this.begun.push(time);
  }

  truncate(time: number): void {
    const last = this.begun.length - 2;
    this.next(time);
    const upTo = Math.floor((last * 2) / 3);
    if (upTo <= 0) return;
    this.dropped = this.begun[upTo] ?? 0;
    this.begun = this.begun.slice(upTo + 1);
  }

  /**
   * An outage that began after this moment loses nothing: the queue's reader still has the segment
   * open in which it stood then, though its file may be gone, and finds the next one. If that one
   * is gone it goes on with the newest, and skips everything between (tsdb/wlog/watcher.go).
   */
  get readableSince(): number {
    return this.dropped;
  }
}

/**
 * Segments fill evenly. Gives, for each truncation, the longest outage that may just end then, and
 * the most segments there were at a time.
 */
function simulate(segmentsPerPeriod: number, periods: number) {
  const wal = new Wal();
  const outages: number[] = [];
  let most = 0;
  let filled = 0;
  for (let period = 1; period <= periods; period++) {
    for (; (filled + 1) / segmentsPerPeriod <= period; filled++)
      wal.next((filled + 1) / segmentsPerPeriod);
    most = Math.max(most, wal.segments);
    wal.truncate(period);
    outages.push(period - wal.readableSince);
  }
  return { outages, most };
}

describe("truncation", () => {
  const anySegments = fc.double({ min: 0.1, max: 300, noNaN: true });
  const rounding = 1e-9;

  it("leaves what an outage needs, from the first truncation on", () => {
    fc.assert(
      fc.property(anySegments, (segments) => {
        const shortest = Math.min(...simulate(segments, 12).outages);
        expect(shortest * TRUNCATIONS_PER_OUTAGE).toBeGreaterThanOrEqual(1 - rounding);
      }),
    );
  });

  it("would not, with two outages to a period: as seen on the real program with ten segments, which lost the whole outage", () => {
    expect(Math.min(...simulate(10, 1).outages) * 2).toBeLessThan(1);
  });

  it("never finds more segments than there is disk for", () => {
    fc.assert(
      fc.property(anySegments, (segments) => {
        const filledBytes = segments * SEGMENT_BYTES;
        // A segment that a truncation cut short is only as large as what was written to it.
        const most = Math.min(
          simulate(segments, 24).most * SEGMENT_BYTES,
          4 * filledBytes + SEGMENT_BYTES,
        );
        expect(most).toBeLessThanOrEqual(
          PERIODS_ON_DISK * filledBytes + SPARE_SEGMENTS * SEGMENT_BYTES,
        );
      }),
    );
  });
});
