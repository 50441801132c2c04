import type { MetricsReader } from "@heliograph/heliograph/model";
import { SCRAPES, type ServedAgent } from "./target.js";

/** Series of the target as they are stored. */
export interface ProbeSeries {
  /** What tells them from all others, e.g. `probe="a"`. */
  readonly matcher: string;
  readonly series: number;
}

export interface Loss {
  /** Samples that the agent scraped, and those of them that the hub has not. */
  readonly scraped: number;
  readonly lost: number;
}

/**
 * Whether every series of the agent has arrived up to a scrape: samples of a series arrive in
 * order, so what is missing before it is lost.
 */
export async function arrived(
  mimir: MetricsReader,
  tenant: string,
  { matcher, series }: ProbeSeries,
  scrape: number,
) {
  const there = await mimir.number([tenant], `count(${SCRAPES}{${matcher}} >= ${scrape})`);
  return there === series;
}

/** How far back samples are looked for: more than a scenario takes. */
const RANGE = "30m";

/**
 * Compares number by number what was taken from the target with what is stored: each sample's value
 * is the number of its scrape.
 */
export async function lossOf(
  mimir: MetricsReader,
  tenant: string,
  { matcher, series }: ProbeSeries,
  served: ServedAgent,
): Promise<Loss> {
  const failed = new Set(served.failed);
  const taken = Array.from({ length: served.scrapes }, (_, index) => index + 1).filter(
    (number) => !failed.has(number),
  );
  const stored = await mimir.samples([tenant], `${SCRAPES}{${matcher}}[${RANGE}]`);
  const found = stored.map(({ values }) => {
    const numbers = new Set(values.map(([, value]) => value));
    return taken.filter((number) => numbers.has(number)).length;
  });
  const scraped = taken.length * series;
  return { scraped, lost: scraped - found.reduce((total, count) => total + count, 0) };
}
