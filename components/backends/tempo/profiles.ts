import { plannedSizes, plannedSum, type PlannedRate, type PlanningRow } from "../kit/planning";
import {
  doubledFrom,
  replicationFactor,
  type BackendResources,
  type ComponentSize,
} from "../kit/sizes";
import { tempoBackend, type TempoComponent } from "./components";
import { replayedSpans } from "./limits";

/**
 * The lower of upstream's figures: https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/plan/size/
 * It has none for what follows queries rather than spans, nor for the metrics generator: those are estimates.
 */
const PLANNING: Readonly<Record<TempoComponent, PlanningRow>> = {
  distributor: { megabytesPerSecond: 10, cores: 2, gigabytes: 2, least: 2 },
  ingester: { megabytesPerSecond: 5, cores: 2.5, gigabytes: 4, least: 3 },
  querier: { megabytesPerSecond: 2, cores: 1, gigabytes: 2, least: 2, steady: true },
  "query-frontend": { megabytesPerSecond: 50, cores: 1, gigabytes: 4, least: 2, steady: true },
  compactor: { megabytesPerSecond: 5, cores: 1, gigabytes: 4, least: 1, steady: true },
  "metrics-generator": { megabytesPerSecond: 10, cores: 1, gigabytes: 2, least: 2 },
};
/** A span with its attributes. Less than limits reckon with: memory that is never used costs, too. */
const SPAN_BYTES = 500;

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

export function tempoLayout({ spansPerSecond, replicas }: TempoLayoutArgs): TempoLayout {
  const sizes = plannedSizes(PLANNING, rateOf(spansPerSecond), replicas);
  return { ingesterReplication: replicationFactor(sizes.ingester.replicas), sizes };
}

/** Everything in one process. */
export function tempoResources(
  spansPerSecond: number,
  metricsGenerator: boolean,
): BackendResources {
  const rows = tempoBackend(metricsGenerator).components.map((component) => PLANNING[component]);
  return plannedSum(rows, rateOf(spansPerSecond));
}

function rateOf(spansPerSecond: number): PlannedRate {
  const spans = doubledFrom(SMALLEST_SPANS, spansPerSecond);
  return { megabytesPerSecond: megabytes(spans), replayed: megabytes(replayedSpans(spans)) };
}

function megabytes(spans: number): number {
  return (spans * SPAN_BYTES) / 1e6;
}
