import type { Matrix } from "@heliograph/heliograph/model";

export interface Gap {
  readonly from: number;
  readonly seconds: number;
}

/**
 * Where samples of a series are missing: between two that are more than half as far apart again as
 * scrapes are.
 */
export function gapsOf({ values }: Matrix, interval: number): Gap[] {
  return values.slice(1).flatMap(([at], index) => {
    const from = values[index]?.[0] ?? at;
    return at - from > 1.5 * interval ? [{ from, seconds: at - from }] : [];
  });
}

/** The most samples that a series has in any stretch of so many seconds. */
export function mostWithin({ values }: Matrix, seconds: number): number {
  const times = values.map(([at]) => at);
  return Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at < from + seconds).length),
  );
}

/** How many samples have the time of the one before. */
export function doublesOf({ values }: Matrix): number {
  return values.slice(1).filter(([at], index) => at <= (values[index]?.[0] ?? 0)).length;
}
