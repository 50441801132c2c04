import { INGESTER } from "../backend/backend";
import { replicationFactor, sizeOf, type BackendResources, type ComponentSize, type Demand } from "../backend/sizes";
import { METRICS_GENERATOR, TEMPO_COMPONENTS, tempoBackend, type TempoComponent } from "./components";
import { replayedSpans } from "./limits";

interface Row {
  /** Megabytes of spans per second that one pod takes. */
  readonly megabytes: number;
  /** What such a pod needs. */
  readonly cores: number;
  readonly gigabytes: number;
  /** Pods of the smallest cell. */
  readonly least: number;
}

/**
 * The lower of upstream's figures: https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/plan/size/
 * It has none for what follows queries rather than spans, nor for the metrics generator: those are estimates.
 */
export const PLANNING: Readonly<Record<TempoComponent, Row>> = {
  distributor: { megabytes: 10, cores: 2, gigabytes: 2, least: 2 },
  ingester: { megabytes: 5, cores: 2.5, gigabytes: 4, least: 3 },
  querier: { megabytes: 2, cores: 1, gigabytes: 2, least: 2 },
  "query-frontend": { megabytes: 50, cores: 1, gigabytes: 4, least: 2 },
  compactor: { megabytes: 5, cores: 1, gigabytes: 4, least: 1 },
  "metrics-generator": { megabytes: 10, cores: 1, gigabytes: 2, least: 2 },
};
/** A span with its attributes. Less than limits reckon with: memory that is never used costs, too. */
const SPAN_BYTES = 500;
/** What works more while an outage is replayed. */
const REPLAYS: readonly TempoComponent[] = ["distributor", INGESTER, METRICS_GENERATOR];

/** Sizes double from here, because another size restarts Tempo: one more edge should not. */
const SMALLEST_SPANS = 500;
/** Beyond, one ring and one bucket get slow: the way on is another cell. */
export const MOST_SPANS = 1_000_000;

/** How Tempo is laid out as microservices. */
export interface TempoLayout {
  readonly ingesterReplication: number;
  readonly sizes: Readonly<Record<TempoComponent, ComponentSize>>;
}

export interface TempoLayoutArgs {
  /** Spans that all edges of the cell send in a second. */
  readonly spansPerSecond: number;
  /** Pods of a component, instead of those that follow from it. */
  readonly replicas?: Readonly<Partial<Record<TempoComponent, number>>>;
}

export function tempoLayout({ spansPerSecond, replicas = {} }: TempoLayoutArgs): TempoLayout {
  const spans = nextSize(spansPerSecond);
  const entries = TEMPO_COMPONENTS.map((component) => {
    const follow = Math.max(PLANNING[component].least, Math.ceil(podsOf(component, spans)));
    return [component, sizeOf(demandOf(component, spans), replicas[component] ?? follow)];
  });
  const sizes = Object.fromEntries(entries) as TempoLayout["sizes"];
  return { ingesterReplication: replicationFactor(sizes.ingester.replicas), sizes };
}

/** Everything in one process: what the parts need, summed. */
export function tempoResources(spansPerSecond: number, metricsGenerator: boolean): BackendResources {
  const spans = nextSize(spansPerSecond);
  const demands = tempoBackend(metricsGenerator).components.map((component) => demandOf(component, spans));
  const sum = (part: (demand: Demand) => number) => demands.reduce((total, demand) => total + part(demand), 0);
  const cores = sum((demand) => demand.cores);
  const replayCores = sum((demand) => demand.replayCores ?? demand.cores);
  const { requests, limits, goMemoryLimit } = sizeOf({ cores, replayCores, bytes: sum((demand) => demand.bytes) }, 1);
  return { requests, limits, goMemoryLimit };
}

function demandOf(component: TempoComponent, spans: number): Demand {
  const { cores, gigabytes } = PLANNING[component];
  const pods = podsOf(component, spans);
  return {
    cores: pods * cores,
    ...(REPLAYS.includes(component) && { replayCores: podsOf(component, replayedSpans(spans)) * cores }),
    bytes: pods * gigabytes * 1e9,
  };
}

/** Not whole: the share of a pod that so many spans need. */
function podsOf(component: TempoComponent, spansPerSecond: number): number {
  return (spansPerSecond * SPAN_BYTES) / 1e6 / PLANNING[component].megabytes;
}

function nextSize(spansPerSecond: number): number {
  return SMALLEST_SPANS * 2 ** Math.max(0, Math.ceil(Math.log2(spansPerSecond / SMALLEST_SPANS)));
}
