import {
  replicationFactor,
  sizeOf,
  type CacheSize,
  type ComponentSize,
  type Demand,
} from "../sizes";
import {
  METRICS_COMPONENTS,
  REPLICATED,
  type MetricsComponent,
  type ReplicatedComponent,
} from "./components";
import { replayRate, steadyRate } from "./load";
import { nextSize, type Planning } from "./resources";

/** Sizes of a metrics backend as microservices. */
export const MetricsProfile = {
  /** For up to 1 million series and 25 edges. */
  small: "small",
  /** For up to 4 million series and 100 edges. */
  medium: "medium",
  /**
   * For up to 10 million series and 500 edges. Above that, the number of pods grows with the
   * series.
   */
  large: "large",
} as const;
export type MetricsProfile = (typeof MetricsProfile)[keyof typeof MetricsProfile];

interface Row {
  /** Up to so many series, and so many edges. */
  readonly series: number;
  readonly edges: number;
  /** Queries per second that upstream sees at this number of series. */
  readonly queries: number;
  /** Pods for that many series. */
  readonly replicas: Readonly<Record<MetricsComponent, number>>;
  readonly caches: CacheSize;
}

/**
 * Pods by size of a cell. `small` and `large` are the plans of the one upstream that publishes some
 * (see `planning` of its backend), for 1 and 10 million series at 15 s, with two pods where those
 * have one, so that none is missed; `medium` lies between. CPU, memory and disk of a pod are its
 * share of what `DEMAND` says the series need, so they follow series and pods.
 */
export const PROFILES: Readonly<Record<MetricsProfile, Row>> = {
  small: {
    series: 1_000_000,
    edges: 25,
    queries: 5,
    replicas: {
      distributor: 2,
      ingester: 3,
      querier: 2,
      "query-frontend": 2,
      "query-scheduler": 2,
      "store-gateway": 3,
      compactor: 1,
      ruler: 2,
      "all-querier": 2,
    },
    caches: { replicas: 2, mebibytes: 512 },
  },
  medium: {
    series: 4_000_000,
    edges: 100,
    queries: 20,
    replicas: {
      distributor: 6,
      ingester: 12,
      querier: 3,
      "query-frontend": 2,
      "query-scheduler": 2,
      "store-gateway": 3,
      compactor: 1,
      ruler: 2,
      "all-querier": 3,
    },
    caches: { replicas: 3, mebibytes: 1024 },
  },
  large: {
    series: 10_000_000,
    edges: 500,
    queries: 50,
    replicas: {
      distributor: 12,
      ingester: 27,
      querier: 4,
      "query-frontend": 3,
      "query-scheduler": 2,
      "store-gateway": 6,
      compactor: 1,
      ruler: 3,
      "all-querier": 4,
    },
    caches: { replicas: 3, mebibytes: 4096 },
  },
};

/**
 * Above `large`, pods grow with the series up to here. Beyond, one ring and one bucket get slow:
 * the way on is another cell.
 */
export const MOST_SERIES = 50_000_000;

interface Load {
  readonly series: number;
  readonly queries: number;
  /** Copies kept of each series in memory. */
  readonly copies: number;
  readonly planning: Planning;
}

const GIGABYTE = 1e9;
const MILLION = 1e6;

