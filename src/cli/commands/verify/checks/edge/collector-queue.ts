import { OTEL_AGENT } from "../../../../../../components/in-force";
import { COLLECTOR_METRICS } from "../../../../../../components/rules/metrics";
import { growth } from "../../../../../../components/rules/promql";
import { plural } from "../../../../ui/text";
import { failed, passed, pending, type Check } from "../../check";
import type { EdgeView } from "../../fleet";
import { collectorCommand } from "../../kubectl";

const { queueSize, queueCapacity, failed: REFUSED } = COLLECTOR_METRICS;

/** A queue has room for the edge's outage: its share of that is how far behind it is, as far as the edge sends as much as it is made for. */
export function collectorQueue(maxBehindSeconds: number): Check<EdgeView> {
  return {
    name: "collector queue",
    proves: `the collectors send as fast as they take in, at most ${maxBehindSeconds} s behind, and nothing was refused for good`,
    next: (edge) => collectorCommand(edge, "logs --tail 20"),
    async run(edge) {
      const { name, entry, hub } = edge;
      const deployed = (await edge.collectors()).map((collector) => collector.name);
      if (!deployed.includes(OTEL_AGENT.name))
        return passed("none", "another agent sends the logs, from the files that it reads");
      const mimir = await hub.mimir(entry.cell);
      const own = `{cluster="${name}"}`;
      const [shares, ...lost] = await Promise.all([
        mimir.query([entry.tenant], `max(${queueSize}${own} / ${queueCapacity}${own})`),
        ...REFUSED.map((metric) =>
          mimir.number([entry.tenant], `sum(${growth(metric + own, "1h")})`),
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
      const detail = `${(share.value * 100).toFixed(1)} % of the fullest queue, about ${behind} s behind, nothing refused for good`;
      return behind > maxBehindSeconds ? pending(detail) : passed(`${behind} s`, detail);
    },
  };
}
