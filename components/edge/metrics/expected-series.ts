import { SOURCE_NAMES, SOURCES, type SourceName } from "./sources/registry";
import type { ClusterSize } from "./sources/source";

/** Nodes of a cluster whose size is not given. */
const DEFAULT_NODES = 10;
const PODS_PER_NODE = 30;
/** Assumed of applications: a quarter of the pods with 1000 series each. */
const APPLICATION_SERIES_PER_POD = 250;
/** Series of an edge whose cluster's size is not given. */
const DEFAULT_ACTIVE_SERIES = 200_000;

/** Series by source, before any are kept or dropped by name. */
export type ExpectedSeries = Readonly<Record<string, number>>;

export function expectedSeries(sources: readonly SourceName[], size: ClusterSize): ExpectedSeries {
  return Object.fromEntries(sources.map((name) => [name, SOURCES[name].series(size)]));
}

export function totalOf(series: ExpectedSeries): number {
  return Object.values(series).reduce((total, number) => total + number, 0);
}

/** What the inventory may say of how much an edge sends. */
interface SizeHints extends Partial<ClusterSize> {
  readonly activeSeries?: number;
}

/** For how many series an edge is sized; `size` is unknown where only that number is given. */
interface EdgeSizing {
  readonly activeSeries: number;
  readonly size?: ClusterSize;
}

/**
 * `activeSeries` wins where it is given. Otherwise it is what a cluster of that size gives with the
 * sources that are on by default.
 */
export function edgeSizing({
  activeSeries,
  nodes,
  pods,
  applicationSeries,
}: SizeHints): EdgeSizing {
  const unsaid = nodes === undefined && pods === undefined && applicationSeries === undefined;
  if (activeSeries !== undefined && unsaid) return { activeSeries };
  const allNodes = nodes ?? (pods === undefined ? DEFAULT_NODES : Math.ceil(pods / PODS_PER_NODE));
  const allPods = pods ?? allNodes * PODS_PER_NODE;
  const applications = applicationSeries ?? allPods * APPLICATION_SERIES_PER_POD;
  const size = { nodes: allNodes, pods: allPods, applicationSeries: applications };
  const scraped = SOURCE_NAMES.filter((name) => SOURCES[name].enabledByDefault);
  const derived = unsaid ? DEFAULT_ACTIVE_SERIES : rounded(totalOf(expectedSeries(scraped, size)));
  return { activeSeries: activeSeries ?? derived, size };
}

/**
 * Up, to two digits: a figure in the table that is measured anew then rarely changes an edge's
 * size.
 */
function rounded(series: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(series)) - 1);
  return Math.ceil(series / step) * step;
}