/** What all pods of a component need together, by upstream's planning figures. */
const DEMAND: Readonly<Record<MetricsComponent, (load: Load) => Demand>> = {
  distributor: ({ series, planning }) => ({
    cores: steadyRate(series) / planning.samplesPerCore,
    replayCores: replayRate(series) / planning.samplesPerCore,
    bytes: (steadyRate(series) / planning.samplesPerGigabyte) * GIGABYTE,
  }),
  ingester: ({ series, copies, planning }) => ({
    cores: (series * copies) / planning.seriesPerCore,
    bytes: series * copies * planning.bytesPerSeries,
  }),
  querier: demandOfQuerier,
  "query-frontend": ({ queries }) => ({ cores: queries / 250, bytes: (queries / 250) * GIGABYTE }),
  "query-scheduler": ({ queries }) => ({
    cores: queries / 500,
    bytes: (queries / 500) * 0.1 * GIGABYTE,
  }),
  "store-gateway": ({ series, queries }) => ({
    cores: queries / 10,
    bytes: (queries / 10) * GIGABYTE,
    disk: (series / MILLION) * 13 * GIGABYTE,
  }),
  compactor: ({ series }) => ({
    cores: series / (20 * MILLION),
    bytes: (series / (20 * MILLION)) * 4 * GIGABYTE,
    disk: (series / (20 * MILLION)) * 300 * GIGABYTE,
  }),
  // The hub's own rules are some twenty queries each half minute, over few series.
  ruler: () => ({ cores: 0.2, bytes: 0.5 * GIGABYTE }),
  "all-querier": demandOfQuerier,
};

function demandOfQuerier({ queries }: Load): Demand {
  return { cores: queries / 10, bytes: (queries / 10) * GIGABYTE };
}

export interface LayoutArgs {
  readonly planning: Planning;
  /** One pod of each component: as small as it gets. */
  readonly single?: boolean;
  /** Components of which there is never another. */
  readonly alone?: readonly MetricsComponent[];
  /** Series of all edges of the cell, and the number of these edges. */
  readonly activeSeries: number;
  readonly edges: number;
  /** Defaults to the smallest that has room. */
  readonly profile?: MetricsProfile;
  /** Pods of a component, instead of the profile's. */
  readonly replicas?: Readonly<Partial<Record<MetricsComponent, number>>>;
  /** Three zones, or none. */
  readonly zones?: readonly string[];
}

/** How a backend is laid out as microservices. What it does without is there, too. */
export interface Layout {
  readonly profile: MetricsProfile;
  readonly replication: Readonly<Record<ReplicatedComponent, number>>;
  readonly sizes: Readonly<Record<MetricsComponent, ComponentSize>>;
  readonly caches: CacheSize;
}

export function layoutOf(args: LayoutArgs): Layout {
  const profile = args.profile ?? smallestProfile(args);
  const series = nextSize(args.activeSeries);
  const row = PROFILES[profile];
  const replicas = mapComponents((component) => replicasOf(component, row, args));
  const replication = {
    ingester: replicationFactor(replicas.ingester),
    "store-gateway": replicationFactor(replicas["store-gateway"]),
  };
  const load = {
    series,
    queries: (row.queries * series) / row.series,
    copies: replication.ingester,
    planning: args.planning,
  };
  return {
    profile,
    replication,
    sizes: mapComponents((component) => sizeOf(DEMAND[component](load), replicas[component])),
    caches: row.caches,
  };
}

export function smallestProfile({
  activeSeries,
  edges,
}: Pick<LayoutArgs, "activeSeries" | "edges">): MetricsProfile {
  const fits = Object.entries(PROFILES).find(
    ([, row]) => activeSeries <= row.series && edges <= row.edges,
  );
  return (fits?.[0] as MetricsProfile | undefined) ?? "large";
}

function replicasOf(component: MetricsComponent, row: Row, args: LayoutArgs): number {
  const { activeSeries, replicas, zones = [], single, alone } = args;
  if (single || alone?.includes(component)) return 1;
  const chosen = replicas?.[component];
  if (chosen !== undefined) return chosen;
  const wanted = Math.ceil(row.replicas[component] * Math.max(1, activeSeries / row.series));
  // Zones are of one size.
  return replicated(component) && zones.length > 0
    ? Math.ceil(wanted / zones.length) * zones.length
    : wanted;
}

function replicated(component: MetricsComponent): boolean {
  return (REPLICATED as readonly MetricsComponent[]).includes(component);
}

function mapComponents<T>(map: (component: MetricsComponent) => T): Record<MetricsComponent, T> {
  return Object.fromEntries(
    METRICS_COMPONENTS.map((component) => [component, map(component)]),
  ) as Record<MetricsComponent, T>;
}
