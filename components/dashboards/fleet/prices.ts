import type { Variable } from "../kit/dashboard";

/**
 * Prices in US dollars, which people change at the top of a dashboard. What they are at first is
 * what general-purpose machines of the three large clouds cost on demand: about $0.10 an hour for 2
 * cores and 8 GiB.
 */
export const PRICES: readonly Variable[] = [
  {
    name: "core_hour",
    title: "$ for a core and hour",
    text: true,
    signal: "metrics",
    query: "0.03",
  },
  {
    name: "gib_hour",
    title: "$ for a GiB and hour",
    text: true,
    signal: "metrics",
    query: "0.005",
  },
];

/** Hours of a month. */
const MONTH = 730;

/** Dollars a month for so many cores and bytes. Both have the same labels. */
export function monthly(cores: string, bytes: string): string {
  return `${MONTH} * ($core_hour * (${cores}) + $gib_hour * (${bytes}) / 2^30)`;
}
