import { z } from "zod";
import type { Signal } from "../contract/names";
import type { Cell, Store } from "../hub/model";
import { withSentence } from "../kit/fields";
import type { Issue } from "../kit/issues";
import type { Backend, Protocol, StoreOptions } from "./backend";
import { BACKENDS } from "./backends";

export { BACKENDS };

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

/**
 * Options of all backends of a signal: what a cell's section may have, whichever stores it. They
 * say which backends reject them.
 */
export function optionsOf(signal: Signal): z.ZodRawShape {
  const backends = backendsOf(signal);
  const all = Object.assign({}, ...backends.map(({ options }) => options)) as z.ZodRawShape;
  return Object.fromEntries(
    Object.entries(all).map(([key, field]) => {
      const rejecting = backends.filter(({ rejectedOptions }) => rejectedOptions?.includes(key));
      return [key, rejecting.length === 0 ? field : notFor(field as z.ZodType, rejecting)];
    }),
  );
}

function notFor(field: z.ZodType, rejecting: readonly Backend[]): z.ZodType {
  return withSentence(field, `Not for ${rejecting.map(({ name }) => name).join(" and ")}.`);
}

/** Defaults of a backend's options. */
export function optionDefaults({ options }: Pick<Backend, "options">): StoreOptions {
  return z.object(options).parse({});
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
