import type { Cell, Store } from "../../hub/model";
import type { Issue } from "../../kit/issues";
import type { Durability } from "../backend";
import { INGESTER, type Architecture } from "../kit/architecture";
import { cacheIssues } from "../kit/cache-options";
import { keyPath, layoutIssues, overloadIssue, topologyIssue } from "../kit/layout-issues";
import { plannedSizes, plannedSum, type PlannedRate, type PlanningRow } from "../kit/planning";
import {
  doubledFrom,
  replicationFactor,
  type BackendResources,
  type CacheSize,
  type ComponentSize,
} from "../kit/sizes";
import { LOKI_GRPC_PORT, LOKI_HTTP_PORT } from "./config";
import { replayedBytes } from "./limits";

export const LOKI_COMPONENTS = [
  "distributor",
  INGESTER,
  "querier",
  "query-frontend",
  "query-scheduler",
  "index-gateway",
  "compactor",
  "ruler",
] as const;
export type LokiComponent = (typeof LOKI_COMPONENTS)[number];

export const LOKI: Architecture<LokiComponent> = {
  name: "loki",
  title: "Loki",
  httpPort: LOKI_HTTP_PORT,
  grpcPort: LOKI_GRPC_PORT,
  components: LOKI_COMPONENTS,
  answers: { writes: "distributor", reads: "query-frontend", rules: "ruler" },
  stateful: [INGESTER, "index-gateway", "compactor"],
  replicated: [INGESTER],
  calls: [
    ["distributor", INGESTER, "log lines"],
    ["querier", INGESTER, "what is not in the bucket yet"],
    ["querier", "index-gateway", "which chunks of the bucket may hold it"],
    ["querier", "query-scheduler", "queries to work on"],
    ["querier", "query-frontend", "results"],
    ["querier", "compactor", "what is to be deleted"],
    ["query-frontend", "query-scheduler", "queries that wait"],
    ["query-scheduler", "query-frontend", "queries whose querier went away"],
    ["query-frontend", "compactor", "what is to be deleted"],
    ["ruler", INGESTER, "what is not in the bucket yet"],
    ["ruler", "index-gateway", "which chunks of the bucket may hold it"],
    ["ruler", "compactor", "what is to be deleted"],
    ["ruler", "ruler", "who evaluates what"],
  ],
  // Queriers, and rulers like them, read chunks; rulers keep rules there, too.
  usesStore: [INGESTER, "querier", "index-gateway", "compactor", "ruler"],
  // Ingesters put there what they ship; index gateways only look whether it is there.
  usesCaches: [INGESTER, "querier", "query-frontend", "index-gateway", "ruler"],
};

/** Copies of every line among ingesters in upstream's figures. */
const COPIES = 3;

/**
 * Upstream's figures for 350 MB a second: https://grafana.com/docs/loki/latest/setup/size/ It has
 * none for disks and the ruler: those are estimates. There is one compactor, whatever the rate.
 */
const PLANNING: Readonly<Record<LokiComponent, PlanningRow>> = {
  distributor: { megabytesPerSecond: 8.75, cores: 2, gigabytes: 1, least: 2 },
  ingester: { megabytesPerSecond: 3.9, cores: 2, gigabytes: 6, least: 3 },
  querier: { megabytesPerSecond: 3.5, cores: 1.5, gigabytes: 2, least: 2 },
  "query-frontend": { megabytesPerSecond: 44, cores: 1, gigabytes: 2, least: 2 },
  "query-scheduler": { megabytesPerSecond: 175, cores: 1, gigabytes: 0.5, least: 2 },
  "index-gateway": {
    megabytesPerSecond: 35,
    cores: 0.5,
    gigabytes: 4,
    diskGigabytes: 50,
    least: 3,
  },
  compactor: { megabytesPerSecond: 700, cores: 12, gigabytes: 40, diskGigabytes: 400, least: 1 },
  ruler: { megabytesPerSecond: 35, cores: 1, gigabytes: 1, least: 2 },
};

const SMALLEST_BYTES = 250_000;
/** Upstream's largest plan. Beyond, the way on is another cell. */
export const MOST_LOG_BYTES = 350_000_000;

