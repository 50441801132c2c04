import { backendName, INGESTER, type Architecture, type BackendTopology } from "./architecture";

/** How the configuration lays a backend out as microservices. */
export interface BackendLayoutArgs {
  readonly topology?: BackendTopology;
  /** Pods by component. */
  readonly replicas?: Readonly<Record<string, number>>;
  readonly zones?: readonly string[];
}

/** Copies that are kept of what is not in the bucket yet, and in which topology: what must not become less while there is data. */
export interface Standing {
  readonly topology: BackendTopology;
  readonly copies: number;
  readonly ingesters: number;
}

/** What is wrong with it, below the key of the cell's signal. */
export interface TopologyFault<Key extends string = keyof BackendLayoutArgs> {
  readonly key: Key;
  readonly got: unknown;
  readonly expected: string;
  readonly example: unknown;
  /** Where the example goes, below the hub, if not to the key itself. */
  readonly as?: readonly string[];
}

/** Name of a StatefulSet with the hash of its revision has to fit into a label of 63 characters. */
const LONGEST_NAME = 52;
const ZONES = 3;

export function layoutFaults(
  backend: Architecture,
  cell: string,
  args: BackendLayoutArgs,
): TopologyFault[] {
  return [...zoneFaults(args), ...replicaFaults(backend, args), ...nameFaults(backend, cell, args)];
}

function zoneFaults({ zones = [] }: BackendLayoutArgs): TopologyFault[] {
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

function replicaFaults(
  backend: Architecture,
  { replicas = {}, zones = [] }: BackendLayoutArgs,
): TopologyFault[] {
  const fault = (got: unknown, expected: string, example: object): TopologyFault[] => [
    { key: "replicas", got, expected, example },
  ];
  return Object.entries(replicas).flatMap(([component, count]) => {
    const got = { [component]: count };
    if (!backend.components.includes(component))
      return fault(got, `components of ${backend.title}: ${backend.components.join(", ")}`, {
        querier: 4,
      });
    if (!Number.isInteger(count) || count < 1 || count > 1000)
      return fault(got, "a whole number from 1 to 1000", { [component]: 3 });
    if (backend.alone?.includes(component) && count !== 1)
      return fault(got, `1: two would undo each other's work on one bucket`, { [component]: 1 });
    if (component === INGESTER && count === 2)
      return fault(got, "1, or 3 and more: of two, each stops writes when it is away", {
        ingester: 3,
      });
    if (backend.replicated.includes(component) && count % (zones.length || 1) !== 0)
      return fault(got, `as many in each of the ${zones.length} zones`, {
        [component]: 2 * zones.length,
      });
    return [];
  });
}

function nameFaults(
  { name, stateful }: Architecture,
  cell: string,
  { zones = [] }: BackendLayoutArgs,
): TopologyFault[] {
  const names = stateful.flatMap((component) =>
    [undefined, ...zones].map(
      (zone) => `${backendName(name, cell, component)}${zone ? `-${zone}` : ""}`,
    ),
  );
  const longest = names.sort((a, b) => b.length - a.length)[0] ?? "";
  if (longest.length <= LONGEST_NAME) return [];
  const expected = `names of at most ${LONGEST_NAME} characters; ${longest} has ${longest.length}: another cell with a shorter name, or no zones`;
  return [{ key: "zones", got: zones, expected, example: [] }];
}
