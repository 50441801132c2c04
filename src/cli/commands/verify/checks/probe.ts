import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Signal } from "@heliograph/heliograph";
import { type Backend, labelsOf, type ProbeEncoders } from "@heliograph/heliograph/model";
import { request, type Response } from "../../../cluster/http";
import { encodeLines, encodeSpans } from "../../../cluster/otlp";
import { writeMessage, type WriteTarget } from "../../../cluster/remote-write";
import { type Check, failed, passed } from "../check";
import type { EdgeView } from "../edge";
import { backendCommand, gatewayCommand, type GatewayPod, type HubView } from "../hub";

/** One tenant in one cell. */
export interface Location {
  readonly tenant: string;
  readonly cell: string;
}

/** The edge in whose name a record is written. */
export type Writer = Pick<EdgeView, "name" | "entry">;

const PROBE_ENCODERS: ProbeEncoders = {
  remoteWrite(series) {
    const { headers, body } = writeMessage(series);
    return { headers, body };
  },
  spans: (spans) => ({
    headers: { "content-type": "application/x-protobuf" },
    body: encodeSpans(spans),
  }),
  logLines: (lines) => ({
    headers: { "content-type": "application/json" },
    body: encodeLines(lines),
  }),
};

/** Writes one record under an id of its own, as the edge's agents do. */
export function writeProbe(
  { probe }: Pick<Backend, "probe">,
  { headers, ...target }: WriteTarget,
  { name, entry }: Writer,
  id: string,
  milliseconds: number,
): Promise<Response> {
  const record = { id, milliseconds, labels: labelsOf(name, entry) };
  const { path, method, body = "", ...message } = probe.write(record, PROBE_ENCODERS);
  return request({
    ...target,
    path,
    method,
    headers: { ...message.headers, ...headers },
    body: Buffer.from(body),
  });
}

/** How many of the ids a tenant has in a cell. */
export async function countProbes(
  hub: HubView,
  signal: Signal,
  { tenant, cell }: Location,
  ids: readonly string[],
  milliseconds: number,
): Promise<number> {
  const { probe } = hub.backend(cell, signal);
  return probe.count(await hub.ask(cell, signal), tenant, ids, milliseconds);
}

const CHECKS: Readonly<Record<Signal, string>> = {
  metrics: "sample",
  logs: "log line",
  traces: "trace",
};

/**
 * @param readableSeconds How long a busy backend may take. Others answer a read as soon as they
 * have answered the write.
 */
export function writtenAndRead(signal: Signal, readableSeconds = 20): Check<EdgeView> {
  const name = CHECKS[signal];
  return {
    name,
    proves:
      `a ${name} written with the edge's certificate is read back through its tenant, ` +
      "and through no other",
    next: ({ hub, entry }) => backendCommand(hub, entry.cell, signal, "logs --tail 20"),
    async run(edge) {
      const { tenant, cell } = edge.entry;
      const milliseconds = Date.now();
      const { ids, rejected } = await write(edge, signal, milliseconds);
      if (rejected.length > 0) return failed(rejected.join("; "));
      const count = (location: Location) =>
        countProbes(edge.hub, signal, location, ids, milliseconds);
      const others = otherLocations(edge, signal);
      const deadline = milliseconds + readableSeconds * 1000;
      const found = await findAll(count, { own: edge.entry, others, wanted: ids.length, deadline });
      if (found.others.length > 0) {
        const where = found.others
          .map((location) => `tenant ${location.tenant} of cell ${location.cell}`)
          .join(", ");
        return failed(
          `what edge ${edge.name} writes is read in ${where}; ` +
            `its tenant is ${tenant} of cell ${cell}`,
          gatewayCommand(edge.hub, "get configmaps --output yaml"),
        );
      }
      if (!found.own)
        return failed(
          `the write was taken, but tenant ${tenant} does not have the ${name} ` +
            `after ${readableSeconds} s`,
        );
      const readBackSeconds = (found.at - milliseconds) / 1000;
      const seconds = readBackSeconds.toFixed(1);
      const detail =
        `read back from tenant ${tenant} after ${seconds} s, ` +
        `from none of ${others.length} others`;
      return passed(`${seconds} s`, detail, { readBackSeconds });
    },
  };
}

/**
 * Every tenant in every cell that stores the signal, the edge's own left out. Its own tenant is
 * among them in the cells where its data does not belong.
 */
function otherLocations({ entry, hub }: EdgeView, signal: Signal): Location[] {
  return hub.cells
    .filter((cell) => signal === "metrics" || hub.stores(cell, signal))
    .flatMap((cell) => hub.tenants.map((tenant) => ({ tenant, cell })))
    .filter(({ tenant, cell }) => tenant !== entry.tenant || cell !== entry.cell);
}

/**
 * Writes through every pod of the gateway, and names another tenant in the header that the gateway
 * has to overwrite.
 */
async function write(edge: EdgeView, signal: Signal, milliseconds: number) {
  const { entry, hub } = edge;
  const [pods, tls] = await Promise.all([hub.gateways(), edge.tls()]);
  const forged = hub.tenants.find((tenant) => tenant !== entry.tenant);
  const headers = forged === undefined ? undefined : { "x-scope-orgid": forged };
  const backend = hub.backend(entry.cell, signal);
  const writes = pods.map(async ({ pod, write: endpoint }: GatewayPod) => {
    const id = randomUUID();
    const target = { ...endpoint, tls, headers };
    const { status, body } = await writeProbe(backend, target, edge, id, milliseconds);
    const answer = `${pod} answers ${status} to the write: ${body.trim().slice(0, 200)}`;
    return { id, rejected: status >= 300 ? [answer] : [] };
  });
  const written = await Promise.all(writes);
  return {
    ids: written.map(({ id }) => id),
    rejected: written.flatMap(({ rejected }) => rejected),
  };
}

interface Search {
  readonly own: Location;
  readonly others: readonly Location[];
  readonly wanted: number;
  readonly deadline: number;
}

/**
 * Looks into the edge's own tenant, and then into all others, one by one, until all is found in its
 * own or anything in another.
 */
async function findAll(
  count: (location: Location) => Promise<number>,
  { own, others, wanted, deadline }: Search,
) {
  for (;;) {
    const inOwn = (await count(own)) >= wanted;
    const at = Date.now();
    const strangers: Location[] = [];
    for (const location of others) if ((await count(location)) > 0) strangers.push(location);
    if (inOwn || strangers.length > 0 || Date.now() >= deadline)
      return { own: inOwn, at, others: strangers };
    await pause(500);
  }
}
