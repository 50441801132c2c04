import type { Cell, Store } from "../../hub/model";
import type { Issue, IssuePath } from "../../kit/issues";
import { backendName, INGESTER, type Architecture } from "./architecture";

/** Name of a StatefulSet with the hash of its revision has to fit into a label of 63 characters. */
const LONGEST_NAME = 52;
const ZONES = 3;

/** Path of a key of a cell's section: issues start at the arguments of the hub. */
export function keyPath({ signal }: Store, { name }: Cell, key: string): IssuePath {
  return ["cells", name, signal, key];
}

/** Issues of microservices: their zones, their number, and the length of their names. */
export function layoutIssues(architecture: Architecture, store: Store, cell: Cell): Issue[] {
  return [
    ...zoneIssues(store, cell),
    ...replicaIssues(architecture, store, cell),
    ...nameIssues(architecture, store, cell),
  ];
}

/** One process is asked for what microservices alone have: `because` names the options. */
export function topologyIssue(store: Store, cell: Cell, because: string): Issue {
  return {
    path: keyPath(store, cell, "topology"),
    got: store.topology,
    expected: `microservices, because ${because} are given`,
    example: "microservices",
  };
}

/** A cell whose edges send more than one of them stores: `got`, where `most` is the limit. */
export function overloadIssue(
  store: Store,
  cell: Cell,
  load: { readonly got: string; readonly most: string; readonly buckets: string },
  example: object,
): Issue {
  return {
    path: keyPath(store, cell, "topology"),
    got: load.got,
    expected: `at most ${load.most} in one cell; give some of its edges tenants of another cell, with ${load.buckets} of its own`,
    example,
    exampleAt: ["cells", `${cell.name}-2`],
  };
}

function zoneIssues(store: Store, cell: Cell): Issue[] {
  const { zones = [] } = store.options;
  if (zones.length === 0 || (zones.length === ZONES && new Set(zones).size === ZONES)) return [];
  return [
    {
      path: keyPath(store, cell, "zones"),
      got: zones,
      expected: "three different zones, one for each copy, or none",
      example: ["uaenorth-1", "uaenorth-2", "uaenorth-3"],
    },
  ];
}

function replicaIssues(architecture: Architecture, store: Store, cell: Cell): Issue[] {
  const { replicas = {}, zones = [] } = store.options;
  const { title, components, alone, replicated } = architecture;
  const path = keyPath(store, cell, "replicas");
  return Object.entries(replicas).flatMap(([component, count]): Issue[] => {
    const got = { [component]: count };
    const issue = (expected: string, example: object) => [{ path, got, expected, example }];
    if (!components.includes(component))
      return issue(`components of ${title}: ${components.join(", ")}`, { querier: 4 });
    if (!Number.isInteger(count) || count < 1 || count > 1000)
      return issue("a whole number from 1 to 1000", { [component]: 3 });
    if (alone?.includes(component) && count !== 1)
      return issue("1: two would undo each other's work on one bucket", { [component]: 1 });
    if (component === INGESTER && count === 2)
      return issue("1, or 3 and more: of two, each stops writes when it is away", { ingester: 3 });
    if (replicated.includes(component) && count % (zones.length || 1) !== 0)
      return issue(`as many in each of the ${zones.length} zones`, {
        [component]: 2 * zones.length,
      });
    return [];
  });
}

function nameIssues({ name, stateful }: Architecture, store: Store, cell: Cell): Issue[] {
  const { zones = [] } = store.options;
  const names = stateful.flatMap((component) =>
    [undefined, ...zones].map(
      (zone) => `${backendName(name, cell.name, component)}${zone ? `-${zone}` : ""}`,
    ),
  );
  const longest = names.sort((a, b) => b.length - a.length)[0] ?? "";
  if (longest.length <= LONGEST_NAME) return [];
  const found = `${longest} has ${longest.length}`;
  const expected = `names of at most ${LONGEST_NAME} characters; ${found}: another cell with a shorter name, or no zones`;
  return [{ path: keyPath(store, cell, "zones"), got: zones, expected, example: [] }];
}
