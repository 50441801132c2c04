import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Signal } from "../../../../../../components/contract/names";
import type { Architecture } from "../../../../../../components/in-force";
import type { Response } from "../../../../cluster/http";
import type { WriteTarget } from "../../../../cluster/remote-write";
import { failed, passed, type Check } from "../../check";
import type { EdgeView, GatewayPod, HubView } from "../../fleet";
import { backendCommand, gatewayCommand } from "../../kubectl";

/** What writes log lines and traces here calls itself. */
export const PROBE_SERVICE = "heliograph-verify";

/** One tenant in one cell: where something may be found. */
export interface Place {
  readonly tenant: string;
  readonly cell: string;
}

/** As whom something is written. */
export type Writer = Pick<EdgeView, "name" | "entry">;

/** How one signal is written, and found again. */
export interface Probe {
  /** What is written, in one word or two. */
  readonly name: string;
  readonly signal: Signal;
  readonly backend: (hub: HubView, cell: string) => Architecture;
  /** Writes one, under an id of its own. */
  write(target: WriteTarget, writer: Writer, id: string, milliseconds: number): Promise<Response>;
  /** How many of the ids are there. */
  count(hub: HubView, place: Place, ids: readonly string[], milliseconds: number): Promise<number>;
}

/** `readableSeconds`: it can be read as soon as the write was answered; this is for a backend that is busy. */
export function writtenAndRead(probe: Probe, readableSeconds = 20): Check<EdgeView> {
  const { name, signal, backend } = probe;
  return {
    name,
    proves: `a ${name} written with the edge's certificate is read back through its tenant, and through no other`,
    next: ({ hub, entry }) =>
      backendCommand(hub, backend(hub, entry.cell), entry.cell, "logs --tail 20"),
    async run(edge) {
      const { tenant, cell } = edge.entry;
      const milliseconds = Date.now();
      const { ids, refused } = await write(probe, edge, milliseconds);
      if (refused.length > 0) return failed(refused.join("; "));
      const count = (place: Place) => probe.count(edge.hub, place, ids, milliseconds);
      const others = otherPlaces(edge, signal);
      const deadline = milliseconds + readableSeconds * 1000;
      const found = await findAll(count, { own: edge.entry, others, wanted: ids.length, deadline });
      if (found.others.length > 0) {
        const where = found.others
          .map((place) => `tenant ${place.tenant} of cell ${place.cell}`)
          .join(", ");
        return failed(
          `what edge ${edge.name} writes is read in ${where}; its tenant is ${tenant} of cell ${cell}`,
          gatewayCommand(edge.hub, "get configmaps --output yaml"),
        );
      }
      if (!found.own)
        return failed(
          `the write was taken, but tenant ${tenant} does not have the ${name} after ${readableSeconds} s`,
        );
      const seconds = ((found.at - milliseconds) / 1000).toFixed(1);
      const detail = `read back from tenant ${tenant} after ${seconds} s, from none of ${others.length} others`;
      return passed(`${seconds} s`, detail);
    },
  };
}

/** Every tenant in every cell that stores such things, but the edge's own: also its own tenant in a cell where its data does not belong. */
function otherPlaces({ entry, hub }: EdgeView, signal: Signal): Place[] {
  return hub.cells
    .filter((cell) => signal === "metrics" || hub.stores(cell, signal))
    .flatMap((cell) => hub.tenants.map((tenant) => ({ tenant, cell })))
    .filter(({ tenant, cell }) => tenant !== entry.tenant || cell !== entry.cell);
}

/** Writes through every pod of the gateway, and asks for another tenant by the header that each has to overwrite. */
async function write(probe: Probe, edge: EdgeView, milliseconds: number) {
  const { entry, hub } = edge;
  const [pods, tls] = await Promise.all([hub.gateways(), edge.tls()]);
  const forged = hub.tenants.find((tenant) => tenant !== entry.tenant);
  const headers = forged === undefined ? undefined : { "x-scope-orgid": forged };
  const writes = pods.map(async ({ pod, write }: GatewayPod) => {
    const id = randomUUID();
    const { status, body } = await probe.write({ ...write, tls, headers }, edge, id, milliseconds);
    return {
      id,
      refused:
        status >= 300
          ? [`${pod} answers ${status} to the write: ${body.trim().slice(0, 200)}`]
          : [],
    };
  });
  const written = await Promise.all(writes);
  return { ids: written.map(({ id }) => id), refused: written.flatMap(({ refused }) => refused) };
}

interface Search {
  readonly own: Place;
  readonly others: readonly Place[];
  readonly wanted: number;
  readonly deadline: number;
}

/** Looks into the edge's own tenant, and then into all others, one by one, until all is found in its own or anything in another. */
async function findAll(
  count: (place: Place) => Promise<number>,
  { own, others, wanted, deadline }: Search,
) {
  for (;;) {
    const inOwn = (await count(own)) >= wanted;
    const at = Date.now();
    const strangers: Place[] = [];
    for (const place of others) if ((await count(place)) > 0) strangers.push(place);
    if (inOwn || strangers.length > 0 || Date.now() >= deadline)
      return { own: inOwn, at, others: strangers };
    await pause(500);
  }
}
