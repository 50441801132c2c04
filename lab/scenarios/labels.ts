import { setTimeout as pause } from "node:timers/promises";
import { EDGE_LABELS, labelsOf, type TimeRange } from "@heliograph/heliograph/model";
import type { EdgeView } from "../../src/cli/commands/verify/edge";
import { clusterNames } from "../clusters/topology.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { type Emission, traceIdOf } from "./emitter/emission.js";
import { emitted, newEmission, startEmitter } from "./emitter/pod.js";
import { openEdge, openHub, openLoki } from "./support/hub.js";
import { storedTraces } from "./support/spans.js";

/** Fewer for trying it out. */
const minutes = Number(process.env["HELIOGRAPH_LABELS_MINUTES"] ?? 10);
/** Applications run on those that have demo workloads. */
const withApplications = ["dev", "stg", "prd"] as const;
const everyMilliseconds = 5000;
/** What was said last is decided on, sent and readable. */
const settledSeconds = 30;
/** The demo's container in which every trace begins: it writes a line for each. */
const traceLines = `{container="storefront"}`;
/** Loki gives no more lines at a time. */
const mostLines = 5000;
/** There have to be fewer. */
const labelNames = 15;
const valuesOfLabel = 100;

export const labels: Scenario = {
  name: "labels",
  summary: `every line and span of ${minutes} min has its five labels, whatever applications say, and lines have few of others`,
  needs: "deployment",
  async run(lab) {
    const hub = await openHub(lab);
    const emission = newEmission({
      count: (minutes * 60_000) / everyMilliseconds,
      everyMilliseconds,
      keep: true,
    });
    for (const edge of withApplications) await startEmitter(lab, edge, emission);
    const from = Date.now();
    lab.log(
      `applications of ${withApplications.join(", ")} claim to be of another edge, for ${minutes} min`,
    );
    await pause(minutes * 60_000, undefined, { signal: lab.signal });
    for (const edge of withApplications) await emitted(lab, edge, emission);
    const range = { from, to: Date.now() };
    await pause(settledSeconds * 1000, undefined, { signal: lab.signal });

    for (const name of clusterNames) {
      const edge = openEdge(lab, hub, name);
      await checkLines(lab, edge, range);
      await checkStreams(lab, edge, range);
    }
    for (const name of withApplications)
      await checkSpans(lab, openEdge(lab, hub, name), emission, range);
  },
};

async function checkLines(
  lab: ScenarioContext,
  { name, entry, hub }: EdgeView,
  { from, to }: TimeRange,
): Promise<void> {
  const loki = await openLoki(hub, entry.cell);
  const seconds = Math.round((to - from) / 1000);
  const count = (selector: string) =>
    loki.number([entry.tenant], `sum(count_over_time(${selector}[${seconds}s]))`, to);
  const five = Object.entries(labelsOf(name, entry)).map(([label, value]) => `${label}="${value}"`);
  // Loki wants one label that is there; whether each stream has it is another check.
  const [all, right] = await Promise.all([
    count(`{service_name=~".+"}`),
    count(`{${five.join(", ")}}`),
  ]);
  lab.check(
    `lines of ${name} that lack or mislabel one of the five labels`,
    all > 0 && right === all,
    `${all - right} of ${all}`,
  );
}

/** What index labels there are, and how many values of each. */
async function checkStreams(
  lab: ScenarioContext,
  { name, entry, hub }: EdgeView,
  range: TimeRange,
): Promise<void> {
  const streams = await (await openLoki(hub, entry.cell)).streams([entry.tenant], "{}", range);
  const needed = [...EDGE_LABELS, "service_name"];
  const lacking = streams.filter((stream) => needed.some((label) => !stream[label]));
  lab.check(
    `streams of ${name} without one of ${needed.join(", ")}`,
    lacking.length === 0,
    `${lacking.length} of ${streams.length}`,
  );

  const values = new Map<string, Set<string>>();
  for (const [label, value] of streams.flatMap((stream) => Object.entries(stream)))
    values.set(label, (values.get(label) ?? new Set()).add(value));
  const counts = [...values]
    .map(([label, each]) => [label, each.size] as const)
    .sort(([, a], [, b]) => b - a);
  const most = counts[0]?.[1] ?? 0;
  lab.check(
    `lines of ${name} have fewer than ${labelNames} labels, each with at most ${valuesOfLabel} values`,
    counts.length > 0 && counts.length < labelNames && most <= valuesOfLabel,
    `${counts.length}: ${counts.map(([label, count]) => `${label} ${count}`).join(", ")}`,
  );
}

/** Asks for every trace that was emitted: most of the demo's are not kept. */
async function checkSpans(
  lab: ScenarioContext,
  edge: EdgeView,
  emission: Emission,
  range: TimeRange,
): Promise<void> {
  const { name, entry, hub } = edge;
  const lines = await (
    await openLoki(hub, entry.cell)
  ).lines([entry.tenant], traceLines, range, mostLines);
  const demo = [...new Set(lines.flatMap(({ labels: { trace_id } }) => trace_id ?? []))];
  lab.check(
    `lines of ${name} name the traces of the demo`,
    demo.length > 0 && lines.length < mostLines,
    `${demo.length} traces`,
  );

  const own = Array.from({ length: emission.count }, (_, number) =>
    traceIdOf(emission.run, number),
  );
  const [ofOwn, ofDemo] = [await storedTraces(lab, edge, own), await storedTraces(lab, edge, demo)];
  lab.check(
    `traces of ${name} that asked to be kept are there`,
    ofOwn.length === own.length,
    `${ofOwn.length} of ${own.length}`,
  );

  const five = Object.entries(labelsOf(name, entry));
  const spans = [...ofOwn, ...ofDemo].flat();
  const wrong = spans.filter(({ resource }) =>
    five.some(([label, value]) => resource[label] !== value),
  );
  lab.check(
    `spans of ${name} that lack or mislabel one of the five labels`,
    ofDemo.length > 0 && wrong.length === 0,
    `${wrong.length} of ${spans.length}, in ${ofOwn.length + ofDemo.length} traces of ${own.length + demo.length} emitted`,
  );
}
