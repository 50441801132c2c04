import type { Cell, Store } from "../../hub/model";
import type { Issue } from "../../kit/issues";
import type { Durability, StoreOptions } from "../backend";
import { INGESTER, type Architecture, type WritePort } from "../kit/architecture";
import { keyPath, layoutIssues, overloadIssue, topologyIssue } from "../kit/layout-issues";
import { plannedSizes, plannedSum, type PlannedRate, type PlanningRow } from "../kit/planning";
import {
  doubledFrom,
  replicationFactor,
  type BackendResources,
  type ComponentSize,
} from "../kit/sizes";
import { OTLP_PORTS, TEMPO_GRPC_PORT, TEMPO_HTTP_PORT } from "./config";
import { replayedSpans } from "./limits";

/** Where spans arrive. */
const WRITE_PORTS: readonly WritePort[] = [
  { name: "otlp-http", port: OTLP_PORTS.http, appProtocol: "http" },
  { name: "otlp-grpc", port: OTLP_PORTS.grpc, appProtocol: "grpc" },
];

/** Makes metrics of spans, where that is wanted. */
export const METRICS_GENERATOR = "metrics-generator";
export const TEMPO_COMPONENTS = [
  "distributor",
  INGESTER,
  "querier",
  "query-frontend",
  "compactor",
  METRICS_GENERATOR,
] as const;
export type TempoComponent = (typeof TEMPO_COMPONENTS)[number];

const WITHOUT_GENERATOR = TEMPO_COMPONENTS.filter((component) => component !== METRICS_GENERATOR);
const CALLS: Architecture<TempoComponent>["calls"] = [
  ["distributor", INGESTER, "spans"],
  ["querier", INGESTER, "what is not in the bucket yet"],
  ["querier", "query-frontend", "queries to work on, and their results"],
];

/** With or without the component that makes metrics of spans. */
export function tempoArchitecture(metricsGenerator: boolean): Architecture<TempoComponent> {
  return {
    name: "tempo",
    title: "Tempo",
    httpPort: TEMPO_HTTP_PORT,
    grpcPort: TEMPO_GRPC_PORT,
    writePorts: WRITE_PORTS,
    components: metricsGenerator ? TEMPO_COMPONENTS : WITHOUT_GENERATOR,
    answers: { writes: "distributor", reads: "query-frontend" },
    stateful: [INGESTER],
    replicated: [INGESTER],
    calls: metricsGenerator
      ? [...CALLS, ["distributor", METRICS_GENERATOR, "spans to make metrics of"]]
      : CALLS,
    // The query frontend cuts a search into blocks.
    usesStore: [INGESTER, "querier", "query-frontend", "compactor"],
    usesCaches: [],
  };
}

/**
 * The lower of upstream's figures:
 * https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/plan/size/ It has none for
 * what follows queries rather than spans, nor for the metrics generator: those are estimates.
 */
const PLANNING: Readonly<Record<TempoComponent, PlanningRow>> = {
  distributor: { megabytesPerSecond: 10, cores: 2, gigabytes: 2, least: 2 },
  ingester: { megabytesPerSecond: 5, cores: 2.5, gigabytes: 4, least: 3 },
  querier: { megabytesPerSecond: 2, cores: 1, gigabytes: 2, least: 2, steady: true },
  "query-frontend": { megabytesPerSecond: 50, cores: 1, gigabytes: 4, least: 2, steady: true },
  compactor: { megabytesPerSecond: 5, cores: 1, gigabytes: 4, least: 1, steady: true },
  "metrics-generator": { megabytesPerSecond: 10, cores: 1, gigabytes: 2, least: 2 },
};
/**
 * A span with its attributes. Less than limits reckon with: memory that is never used costs, too.
 */
const SPAN_BYTES = 500;

const SMALLEST_SPANS = 500;
/** Beyond, one ring and one bucket get slow: the way on is another cell. */
export const MOST_SPANS = 1_000_000;

/** How Tempo is laid out as microservices. */
export interface TempoLayout {
  readonly ingesterReplication: number;
  readonly sizes: Readonly<Record<TempoComponent, ComponentSize>>;
}

interface TempoLayoutArgs {
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
  const rows = tempoArchitecture(metricsGenerator).components.map(
    (component) => PLANNING[component],
  );
  return plannedSum(rows, rateOf(spansPerSecond));
}

function rateOf(spansPerSecond: number): PlannedRate {
  const spans = doubledFrom(SMALLEST_SPANS, spansPerSecond);
  return { megabytesPerSecond: megabytes(spans), replayed: megabytes(replayedSpans(spans)) };
}

function megabytes(spans: number): number {
  return (spans * SPAN_BYTES) / 1e6;
}

export function makesMetrics({ metricsGenerator }: StoreOptions): boolean {
  return metricsGenerator === true;
}

/** The layout of a cell's pods; undefined where one process is everything. */
export function tempoPlan({ topology, options }: Store, { load }: Cell): TempoLayout | undefined {
  if (topology === "single") return undefined;
  return tempoLayout({ spansPerSecond: load.spansPerSecond, replicas: options.replicas });
}

export function tempoDurability(store: Store, cell: Cell): Durability {
  const { topology } = store;
  const layout = tempoPlan(store, cell);
  if (!layout) return { topology, copies: 1, ingesters: 1 };
  return {
    topology,
    copies: layout.ingesterReplication,
    ingesters: layout.sizes.ingester.replicas,
  };
}

export function tempoIssues(store: Store, cell: Cell): Issue[] {
  const architecture = tempoArchitecture(makesMetrics(store.options));
  return [
    ...(store.topology === "microservices"
      ? layoutIssues(architecture, store, cell)
      : singleIssues(store, cell)),
    ...samplingIssues(store, cell),
    ...loadIssues(store, cell),
  ];
}

/** Options that ask for microservices. */
function singleIssues(store: Store, cell: Cell): Issue[] {
  if (Object.keys(store.options.replicas ?? {}).length === 0) return [];
  return [topologyIssue(store, cell, "replicas")];
}

/**
 * Metrics of the traces that sampling leaves would count those alone, and look like metrics of all.
 */
function samplingIssues(store: Store, cell: Cell): Issue[] {
  const { sampledEdges } = cell.load;
  if (!makesMetrics(store.options) || sampledEdges.length === 0) return [];
  const expected = `false: metrics would be made of the traces that sampling leaves of ${sampledEdges.join(", ")}; edges make them of all traces, before they sample`;
  return [{ path: keyPath(store, cell, "metricsGenerator"), got: true, expected, example: false }];
}

function loadIssues(store: Store, cell: Cell): Issue[] {
  const { spansPerSecond } = cell.load;
  if (spansPerSecond <= MOST_SPANS) return [];
  const unit = "spans per second";
  const load = {
    got: `${spansPerSecond} ${unit}`,
    most: `${MOST_SPANS} ${unit}`,
    buckets: "buckets",
  };
  const example = { metrics: { bucket: "..." }, traces: { bucket: "..." } };
  return [overloadIssue(store, cell, load, example)];
}
