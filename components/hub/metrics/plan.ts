import type { MetricsBackend } from "../../contract/names";
import { layoutFaults, type BackendLayoutArgs, type Standing, type TopologyFault } from "../backend/topology";
import { layoutOf, MOST_SERIES, type Layout, type MetricsProfile } from "./profiles";
import { programOf } from "./program";

/** How the configuration wants the metrics of a cell to be stored. */
export interface TopologyArgs extends BackendLayoutArgs {
  readonly backend?: MetricsBackend;
  readonly profile?: MetricsProfile;
  readonly caches?: boolean;
}

export interface CellLoad {
  readonly activeSeries: number;
  readonly edges: number;
}

/** The layout of microservices; undefined for `single`. */
export function planOf(args: TopologyArgs, load: CellLoad): Layout | undefined {
  if (args.topology !== "microservices") return undefined;
  const { profile, replicas, zones } = args;
  return layoutOf({ ...load, planning: programOf(args).planning, profile, replicas, zones });
}

export function standingOf(args: TopologyArgs, load: CellLoad): Standing {
  const layout = planOf(args, load);
  return layout
    ? { topology: "microservices", copies: layout.replication.ingester, ingesters: layout.sizes.ingester.replicas }
    : { topology: "single", copies: 1, ingesters: 1 };
}

export function topologyFaults(cell: string, args: TopologyArgs, load: CellLoad): TopologyFault<keyof TopologyArgs>[] {
  if (args.topology !== "microservices") return onlyForMicroservices(args);
  return [...layoutFaults(programOf(args).backend, cell, args), ...loadFaults(cell, load)];
}

function onlyForMicroservices({ topology, profile, replicas, caches, zones }: TopologyArgs): TopologyFault[] {
  const wanted = profile ?? (caches || undefined) ?? (zones?.length ? zones : undefined) ?? replicas;
  if (wanted === undefined || (replicas === wanted && Object.keys(replicas ?? {}).length === 0)) return [];
  return [
    {
      key: "topology",
      got: topology ?? "single",
      expected: "microservices, because a profile, replicas, caches or zones are given",
      example: "microservices",
    },
  ];
}

function loadFaults(cell: string, { activeSeries }: CellLoad): TopologyFault[] {
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
