import type { Signal } from "../../contract/names";
import type { Issue } from "../../kit/issues";
import type { Cell, Store } from "../../hub/model";
import { cacheFaults } from "./cache-check";
import type { TopologyFault } from "./topology";

/** Issues of a cell's section, whose paths start at the arguments of the hub. */
export function sectionIssues(
  cell: string,
  signal: Signal,
  faults: readonly TopologyFault<string>[],
): Issue[] {
  return faults.map(({ key, got, expected, example, as }) => ({
    path: ["cells", cell, signal, key],
    got,
    expected,
    example,
    ...(as && { exampleAt: as }),
  }));
}

export function cacheIssues({ signal, options }: Store, { name }: Cell): Issue[] {
  return sectionIssues(name, signal, cacheFaults(options));
}
