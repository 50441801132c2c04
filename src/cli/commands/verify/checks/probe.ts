import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Signal } from "../../../../../components/contract/names";
import { type Architecture, LOKI, TEMPO } from "../../../../../components/in-force";
import type { Response } from "../../../cluster/http";
import { remoteWrite, type WriteTarget } from "../../../cluster/remote-write";
import { type Check, failed, passed } from "../check";
import { backendCommand, gatewayCommand, type GatewayPod, type HubView } from "../hub";
import type { EdgeView } from "../edge";
import { labelsOf } from "../../../../../components/contract/hub";
import { type LogLine, type Span, writeLines, writeSpans } from "../../../cluster/otlp";

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

/** Of what is written to be read back. */
export const VERIFY_METRIC = "heliograph_verify";

export const sample: Probe = {
  name: "sample",
  signal: "metrics",
  backend: (hub, cell) => hub.metricsBackend(cell),
  write(target, writer, id, milliseconds) {
    return remoteWrite(target, [
      { labels: sampleLabels(writer, id), samples: [[1, milliseconds]] },
    ]);
  },
  async count(hub, { tenant, cell }, ids, milliseconds) {
    const metrics = await hub.metrics(cell);
    return metrics.number(
      [tenant],
      `count(${VERIFY_METRIC}{probe=~"${ids.join("|")}"})`,
      milliseconds / 1000,
    );
  },
};

export function sampleLabels({ name, entry }: Writer, id: string) {
  return { __name__: VERIFY_METRIC, probe: id, ...labelsOf(name, entry) };
}

/** Around the time that one was written at. */
const SEARCHED = 600_000;

export const logLine: Probe = {
  name: "log line",
  signal: "logs",
  backend: () => LOKI,
  write(target, writer, id, time) {
    return writeLines(target, [probeLine(writer, id, time)]);
  },
  async count(hub, { tenant, cell }, ids, time) {
    const loki = await hub.loki(cell);
    const query = `{service_name="${PROBE_SERVICE}"} |~ "probe (${ids.join("|")})"`;
    return (await loki.lines([tenant], query, { from: time - SEARCHED, to: time + SEARCHED }))
      .length;
  },
};

export function probeLine({ name, entry }: Writer, id: string, time: number): LogLine {
  const resource = { ...labelsOf(name, entry), "service.name": PROBE_SERVICE };
  return { time, text: `probe ${id}`, resource, attributes: { level: "info" } };
}

export const trace: Probe = {
  name: "trace",
  signal: "traces",
  backend: () => TEMPO,
  write(target, writer, id, start) {
    return writeSpans(target, [probeSpan(writer, id, start)]);
  },
  async count(hub, { tenant, cell }, ids) {
    const tempo = await hub.tempo(cell);
    const found = await Promise.all(ids.map((id) => tempo.trace(tenant, traceIdOf(id))));
    return found.filter((spans) => spans.length > 0).length;
  },
};

export function probeSpan({ name, entry }: Writer, id: string, start: number): Span {
  const traceId = traceIdOf(id);
  const resource = { ...labelsOf(name, entry), "service.name": PROBE_SERVICE };
  return { traceId, spanId: traceId.slice(16), name: "probe", start, end: start + 1, resource };
}

/** A UUID is 32 hexadecimal digits, with dashes. */
function traceIdOf(id: string): string {
  return id.replaceAll("-", "");
}
