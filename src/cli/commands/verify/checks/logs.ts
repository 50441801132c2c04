import { type EdgeFacts, type HubContract, labelsOf } from "../../../../../components/contract/hub";
import { EDGE_LABELS } from "../../../../../components/contract/names";
import { LOKI } from "../../../../../components/in-force";
import { duration, plural } from "../../../ui/text";
import { type Check, failed, passed, pending, warning } from "../check";
import { backendCommand } from "../hub";
import { collectorCommand, type EdgeView } from "../edge";
import { isStarting } from "./agents";
import { PROBE_SERVICE } from "./probe";

const HOUR = 3_600_000;
/** A cluster may have nothing to say for a while; for longer, somebody should look whether its agents read what it says. */
const QUIET = HOUR / 4;

export const newestLine: Check<EdgeView> = {
  name: "newest line",
  proves:
    "the edge's log lines are there with their five labels, and no stream of the tenant lacks one or has it wrong",
  next: (edge) => collectorCommand(edge, "logs --tail 20"),
  async run(edge) {
    const { name, entry, hub } = edge;
    const loki = await hub.loki(entry.cell);
    const now = Date.now();
    const range = { from: now - HOUR, to: now };
    const selectors = wrongStreamSelectors(name, hub.contract.edges);
    const [lines, ...wrong] = await Promise.all([
      loki.lines([entry.tenant], `{cluster="${name}", service_name!="${PROBE_SERVICE}"}`, range, 1),
      ...selectors.map((selector) => loki.streams([entry.tenant], selector, range)),
    ]);
    const problems = wrong.flatMap((streams, index) =>
      streams.length > 0 ? [`${plural(streams.length, "stream")} match ${selectors[index]}`] : [],
    );
    if (problems.length > 0)
      return failed(problems.join("; "), backendCommand(hub, LOKI, entry.cell, "logs --tail 20"));
    const [newest] = lines;
    if (!newest) {
      const detail = `tenant ${entry.tenant} has no line of cluster ${name} from the last hour`;
      return (await isStarting(edge)) ? pending(detail) : failed(detail);
    }
    const missing = EDGE_LABELS.filter(
      (label) => newest.labels[label] !== labelsOf(name, entry)[label],
    );
    if (missing.length > 0)
      return failed(`the newest line has ${missing.join(", ")} wrong, or not at all`);
    const age = Math.max(0, now - newest.time);
    const detail = `${duration(age)} old, with its five labels; no stream without one or with a wrong one`;
    if (age > QUIET) return warning(duration(age), detail);
    return passed(`${Math.round(age / 1000)} s`, detail);
  },
};

/** Streams that the inventory does not account for. Of labels alone: however many lines there are, it costs little. */
export function wrongStreamSelectors(name: string, edges: HubContract["edges"]): string[] {
  const { tenant } = edges[name] as EdgeFacts;
  const mates = Object.keys(edges).filter((other) => edges[other]?.tenant === tenant);
  const { cluster, ...others } = labelsOf(name, edges[name] as EdgeFacts);
  return [
    // Loki wants one label that is there, and every stream has this one.
    `{service_name=~".+", cluster!~"${mates.join("|")}"}`,
    ...Object.entries(others).map(
      ([label, value]) => `{cluster="${cluster}", ${label}!=${JSON.stringify(value)}}`,
    ),
  ];
}
