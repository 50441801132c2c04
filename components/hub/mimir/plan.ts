import { isStateful, MIMIR_COMPONENTS, type MimirComponent } from "./components";
import { layoutOf, MimirProfile, MOST_SERIES, type Layout } from "./profiles";
import { mimirName, MimirTopology } from "./services";

/** How the configuration wants Mimir of a cell to run. */
export interface TopologyArgs {
  readonly topology?: MimirTopology;
  readonly profile?: MimirProfile;
  readonly replicas?: Readonly<Record<string, number>>;
  readonly caches?: boolean;
  readonly zones?: readonly string[];
}

export interface CellLoad {
  readonly activeSeries: number;
  readonly edges: number;
}

/** The layout of microservices; undefined for `single`. */
export function planOf(args: TopologyArgs, load: CellLoad): Layout | undefined {
  if (args.topology !== "microservices") return undefined;
  return layoutOf({ ...load, profile: args.profile, replicas: args.replicas, zones: args.zones });
}

/** Copies that Mimir keeps of what is not in the bucket yet, and in which topology: what must not become less while there is data. */
export interface Standing {
  readonly topology: MimirTopology;
  readonly copies: number;
  readonly ingesters: number;
}

export function standingOf(args: TopologyArgs, load: CellLoad): Standing {
  const layout = planOf(args, load);
  return layout
    ? { topology: "microservices", copies: layout.replication.ingester, ingesters: layout.sizes.ingester.replicas }
    : { topology: "single", copies: 1, ingesters: 1 };
}

/** What is wrong with it, below the key of the cell's metrics. */
export interface TopologyFault {
  readonly key: keyof TopologyArgs;
  readonly got: unknown;
  readonly expected: string;
  readonly example: unknown;
  /** Where the example goes, below the hub, if not to the key itself. */
  readonly as?: readonly string[];
}

/** Name of a StatefulSet with the hash of its revision has to fit into a label of 63 characters. */
const LONGEST_NAME = 52;
const ZONES = 3;

export function topologyFaults(cell: string, args: TopologyArgs, load: CellLoad): TopologyFault[] {
  if (args.topology !== "microservices") return onlyForMicroservices(args);
  return [...zoneFaults(args), ...replicaFaults(args), ...nameFaults(cell, args), ...loadFaults(cell, load)];
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

function zoneFaults({ zones = [] }: TopologyArgs): TopologyFault[] {
  if (zones.length === 0 || (zones.length === ZONES && new Set(zones).size === ZONES)) return [];
  return [
    {
      key: "zones",
      got: zones,
      expected: "three different zones, one for each copy, or none",
      example: ["uaenorth-1", "uaenorth-2", "uaenorth-3"],
    },
  ];
}

function replicaFaults({ replicas = {}, zones = [] }: TopologyArgs): TopologyFault[] {
  const fault = (got: unknown, expected: string, example: object): TopologyFault[] => [
    { key: "replicas", got, expected, example },
  ];
  return Object.entries(replicas).flatMap(([component, count]) => {
    const got = { [component]: count };
    if (!(MIMIR_COMPONENTS as readonly string[]).includes(component))
      return fault(got, `components of Mimir: ${MIMIR_COMPONENTS.join(", ")}`, { querier: 4 });
    if (!Number.isInteger(count) || count < 1 || count > 1000)
      return fault(got, "a whole number from 1 to 1000", { [component]: 3 });
    if (component === "ingester" && count === 2)
      return fault(got, "1, or 3 and more: of two, each stops writes when it is away", { ingester: 3 });
    if ((component === "ingester" || component === "store-gateway") && count % (zones.length || 1) !== 0)
      return fault(got, `as many in each of the ${zones.length} zones`, { [component]: 2 * zones.length });
    return [];
  });
}

function nameFaults(cell: string, { zones = [] }: TopologyArgs): TopologyFault[] {
  const names = MIMIR_COMPONENTS.filter(isStateful).flatMap((component: MimirComponent) =>
    [undefined, ...zones].map((zone) => `${mimirName(cell, component)}${zone ? `-${zone}` : ""}`),
  );
  const longest = names.sort((a, b) => b.length - a.length)[0] ?? "";
  if (longest.length <= LONGEST_NAME) return [];
  const expected = `names of at most ${LONGEST_NAME} characters; ${longest} has ${longest.length}: another cell with a shorter name, or no zones`;
  return [{ key: "zones", got: zones, expected, example: [] }];
}

function loadFaults(cell: string, { activeSeries }: CellLoad): TopologyFault[] {
  if (activeSeries <= MOST_SERIES) return [];
  return [
    {
      key: "topology",
      got: `microservices, for ${activeSeries} series`,
      expected: `at most ${MOST_SERIES} series in one cell; give some of its edges another \`cell\`, with a bucket of its own`,
      example: { metrics: { bucket: "...", topology: "microservices" } },
      as: ["cells", `${cell}-2`],
    },
  ];
}
