import { plural } from "../../../ui/text";
import { type Check, failed, passed, pending, warning, withFacts } from "../check";
import type { Facts } from "../facts";
import { collectorCommand, type EdgeView } from "../edge";
import { COLLECTOR_METRICS, growth, OTEL_AGENT } from "@heliograph/heliograph/model";

export const collectors: Check<EdgeView> = {
  name: "collectors",
  proves: "whatever sends logs and traces is ready, and runs the configuration that was deployed",
  next: (edge) => collectorCommand(edge, "describe pods"),
  async run(edge) {
    const deployed = await edge.collectors();
    if (deployed.length === 0)
      return warning(
        "none",
        "the hub takes logs and traces, and the edge has nothing that sends them",
        `npm run up -- ${edge.home?.stack ?? edge.name}`,
      );
    const missing = deployed.filter(({ pods }) => pods.length === 0);
    if (missing[0])
      return failed(
        missing.map(({ name }) => `${name} has no pod`).join("; "),
        collectorCommand(edge, "describe statefulsets,daemonsets", missing[0].name),
      );
    const pods = deployed.flatMap((each) =>
      each.pods.map((pod) => ({ ...pod, collector: each.name, intended: each.configHash })),
    );
    const behind = pods.flatMap(({ name, collector, ready, configHash, intended }) => {
      if (!ready) return [{ collector, line: `${name} is not ready` }];
      // It reads its configuration at its start alone.
      if (configHash === intended) return [];
      const running = configHash ?? "an unknown configuration";
      return [{ collector, line: `${name} runs ${running}, deployed is ${intended}` }];
    });
    // One after the other is replaced.
    if (behind[0])
      return pending(
        behind.map(({ line }) => line).join("; "),
        collectorCommand(edge, "describe pods", behind[0].collector),
      );
    return passed(
      `${pods.length} ready`,
      `${plural(pods.length, "pod")} ready, with the deployed configuration`,
      {
        ready: pods.length,
        wanted: pods.length,
        versions: Object.assign({}, ...pods.map(({ versions }) => versions)) as Facts["versions"],
      },
    );
  },
};

const { queueSize, queueCapacity, failed: REFUSED } = COLLECTOR_METRICS;

/**
 * A queue has room for the edge's outage. The filled part of it tells how far behind the collectors
 * are, where the edge sends as much as it is made for.
 */
export function collectorQueue(maxBehindSeconds: number): Check<EdgeView> {
  return {
    name: "collector queue",
    proves:
      `the collectors send as fast as they take in, at most ${maxBehindSeconds} s behind, ` +
      "and nothing was refused for good",
    next: (edge) => collectorCommand(edge, "logs --tail 20"),
    async run(edge) {
      const { name, entry, hub } = edge;
      const deployed = (await edge.collectors()).map((collector) => collector.name);
      if (!deployed.includes(OTEL_AGENT.name))
        return passed("none", "another agent sends the logs, from the files that it reads");
      const metrics = await hub.metrics(entry.cell);
      const own = `{cluster="${name}"}`;
      const [shares, ...lost] = await Promise.all([
        metrics.query([entry.tenant], `max(${queueSize}${own} / ${queueCapacity}${own})`),
        ...REFUSED.map((metric) =>
          metrics.number([entry.tenant], `sum(${growth(metric + own, "1h")})`),
        ),
      ]);
      const [share] = shares;
      // As its own metrics come through the other agent, they are later than the collector.
      if (!share)
        return pending(
          "the hub has no metrics of the collectors",
          "docs/sources.md says what is scraped",
        );
      const refused = Math.round(lost.reduce((sum, number) => sum + number, 0));
      if (refused > 0)
        return failed(`${plural(refused, "item")} refused for good within the last hour`);
      const behind = Math.round(share.value * entry.outageSeconds);
      const detail =
        `${(share.value * 100).toFixed(1)} % of the fullest queue, ` +
        `about ${behind} s behind, nothing refused for good`;
      const facts = { behindSeconds: behind, queueShare: share.value };
      return behind > maxBehindSeconds
        ? withFacts(pending(detail), facts)
        : passed(`${behind} s`, detail, facts);
    },
  };
}
