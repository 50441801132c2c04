import { SIGNALS, type Signal } from "../../components/contract/names";
import type { HubSection } from "./hub-schema";

type Cells = HubSection["cells"];

/** What a cell stores of one signal, and where. */
export interface Store<S extends Signal = Signal> {
  readonly cell: string;
  readonly signal: S;
  readonly store: NonNullable<Cells[string][S]>;
}

/** Every store of every cell. */
export function storesOf(cells: Cells): Store[] {
  return Object.entries(cells).flatMap(([cell, section]) =>
    SIGNALS.flatMap((signal) => {
      const store = section[signal];
      return store ? [{ cell, signal, store }] : [];
    }),
  );
}

/** What a cell takes of edges. */
export function signalsOf(cell: Cells[string] | undefined): Signal[] {
  return SIGNALS.filter((signal) => cell?.[signal] !== undefined);
}
