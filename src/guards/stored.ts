import { z } from "zod";
import type { Signal } from "@heliograph/heliograph";
import {
  backendOf,
  BACKENDS,
  type Cell,
  type EdgeFacts,
  type HubContract,
  labelsOf,
  resolveHub,
  type Store,
  storesOf,
} from "@heliograph/heliograph/model";
import { bucketAddress } from "../config/bucket-address";
import type { StoreSection } from "../config/cell-schema";
import type { HubSection } from "../config/hub-schema";
import { RETENTIONS } from "../config/tenant-check";

/** Options of every backend that never change, which are recorded by their own names. */
const frozen = Object.fromEntries(
  BACKENDS.flatMap(({ frozen }) => frozen).map(({ key }) => [
    key,
    z.union([z.string(), z.number(), z.boolean()]).optional(),
  ]),
);

/** Where a cell stores one signal. */
const store = z.object({
  backend: z
    .string()
    .refine((name) => BACKENDS.some((backend) => backend.name === name))
    .optional(),
  bucket: z.string().optional(),
  prefix: z.string().optional(),
  diskSize: z.string().optional(),
  storageClass: z.string().optional(),
  topology: z.enum(["single", "microservices"]).optional(),
  copies: z.number().optional(),
  ingesters: z.number().optional(),
  zones: z.number().optional(),
  ...frozen,
});

/**
 * Where a stack's data is: its output `stored`, which the stack's next update reads. It holds no
 * secret. Fields that an older program did not record are undefined, and are not compared.
 */
export const stored = z.object({
  hub: z
    .object({
      cells: z.record(
        z.string(),
        // Metrics are the cell's own: there was a time when it stored nothing else.
        store.extend({ logs: store.optional(), traces: store.optional() }),
      ),
      tenants: z.record(
        z.string(),
        z.object({
          cell: z.string().optional(),
          ...(Object.fromEntries(
            RETENTIONS.flat().map((field) => [field, z.number().optional()]),
          ) as Record<(typeof RETENTIONS)[number][number], z.ZodOptional<z.ZodNumber>>),
        }),
      ),
      edges: z.record(
        z.string(),
        z.object({
          tenant: z.string(),
          /** There was a time when it was the edge that had a cell. */
          cell: z.string().optional(),
          state: z.enum(["signed", "revoked"]),
        }),
      ),
    })
    .optional(),
  /** The agent's queue: what its hub has not taken yet. */
  queue: z
    .object({
      edge: z.string(),
      url: z.string().optional(),
      serverName: z.string().optional(),
      labels: z.record(z.string(), z.string()).optional(),
      bufferDisk: z.string().optional(),
      storageClass: z.string().optional(),
    })
    .optional(),
  /** Metrics that stay at the edge. */
  kept: z
    .object({ edge: z.string(), bucket: z.string(), prefix: z.string(), bufferDisk: z.string() })
    .optional(),
});

/** The recorded value of an option that never changes; undefined where it was not recorded. */
export function frozenOption(store: object, key: string): string | undefined {
  const value: unknown = Reflect.get(store, key);
  return value === undefined ? undefined : String(value);
}

export type Stored = z.infer<typeof stored>;
type StoredStore = z.infer<typeof store>;
export type StoredHub = NonNullable<Stored["hub"]>;
export type StoredQueue = NonNullable<Stored["queue"]>;
export type StoredKept = NonNullable<Stored["kept"]>;

/**
 * What a hub stores by its configuration, without cells and tenants to which nobody has written yet,
 * because they may change freely. `own` is the edge of the hub's own cluster, which needs no request
 * in the inventory.
 */
export function hubStores(
  { cells, tenants, edges }: HubSection,
  own: string | undefined,
  before?: StoredHub,
): StoredHub {
  const writers = Object.entries(edges).filter(
    ([name, { request, fromStack, revoked }]) => request || fromStack || revoked || name === own,
  );
  const model = resolveHub({ cells, tenants, edges });
  const names = new Set(writers.map(([name]) => name));
  const writing = model.edges.filter(({ name }) => names.has(name));
  const written =
    (key: "cell" | "tenant", known: object = {}) =>
    (name: string) =>
      writing.some((edge) => edge[key] === name) || name in known;
  const writtenCell = written("cell", before?.cells);
  const writtenTenant = written("tenant", before?.tenants);
  return {
    cells: Object.fromEntries(
      model.cells
        .filter(({ name }) => writtenCell(name))
        .map((cell) => [cell.name, cellStores(cell, cells[cell.name])]),
    ),
    tenants: pick(tenants, writtenTenant, (tenant) => ({
      cell: tenant.cell,
      ...Object.fromEntries(
        RETENTIONS.flat().flatMap((field) =>
          tenant[field] === undefined ? [] : [[field, tenant[field]]],
        ),
      ),
    })),
    edges: Object.fromEntries(
      writers.map(([name, { tenant, revoked }]) => [
        name,
        { tenant, state: revoked ? "revoked" : "signed" },
      ]),
    ),
  };
}

/** Metrics are the cell's own; the other signals have a section each. */
function cellStores(cell: Cell, sections: HubSection["cells"][string] | undefined) {
  const stores = storesOf(cell).map((store) => {
    const section = sections?.[store.signal];
    if (!section) throw new Error(`cell ${cell.name} has no section for ${store.signal}`);
    return [store.signal, storeOf(store, cell, section)] as const;
  });
  const { metrics, ...others } = Object.fromEntries(stores) as Record<Signal, StoredStore>;
  return { ...metrics, ...others };
}

function storeOf(store: Store, cell: Cell, section: StoreSection): StoredStore {
  const { signal, backend, options } = store;
  const { bucket, storageClass = "" } = section;
  const frozen = backend.frozen.flatMap(({ key }) =>
    options[key] === undefined ? [] : [[key, options[key]] as const],
  );
  return {
    bucket: bucketAddress(bucket),
    prefix: bucket.prefix ?? "",
    diskSize: options.diskSize,
    storageClass,
    // Records from before there was a choice of logs and traces name no backend of them.
    ...((signal === "metrics" || backend !== backendOf(signal)) && { backend: backend.name }),
    ...backend.durability(store, cell),
    ...(options.zones && { zones: options.zones.length }),
    ...Object.fromEntries(frozen),
  };
}

function pick<T, R>(
  all: Record<string, T>,
  which: (name: string) => boolean,
  map: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => which(name))
      .map(([name, value]) => [name, map(value, name)]),
  );
}

/** The same, from the contract, for a state that is older than the output `stored`. */
export function hubStoredBefore({ edges }: HubContract): StoredHub {
  const writers = Object.entries(edges).flatMap(([name, { tenant, cell, state }]) =>
    state === "waiting" ? [] : [[name, { tenant, cell, state }] as const],
  );
  const cells = Object.fromEntries(writers.map(([, { cell }]) => [cell, {}]));
  const tenants = Object.fromEntries(writers.map(([, { tenant, cell }]) => [tenant, { cell }]));
  return { cells, tenants, edges: Object.fromEntries(writers) };
}

interface QueueArgs {
  readonly edge: string;
  readonly facts: EdgeFacts;
  readonly gateway: HubContract["gateway"];
  readonly bufferDisk: string;
  readonly storageClass: string | undefined;
}

/** Everything that identifies an agent's queue. Another value of any of it is an empty queue. */
export function queueOf({
  edge,
  facts,
  gateway,
  bufferDisk,
  storageClass = "",
}: QueueArgs): StoredQueue {
  const { url, serverName } = gateway;
  return { edge, url, serverName, labels: labelsOf(edge, facts), bufferDisk, storageClass };
}