/** How Loki is laid out as microservices. */
export interface LokiLayout {
  readonly replication: Readonly<Record<"ingester" | "index-gateway", number>>;
  readonly sizes: Readonly<Record<LokiComponent, ComponentSize>>;
  readonly caches: CacheSize;
}

interface LokiLayoutArgs {
  /** Bytes of log lines that all edges of the cell send in a second. */
  readonly bytesPerSecond: number;
  /** Pods of a component, instead of those that follow from it. */
  readonly replicas?: Readonly<Partial<Record<LokiComponent, number>>>;
}

export function lokiLayout({ bytesPerSecond, replicas }: LokiLayoutArgs): LokiLayout {
  const sizes = plannedSizes(PLANNING, rateOf(bytesPerSecond), replicas);
  const replication = {
    ingester: replicationFactor(sizes.ingester.replicas),
    "index-gateway": replicationFactor(sizes["index-gateway"].replicas),
  };
  return { replication, sizes, caches: cachesOf(bytesPerSecond) };
}

/** An estimate: an hour or two of lines, packed. Upstream's chart has 9 GiB, whatever the rate. */
function cachesOf(bytesPerSecond: number): CacheSize {
  if (bytesPerSecond <= 1e6) return { replicas: 2, mebibytes: 512 };
  return bytesPerSecond <= 1e7
    ? { replicas: 3, mebibytes: 2048 }
    : { replicas: 3, mebibytes: 8192 };
}

/** Everything in one process, with one copy. */
export function lokiResources(bytesPerSecond: number): BackendResources {
  const { ingester, ...others } = PLANNING;
  const one = {
    ...ingester,
    cores: ingester.cores / COPIES,
    gigabytes: ingester.gigabytes / COPIES,
  };
  return plannedSum([one, ...Object.values(others)], rateOf(bytesPerSecond));
}

function rateOf(bytesPerSecond: number): PlannedRate {
  const bytes = doubledFrom(SMALLEST_BYTES, bytesPerSecond);
  return { megabytesPerSecond: bytes / 1e6, replayed: replayedBytes(bytes) / 1e6 };
}

/** The layout of a cell's pods; undefined where one process is everything. */
export function lokiPlan({ topology, options }: Store, { load }: Cell): LokiLayout | undefined {
  if (topology === "single") return undefined;
  return lokiLayout({ bytesPerSecond: load.logBytesPerSecond, replicas: options.replicas });
}

export function lokiDurability(store: Store, cell: Cell): Durability {
  const { topology } = store;
  const layout = lokiPlan(store, cell);
  if (!layout) return { topology, copies: 1, ingesters: 1 };
  return {
    topology,
    copies: layout.replication.ingester,
    ingesters: layout.sizes.ingester.replicas,
  };
}

/** Issues of its layout, its caches and its load. */
export function lokiIssues(store: Store, cell: Cell): Issue[] {
  return [
    ...(store.topology === "microservices"
      ? [...layoutIssues(LOKI, store, cell), ...compactorIssues(store, cell)]
      : singleIssues(store, cell)),
    ...cacheIssues(store, cell),
    ...loadIssues(store, cell),
  ];
}

/** Options that ask for microservices. */
function singleIssues(store: Store, cell: Cell): Issue[] {
  const { replicas = {}, caches, redis } = store.options;
  if (Object.keys(replicas).length === 0 && !caches && !redis) return [];
  return [topologyIssue(store, cell, "replicas, caches or redis")];
}

/** Whoever asks what is to be deleted asks one of them. */
function compactorIssues(store: Store, cell: Cell): Issue[] {
  const { compactor = 1 } = store.options.replicas ?? {};
  if (compactor === 1) return [];
  return [
    {
      path: keyPath(store, cell, "replicas"),
      got: { compactor },
      expected: "one compactor",
      example: { querier: 4 },
    },
  ];
}

function loadIssues(store: Store, cell: Cell): Issue[] {
  const { logBytesPerSecond } = cell.load;
  if (logBytesPerSecond <= MOST_LOG_BYTES) return [];
  const unit = "bytes of log lines per second";
  const most = `${MOST_LOG_BYTES} ${unit}`;
  const load = { got: `${logBytesPerSecond} ${unit}`, most, buckets: "buckets" };
  const example = { metrics: { bucket: "..." }, logs: { bucket: "..." } };
  return [overloadIssue(store, cell, load, example)];
}
