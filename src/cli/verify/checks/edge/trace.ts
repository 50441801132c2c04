import { labelsOf } from "../../../../../components/contract/hub";
import { TEMPO } from "../../../../../components/in-force";
import { writeSpans } from "../../../clients/otlp";
import { PROBE_SERVICE, type Probe } from "./probe";

export const trace: Probe = {
  name: "trace",
  signal: "traces",
  backend: TEMPO,
  write(target, { name, entry }, id, start) {
    const traceId = traceIdOf(id);
    const resource = { ...labelsOf(name, entry), "service.name": PROBE_SERVICE };
    const spanId = traceId.slice(16);
    return writeSpans(target, [{ traceId, spanId, name: "probe", start, end: start + 1, resource }]);
  },
  async count(hub, { tenant, cell }, ids) {
    const tempo = await hub.tempo(cell);
    const found = await Promise.all(ids.map((id) => tempo.trace(tenant, traceIdOf(id))));
    return found.filter((spans) => spans.length > 0).length;
  },
};

/** A UUID is 32 hexadecimal digits, with dashes. */
function traceIdOf(id: string): string {
  return id.replaceAll("-", "");
}
