import {
  EDGE_LABELS,
  type EdgeFacts,
  type EdgeLabels,
  type HubContract,
  labelsOf,
  REPLICA_LABEL,
  type Sample,
  SERIES_METRIC,
} from "@heliograph/heliograph/model";
import { plural } from "../../../ui/text";
import { type Check, failed, passed, pending } from "../check";
import { agentCommand, type EdgeView } from "../edge";
import { isStarting } from "./agents";

/**
 * Series that the hub makes itself: alerts, and results of recording rules, which alone have a
 * colon in their names. No edge sends them.
 */
export const HUB_MADE = "ALERTS|ALERTS_FOR_STATE|.+:.+";
export const BY_LABELS = `count by (${EDGE_LABELS.join(", ")})`;

export const labels: Check<EdgeView> = {
  name: "labels",
  proves:
    "the agent's series are there with their five labels, " +
    "and no series of the tenant lacks one or has it wrong",
  next: (edge) => agentCommand(edge, "logs --tail 20"),
  async run(edge) {
    const { name, entry, hub } = edge;
    const metrics = await hub.metrics(entry.cell);
    const ask = (promql: string) => metrics.query([entry.tenant], promql);
    const wrongQuery = wrongSeriesQuery(name, hub.contract.edges);
    const [targets, wrong, hubMade, sent, replicas] = await Promise.all([
      ask(`${BY_LABELS} (up{cluster="${name}"})`),
      ask(wrongQuery),
      ask(`count({__name__=~"${HUB_MADE}"})`),
      // Agents of a pair scrape the same series.
      ask(`max(${SERIES_METRIC[entry.query === undefined ? "sent" : "kept"]}{cluster="${name}"})`),
      ask(`count({${REPLICA_LABEL}!=""})`),
    ]);
    const issues = [
      ...labelIssues(labelsOf(name, entry), targets, wrong),
      ...replicaIssues(replicas),
    ];
    if (issues.length > 0)
      return failed(issues.join("; "), `Ask tenant ${entry.tenant} for: ${wrongQuery}`);
    // An agent that has just started sends its targets' series before its own, which tell how many
    // there are.
    if (targets.length === 0 || numberIn(sent) === 0) {
      const whose = targets.length === 0 ? `cluster ${name}` : `the agent of ${name} itself`;
      const detail = `tenant ${entry.tenant} has no series of ${whose} from the last 5 minutes`;
      return (await isStarting(edge)) ? pending(detail) : failed(detail);
    }
    const series = plural(numberIn(sent), "series", "series");
    const facts = [
      `${series} of ${plural(numberIn(targets), "target")}`,
      "0 without one of the five labels or with a wrong one",
      `${numberIn(hubMade)} made by the hub itself`,
    ];
    return passed(series, facts.join(", "), {
      series: numberIn(sent),
      targets: numberIn(targets),
    });
  },
};

/**
 * Finds series that the inventory does not account for: those of a cluster that does not belong to
 * the tenant, and those of this one with another label's value. It matches nothing while all is
 * well, so it costs little however many series there are.
 */
export function wrongSeriesQuery(name: string, edges: HubContract["edges"]): string {
  const { tenant } = edges[name] as EdgeFacts;
  const mates = Object.keys(edges).filter((other) => edges[other]?.tenant === tenant);
  const received = `__name__!="", __name__!~"${HUB_MADE}"`;
  const strangers = `{${received}, cluster!~"${mates.join("|")}"}`;
  const { cluster, ...others } = labelsOf(name, edges[name] as EdgeFacts);
  const mislabelled = Object.entries(others).map(
    ([label, value]) => `{${received}, cluster="${cluster}", ${label}!=${JSON.stringify(value)}}`,
  );
  return [strangers, ...mislabelled].map((selector) => `${BY_LABELS} (${selector})`).join(" or ");
}

/** One line for each combination of labels that should not be. */
export function labelIssues(
  expected: EdgeLabels,
  targets: readonly Sample[],
  wrong: readonly Sample[],
): string[] {
  const unexpected = targets.filter((group) =>
    EDGE_LABELS.some((label) => group.labels[label] !== expected[label]),
  );
  const groups = new Map(
    [...unexpected, ...wrong].map((group) => [JSON.stringify(valuesOf(group)), group]),
  );
  return [...groups.values()].map(
    (group) => `${group.value} series with ${differences(expected, group)}`,
  );
}

/** The label is the hub's to drop. Series that kept it are stored once for each agent. */
function replicaIssues(found: readonly Sample[]): string[] {
  return found.length > 0 ? [`${numberIn(found)} series kept the label ${REPLICA_LABEL}`] : [];
}

function valuesOf({ labels }: Sample): (string | undefined)[] {
  return EDGE_LABELS.map((label) => labels[label]);
}

function differences(expected: EdgeLabels, { labels }: Sample): string {
  return EDGE_LABELS.filter((label) => labels[label] !== expected[label])
    .map((label) =>
      labels[label] ? `${label} ${labels[label]} instead of ${expected[label]}` : `no ${label}`,
    )
    .join(", ");
}

function numberIn(samples: readonly Sample[]): number {
  return samples[0]?.value ?? 0;
}
