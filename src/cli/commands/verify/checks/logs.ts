import { EDGE_LABELS, type HubContract, labelsOf } from "@heliograph/heliograph/model";
import { duration, plural } from "../../../ui/text";
import { type Check, failed, passed, pending, warning, withFacts } from "../check";
import { backendCommand } from "../hub";
import { collectorCommand, type EdgeView } from "../edge";
import { isStarting } from "./agents";

const HOUR = 3_600_000;
/** Longer than a cluster is silent by itself: its agents may not read its logs. */
const QUIET = HOUR / 4;

export const newestLine: Check<EdgeView> = {
  name: "newest line",
  proves:
    "the edge's log lines are there with their five labels, " +
    "and no stream of the tenant lacks one or has it wrong",
  next: (edge) => collectorCommand(edge, "logs --tail 20"),
  async run(edge) {
    const { name, entry, hub } = edge;
    const logs = await hub.logs(entry.cell);
    const now = Date.now();
    const range = { from: now - HOUR, to: now };
    const expected = {
      labels: { ...labelsOf(name, entry) },
      clusters: clustersOf(entry.tenant, hub.contract.edges),
    };
    const [newest, unexpected] = await Promise.all([
      logs.newestLine(entry.tenant, name, range),
      logs.unexpectedStreams(entry.tenant, expected, range),
    ]);
    const issues = unexpected.map(
      ({ query, streams }) => `${plural(streams, "stream")} match ${query}`,
    );
    if (issues.length > 0)
      return failed(issues.join("; "), backendCommand(hub, entry.cell, "logs", "logs --tail 20"));
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
    const detail =
      `${duration(age)} old, with its five labels; ` + "no stream without one or with a wrong one";
    const facts = { lagSeconds: age / 1000 };
    if (age > QUIET) return withFacts(warning(duration(age), detail), facts);
    return passed(`${Math.round(age / 1000)} s`, detail, facts);
  },
};

/** Edges that write into a tenant. */
export function clustersOf(tenant: string, edges: HubContract["edges"]): string[] {
  return Object.keys(edges).filter((name) => edges[name]?.tenant === tenant);
}
