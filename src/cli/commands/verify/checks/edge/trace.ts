import { labelsOf } from "../../../../../../components/contract/hub";
import { TEMPO } from "../../../../../../components/in-force";
import { writeSpans, type Span } from "../../../../cluster/otlp";
import { PROBE_SERVICE, type Probe, type Writer } from "./probe";

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
