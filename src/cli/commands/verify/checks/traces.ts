import { type Exemplar, TRACE_METRICS } from "@heliograph/heliograph/model";
import { plural } from "../../../ui/text";
import { type Check, passed, pending, warning } from "../check";
import { collectorCommand, type EdgeView } from "../edge";

const HOUR = 3_600_000;
/** Milliseconds within which a trace has been sampled and sent. */
const SENT_WITHIN = 45_000;
/** Exemplars that are followed at most, because most traces are not kept. */
const MOST = 60;
const AT_A_TIME = 10;

export const correlation: Check<EdgeView> = {
  name: "correlation",
  proves: "an exemplar of a metric leads to its trace, and the trace to its log lines",
  next: (edge) => collectorCommand(edge, "logs --tail 20"),
  async run(edge) {
    const { name, entry, hub } = edge;
    const metrics = await hub.metrics(entry.cell);
    const own = `cluster="${name}"`;
    if ((await metrics.number([entry.tenant], `count(${TRACE_METRICS.calls}{${own}})`)) === 0)
      return passed(
        "no spans",
        "no application of the edge sends traces: there is nothing to follow",
      );
    const now = Date.now();
    const range = { from: now - HOUR, to: now };
    const ask = (more: string) =>
      metrics.exemplars(entry.tenant, `${TRACE_METRICS.durations}{${own}${more}}`, range);
    // Of errors all traces are kept.
    const [errors, all] = await Promise.all([ask(`, status_code="STATUS_CODE_ERROR"`), ask("")]);
    const ids = candidates([...oldEnough(errors, now), ...oldEnough(all, now)]);
    if (ids.length === 0) return pending("no metric of a span has an exemplar yet");
    const found = await firstTrace(edge, ids);
    if (!found)
      return warning(
        "no trace",
        `of ${plural(ids.length, "exemplar")} none leads to a trace: they may all be sampled out`,
      );
    const logs = await hub.logs(entry.cell);
    const lines = await logs.linesOfTrace(entry.tenant, name, found.id, range);
    const steps = `exemplar, trace ${found.id} with ${plural(found.spans, "span")}`;
    if (lines.length === 0) return warning("no lines", `${steps}, and no log line that names it`);
    return passed(plural(lines.length, "line"), `${steps}, ${plural(lines.length, "log line")}`);
  },
};

/** Those whose traces have been sent, newest first. */
function oldEnough(exemplars: readonly Exemplar[], now: number): Exemplar[] {
  return exemplars.filter(({ time }) => time < now - SENT_WITHIN).sort((a, b) => b.time - a.time);
}

function candidates(exemplars: readonly Exemplar[]): string[] {
  return [...new Set(exemplars.flatMap(({ labels }) => labels["trace_id"] ?? []))].slice(0, MOST);
}

async function firstTrace({ entry, hub }: EdgeView, ids: readonly string[]) {
  const reader = await hub.traces(entry.cell);
  for (let at = 0; at < ids.length; at += AT_A_TIME) {
    const batch = ids.slice(at, at + AT_A_TIME);
    const traces = await Promise.all(
      batch.map(async (id) => ({ id, spans: (await reader.trace(entry.tenant, id)).length })),
    );
    const found = traces.find(({ spans }) => spans > 0);
    if (found) return found;
  }
  return undefined;
}
