import { OFF_BY_DEFAULT, SOURCES, type SourceName } from "./sources";

/** How large a cluster is, as far as its series depend on it. */
export interface ClusterSize {
  readonly nodes: number;
  readonly pods: number;
  /** Series of what people run in it: of annotated pods and services, and of monitors. */
  readonly applicationSeries: number;
}

interface Yield {
  readonly once?: number;
  readonly perNode?: number;
  readonly perPod?: number;
}

/** Measured in the lab (Kubernetes 1.36, one node with 5 to 7 pods), after what Heliograph drops itself, or counted where a source cannot run there. */
const YIELDS: Readonly<Record<Exclude<SourceName, "annotated">, Yield>> = {
  /** 1830 to 2070 were seen. */
  kubelet: { perNode: 1900, perPod: 10 },
  /** 891 of 5 pods, 1166 of 7. */
  cadvisor: { perNode: 200, perPod: 140 },
  /** 10,542 to 10,965 were seen of one; managed clusters have two. More kinds of objects are more series. */
  apiServer: { once: 2 * 11_000 },
  nodeExporter: { perNode: 640 },
  /** Counted in upstream's list of metrics: 45 for a pod of one container, the rest for what owns it. */
  kubeStateMetrics: { once: 500, perNode: 60, perPod: 75 },
  /** Eight GPUs in each node, with the metrics that are kept of them. */
  dcgm: { perNode: 8 * 20 },
};

/** A cluster of which nothing is said. */
const USUAL_NODES = 10;
const PODS_PER_NODE = 30;
/** Applications of which nothing is said: a quarter of the pods with 1000 series each. */
const APPLICATION_SERIES_PER_POD = 250;
/** What an edge is sized for where nothing is said of its cluster. */
const USUAL_ACTIVE_SERIES = 200_000;

/** Series by source, before anything of them is kept or dropped by name. */
export type ExpectedSeries = Readonly<Record<string, number>>;

export function expectedSeries(sources: readonly SourceName[], size: ClusterSize): ExpectedSeries {
  const { nodes, pods, applicationSeries } = size;
  const series = (name: SourceName) => {
    if (name === "annotated") return applicationSeries;
    const { once = 0, perNode = 0, perPod = 0 } = YIELDS[name];
    return once + perNode * nodes + perPod * pods;
  };
  return Object.fromEntries(sources.map((name) => [name, series(name)]));
}

export function totalOf(series: ExpectedSeries): number {
  return Object.values(series).reduce((total, number) => total + number, 0);
}

/** What the inventory may say of how much an edge sends. */
export interface SizeHints extends Partial<ClusterSize> {
  readonly activeSeries?: number;
}

/** For how many series an edge is sized; `size` is unknown where only that number is given. */
export interface EdgeSizing {
  readonly activeSeries: number;
  readonly size?: ClusterSize;
}

/** `activeSeries` wins where it is given. Otherwise it is what a cluster of that size gives with the sources that are on by default. */
export function edgeSizing({
  activeSeries,
  nodes,
  pods,
  applicationSeries,
}: SizeHints): EdgeSizing {
  const unsaid = nodes === undefined && pods === undefined && applicationSeries === undefined;
  if (activeSeries !== undefined && unsaid) return { activeSeries };
  const allNodes = nodes ?? (pods === undefined ? USUAL_NODES : Math.ceil(pods / PODS_PER_NODE));
  const allPods = pods ?? allNodes * PODS_PER_NODE;
  const applications = applicationSeries ?? allPods * APPLICATION_SERIES_PER_POD;
  const size = { nodes: allNodes, pods: allPods, applicationSeries: applications };
  const usual = SOURCES.filter((name) => !OFF_BY_DEFAULT.includes(name));
  const derived = unsaid ? USUAL_ACTIVE_SERIES : rounded(totalOf(expectedSeries(usual, size)));
  return { activeSeries: activeSeries ?? derived, size };
}

/** Up, to two digits: a figure in the table that is measured anew then rarely changes an edge's size. */
function rounded(series: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(series)) - 1);
  return Math.ceil(series / step) * step;
}
