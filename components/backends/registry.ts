import { z } from "zod";
import type { Signal } from "../contract/names";
import type { Cell, Store } from "../hub/model";
import type { Issue } from "../kit/issues";
import type { Backend, IngestPath, Protocol, StoreOptions } from "./backend";
import { BACKENDS } from "./backends";

export { BACKENDS };

/** Which backend stores the metrics of a cell. */
export const MetricsBackend = { mimir: "mimir", cortex: "cortex", thanos: "thanos" } as const;
export type MetricsBackend = (typeof MetricsBackend)[keyof typeof MetricsBackend];

/** Which backend stores the log lines of a cell. */
export const LogsBackend = { loki: "loki" } as const;
export type LogsBackend = (typeof LogsBackend)[keyof typeof LogsBackend];

/** Which backend stores the traces of a cell. */
export const TracesBackend = { tempo: "tempo" } as const;
export type TracesBackend = (typeof TracesBackend)[keyof typeof TracesBackend];

/** Backends of a signal, its default first. */
export function backendsOf<S extends Signal>(signal: S): readonly Backend<S>[] {
  return BACKENDS.filter((backend): backend is Backend<S> => backend.signal === signal);
}

/** Values of the key `backend` of a signal, its default first. */
export function backendNames(signal: Signal): string[] {
  return backendsOf(signal).map(({ name }) => name);
}

export function isBackend(signal: Signal, name: string): boolean {
  return backendNames(signal).includes(name);
}

/**
 * The backend with a name.
 *
 * @param name Defaults to the signal's default backend.
 * @throws Error where the signal has no such backend.
 */
export function backendOf<S extends Signal>(signal: S, name?: string): Backend<S> {
  const all = backendsOf(signal);
  const found = name === undefined ? all[0] : all.find((backend) => backend.name === name);
  if (found) return found;
  throw new Error(
    `no backend of ${signal} is ${name}: expected ${backendNames(signal).join(", ")}`,
  );
}

/** Options of all backends of a signal: what a cell's section may have, whichever stores it. */
export function optionsOf(signal: Signal): z.ZodRawShape {
  return Object.assign({}, ...backendsOf(signal).map(({ options }) => options)) as z.ZodRawShape;
}

/** Defaults of a backend's options. */
export function optionDefaults({ options }: Pick<Backend, "options">): StoreOptions {
  return z.object(options).parse({});
}

/** Every way in, of all backends, by signal. */
export function ingestPaths(signal: Signal): readonly IngestPath[] {
  return backendsOf(signal).flatMap(({ ingest }) => ingest);
}

/**
 * Path at the gateway at which a backend takes a protocol.
 *
 * @throws Error where it takes no such protocol.
 */
export function writePath({ title, ingest }: Backend, protocol: Protocol): string {
  const found = ingest.find((way) => way.protocol === protocol);
  if (!found) throw new Error(`${title} does not take ${protocol}`);
  return found.path;
}

/** Issues of a cell's section: the backend's own, and options that another backend has. */
export function storeIssues(store: Store, cell: Cell): Issue[] {
  return [...foreignOptions(store, cell), ...store.backend.check(store, cell)];
}

function foreignOptions({ signal, backend, options }: Store, { name }: Cell): Issue[] {
  return backendsOf(signal).flatMap((owner) => {
    const defaults = optionDefaults(owner);
    const given = Object.keys(owner.options).filter(
      (key) =>
        !(key in backend.options) &&
        options[key] !== undefined &&
        JSON.stringify(options[key]) !== JSON.stringify(defaults[key]),
    );
    if (given.length === 0) return [];
    const others = owner.others ? `: ${owner.others}` : "";
    return [
      {
        path: ["cells", name, signal, "backend"],
        got: backend.name,
        expected: `${owner.name}, because ${given.join(" and ")} is given${others}`,
        example: owner.name,
      },
    ];
  });
}
