import { labelsOf } from "../../../../../components/contract/hub";
import { LOKI } from "../../../../../components/in-force";
import { writeLines } from "../../../clients/otlp";
import { PROBE_SERVICE, type Probe } from "./probe";

const MINUTE = 60_000;

export const logLine: Probe = {
  name: "log line",
  signal: "logs",
  backend: LOKI,
  write(target, { name, entry }, id, time) {
    const resource = { ...labelsOf(name, entry), "service.name": PROBE_SERVICE };
    return writeLines(target, [{ time, text: `probe ${id}`, resource, attributes: { level: "info" } }]);
  },
  async count(hub, { tenant, cell }, ids, time) {
    const loki = await hub.loki(cell);
    const query = `{service_name="${PROBE_SERVICE}"} |~ "probe (${ids.join("|")})"`;
    return (await loki.lines([tenant], query, { from: time - MINUTE, to: time + MINUTE })).length;
  },
};
