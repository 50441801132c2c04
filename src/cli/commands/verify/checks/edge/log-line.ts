import { labelsOf } from "../../../../../../components/contract/hub";
import { LOKI } from "../../../../../../components/in-force";
import { writeLines, type LogLine } from "../../../../cluster/otlp";
import { PROBE_SERVICE, type Probe, type Writer } from "./probe";

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
