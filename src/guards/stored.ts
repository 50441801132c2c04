import { z } from "zod";
import {
  BACKENDS,
  cellEdges,
  cellLogs,
  cellOf,
  cellSeries,
  cellTraces,
  type EdgeFacts,
  type HubContract,
  labelsOf,
  lokiStanding,
  standingOf,
  tempoStanding,
} from "@heliograph/heliograph/model";
import { bucketPlace } from "../config/bucket-place";
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
 * Where a stack's data is: its output `stored`, which its own next run reads. Public facts only. What an older program did not record is left out, and
 * is then not compared.
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
export type StoredHub = NonNullable<Stored["hub"]>;
export type StoredQueue = NonNullable<Stored["queue"]>;
export type StoredKept = NonNullable<Stored["kept"]>;

/**
 * What a hub stores by its configuration. Cells and tenants into which nobody has written yet are left out: they may change freely. `own` is the edge of
 * the hub's own cluster, which needs no request in the inventory.
 */
export function hubStores(
  { cells, tenants, edges }: HubSection,
  own: string | undefined,
  before?: StoredHub,
): StoredHub {
  const writers = Object.entries(edges).filter(
    ([name, { request, fromStack, revoked }]) => request || fromStack || revoked || name === own,
  );
  const inventory = { tenants, edges };
  const written =
    (placeOf: (tenant: string) => string, known: object = {}) =>
    (name: string) =>
      writers.some(([, { tenant }]) => placeOf(tenant) === name) || name in known;
  const writtenCell = written((tenant) => cellOf(inventory, tenant), before?.cells);
  const writtenTenant = written((tenant) => tenant, before?.tenants);
  return {
    cells: pick(cells, writtenCell, ({ metrics, logs, traces }, cell) => ({
      ...placeOf(metrics),
      backend: metrics.backend,
      ...standingOf(metrics, {
        activeSeries: cellSeries(inventory, cell),
        edges: cellEdges(inventory, cell),
      }),
      zones: metrics.zones.length,
      ...(logs && {
        logs: {
          ...placeOf(logs),
          ...lokiStanding(logs, cellLogs(inventory, cell)),
          schemaFrom: logs.schemaFrom,
        },
      }),
      ...(traces && {
        traces: {
          ...placeOf(traces),
          ...tempoStanding(traces, cellTraces(inventory, cell)),
        },
      }),
    })),
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

type StoreSection = Pick<
  HubSection["cells"][string]["metrics"],
  "bucket" | "diskSize" | "storageClass"
>;

function placeOf({ bucket, diskSize, storageClass = "" }: StoreSection) {
  return { bucket: bucketPlace(bucket), prefix: bucket.prefix ?? "", diskSize, storageClass };
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

/** The same for a stack whose state is from before there was an output `stored`: the contract knows some of it. */
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

/** What belongs to the agent's queue: with another value of any of these, there is another one, and it is empty. */
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
