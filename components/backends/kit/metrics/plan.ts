import { MetricsBackend } from "../../../contract/names";
import type { Cell, Store } from "../../../hub/model";
import type { Issue } from "../../../kit/issues";
import type { Durability } from "../../backend";
import { isOneProcess, type Architecture } from "../architecture";
import type { CacheArgs } from "../cache-check";
import { layoutFaults, type BackendLayoutArgs, type TopologyFault } from "../topology";
import { layoutOf, MOST_SERIES, type Layout, type MetricsProfile } from "./profiles";
import { sectionIssues } from "../issues";
import type { MetricsComponent } from "./components";
import type { Planning } from "./resources";

/** How the configuration wants the metrics of a cell to be stored. */
export interface TopologyArgs extends BackendLayoutArgs, CacheArgs {
  readonly backend?: MetricsBackend;
  readonly profile?: MetricsProfile;
  readonly rawDays?: number;
  readonly fiveMinuteDays?: number;
}

export interface CellLoad {
  readonly activeSeries: number;
  readonly edges: number;
}

/** The compactor makes samples of an hour of blocks that are ten days old: what is deleted before is lost. */
const LEAST_DAYS = 10;

export function resolutionFaults({
  backend,
  rawDays,
  fiveMinuteDays,
}: TopologyArgs): TopologyFault<keyof TopologyArgs>[] {
  const asked = Object.entries({ rawDays, fiveMinuteDays }).filter(
    ([, days]) => days !== undefined,
  );
  if (backend !== MetricsBackend.thanos && asked.length > 0) {
    const expected = `thanos, because ${asked.map(([key]) => key).join(" and ")} is given: others keep samples as they came`;
    return [
      {
        key: "backend",
        got: backend ?? MetricsBackend.mimir,
        expected,
        example: MetricsBackend.thanos,
      },
    ];
  }
  return asked.flatMap(([key, days]) => {
    const least = Math.max(LEAST_DAYS, key === "fiveMinuteDays" ? (rawDays ?? 0) : 0);
    if (days !== undefined && Number.isInteger(days) && days >= least) return [];
    const expected = `days: a whole number, at least ${least}`;
    return [{ key: key as keyof TopologyArgs, got: days, expected, example: least }];
  });
}

/** Mimir had a client for it until 2.x. */
export function redisFaults(
  cell: string,
  { backend, redis }: TopologyArgs,
): TopologyFault<"redis">[] | undefined {
  if (!redis || (backend ?? MetricsBackend.mimir) !== MetricsBackend.mimir) return undefined;
  const expected = "none: Mimir has no client for Redis; its caches are memcached";
  return [
    {
      key: "redis",
      got: redis.endpoint,
      expected,
      example: true,
      as: ["cells", cell, "metrics", "caches"],
    },
  ];
}

export function onlyForMicroservices({
  topology,
  profile,
  replicas,
  caches,
  redis,
  zones,
}: TopologyArgs): TopologyFault[] {
  const wanted =
    profile ?? (caches || undefined) ?? redis ?? (zones?.length ? zones : undefined) ?? replicas;
  if (wanted === undefined || (replicas === wanted && Object.keys(replicas ?? {}).length === 0))
    return [];
  return [
    {
      key: "topology",
      got: topology ?? "single",
      expected: "microservices, because a profile, replicas, caches, redis or zones are given",
      example: "microservices",
    },
  ];
}

export function loadFaults(cell: string, { activeSeries }: CellLoad): TopologyFault[] {
  if (activeSeries <= MOST_SERIES) return [];
  return [
    {
      key: "topology",
      got: `microservices, for ${activeSeries} series`,
      expected: `at most ${MOST_SERIES} series in one cell; give some of its edges tenants of another cell, with a bucket of its own`,
      example: { metrics: { bucket: "...", topology: "microservices" } },
      as: ["cells", `${cell}-2`],
    },
  ];
}

/** The layout of a cell's pods; undefined where one process is everything. */
export function metricsLayout(
  architecture: Architecture<MetricsComponent>,
  planning: Planning,
  { topology, options }: Store,
  { load }: Cell,
): Layout | undefined {
  if (isOneProcess(architecture, topology)) return undefined;
  const { profile, replicas, zones } = options;
  const single = topology === "single";
  const { alone } = architecture;
  return layoutOf({ ...load, planning, single, alone, profile, replicas, zones });
}

export function metricsDurability(...args: Parameters<typeof metricsLayout>): Durability {
  const [, , { topology }] = args;
  const layout = metricsLayout(...args);
  if (!layout) return { topology, copies: 1, ingesters: 1 };
  return {
    topology,
    copies: layout.replication.ingester,
    ingesters: layout.sizes.ingester.replicas,
  };
}

/** Issues that every backend of metrics has. */
export function metricsIssues(
  architecture: Architecture<MetricsComponent>,
  { topology, options }: Store,
  { name, load }: Cell,
): Issue[] {
  const args = { ...options, topology };
  const faults =
    topology === "microservices"
      ? [...layoutFaults(architecture, name, args), ...loadFaults(name, load)]
      : onlyForMicroservices(args);
  return sectionIssues(name, "metrics", faults);
}
