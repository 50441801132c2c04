import { setTimeout as pause } from "node:timers/promises";
import {
  EDGE_NAMESPACE,
  NODE_NAMESPACE,
  OTEL_AGENT,
  OTEL_GATEWAY,
} from "@heliograph/heliograph/model";
import type { Scenario, ScenarioContext } from "./context.js";
import {
  dueAt,
  EMITTER,
  serviceName,
  traceIdOf,
  type EmittedLine,
  type Emission,
} from "./emitter/emission.js";
import { emitted, newEmission, startEmitter } from "./emitter/pod.js";
import { withEdgeSettings } from "./support/edge-file.js";
import { cell, openHub, openLoki, textOf } from "./support/hub.js";
import { eachLine, type LogQueries, receivedLines } from "./support/lines.js";
import { spanCounts } from "./support/spans.js";
import { gateway, kill, whileStopped } from "./support/workloads.js";

const edge = "dev";
const minutes = 10;
const awayMinutes = 3;
/** 100 traces, 100 lines over OTLP and 1000 lines of a pod in a second. */
const perSecond = 100;
const linesEach = 10;
const spansEach = 2;
const count = minutes * 60 * perSecond;

const agent = { role: OTEL_AGENT, namespace: NODE_NAMESPACE };
const collector = { role: OTEL_GATEWAY, namespace: EDGE_NAMESPACE };

/** What came while the hub was away is sent in less. */
const catchUpSeconds = 300;

/** What an edge's collectors have taken, the hub gets. */
export const nothingLost: Scenario = {
  name: "nothing-lost",
  summary: `${minutes} minutes of ${perSecond * linesEach} lines and ${perSecond} traces a second, the gateway away for ${awayMinutes}, collectors killed: none is lost`,
  needs: "deployment",
  async run(lab) {
    lab.log(`${edge} sends all of its traces`);
    await withEdgeSettings(lab, edge, "traces", {
      sampling: "none",
      disk: await collectorDisk(lab),
    });
    const hub = await openHub(lab);
    const loki = await openLoki(hub, cell);
    const received = async () =>
      receivedLines(await textOf(await hub.ask(cell, "logs"), "/metrics"), edge);
    const before = { lines: await received(), at: Date.now() };
    const emission = newEmission({
      count,
      everyMilliseconds: 1000 / perSecond,
      linesEach,
      keep: false,
    });
    await startEmitter(lab, edge, emission);
    await pauseUntil(lab, emission.from + ((minutes - awayMinutes) / 2) * 60_000);
    await takeGatewayAway(lab);
    await emitted(lab, edge, emission);
    lab.log(
      `the collector has taken ${count} traces and as many lines; ${count * linesEach} lines are in files`,
    );

    await checkLines(lab, loki, emission);
    await checkTraces(lab, emission);
    // Other lines arrive between the two questions.
    const twice = (await received()) - before.lines - (await storedLines(loki, before.at));
    lab.log(
      `lines that came to Loki more than once, and are stored once: about ${Math.max(0, twice)}`,
    );
  },
};

/** The size of a claim in use cannot change here. */
function collectorDisk(lab: ScenarioContext): Promise<string> {
  const claim = ["get", "pvc", `queue-${OTEL_GATEWAY.name}-0`, `--namespace=${EDGE_NAMESPACE}`];
  return lab.kubectl(edge, [...claim, "--output=jsonpath={.spec.resources.requests.storage}"]);
}

/** Both collectors are killed meanwhile, with all that waits on their disks. */
async function takeGatewayAway(lab: ScenarioContext): Promise<void> {
  const third = () => pause(awayMinutes * 20_000, undefined, { signal: lab.signal });
  await whileStopped(lab, gateway, async () => {
    lab.log(`the gateway is away for ${awayMinutes} min`);
    await third();
    await kill(lab, edge, agent);
    await third();
    await kill(lab, edge, collector);
    await third();
  });
  lab.log("the gateway is back");
}

async function checkLines(
  lab: ScenarioContext,
  loki: LogQueries,
  emission: Emission,
): Promise<void> {
  const range = { from: emission.from - 1000, to: dueAt(emission, count) + 60_000 };
  const ways = [
    { what: "lines of the pod", selector: `container="${EMITTER}"`, each: linesEach },
    {
      what: "lines over OTLP",
      selector: `service_name="${serviceName(emission, "front")}"`,
      each: 1,
    },
  ];
  for (const { what, selector, each } of ways) {
    const query = `{cluster="${edge}", ${selector}} |= "${emission.run}" |= "emitted"`;
    const seconds = Math.ceil((range.to - range.from) / 1000);
    const all = `sum(count_over_time(${query} [${seconds}s]))`;
    await patiently(lab, async () => (await loki.number([edge], all, range.to)) >= count * each);

    const times = new Uint8Array(count * each);
    await eachLine(loki, edge, query, range, ({ text }) => {
      const { number, line = 0 } = JSON.parse(text) as EmittedLine;
      times[number * each + line]! += 1;
    });
    const missing = [...times.keys()].filter((index) => times[index] === 0);
    const repeated = times.reduce((sum, each) => sum + Math.max(0, each - 1), 0);
    lab.check(
      `${what}: none is lost`,
      missing.length === 0,
      `${times.length - missing.length} of ${times.length}, ${repeated} of them twice${rangesOf(missing)}`,
    );
  }
}

async function checkTraces(lab: ScenarioContext, { run }: Emission): Promise<void> {
  let missing = Array.from({ length: count }, (_, number) => number);
  let repeated = 0;
  await patiently(lab, async () => {
    const ids = missing.map((number) => traceIdOf(run, number));
    const counts = await spanCounts(lab, edge, ids);
    const isWhole = (index: number) => counts[index]?.spans === spansEach;
    repeated += counts.reduce((sum, each, index) => sum + (isWhole(index) ? each.repeated : 0), 0);
    missing = missing.filter((_, index) => !isWhole(index));
    return missing.length === 0;
  });
  lab.check(
    `traces of ${spansEach} spans: none is lost, and none lacks a span`,
    missing.length === 0,
    `${count - missing.length} of ${count}, ${repeated} spans of them twice${rangesOf(missing)}`,
  );
}

/** Of the edge, since then. */
function storedLines(loki: LogQueries, since: number): Promise<number> {
  const now = Date.now();
  const seconds = Math.ceil((now - since) / 1000);
  return loki.number([edge], `sum(count_over_time({cluster="${edge}"}[${seconds}s]))`, now);
}

/**
 * Each look is work for the hub. What is still missing when the time is over is for the check to
 * tell.
 */
async function patiently(lab: ScenarioContext, isThere: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + catchUpSeconds * 1000;
  while (!(await isThere().catch(() => false)) && Date.now() < deadline)
    await pause(10_000, undefined, { signal: lab.signal });
}

async function pauseUntil(lab: ScenarioContext, time: number): Promise<void> {
  await pause(Math.max(0, time - Date.now()), undefined, { signal: lab.signal });
}

/** The first of them, so that one sees when they were lost. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const shown = ranges
    .slice(0, 5)
    .map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  return shown.length > 0 ? `; missing in ${ranges.length} places: ${shown.join(", ")}` : "";
}
