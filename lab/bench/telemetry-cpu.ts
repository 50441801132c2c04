import { setTimeout as pause } from "node:timers/promises";
import { EDGE_NAMESPACE, HUB_NAMESPACE, NODE_NAMESPACE } from "@heliograph/heliograph/model";
import type { ScenarioContext } from "../scenarios/context.js";
import { dueAt } from "../scenarios/emitter/emission.js";
import { emitted, newEmission, startEmitter } from "../scenarios/emitter/pod.js";
import { openMimir } from "../scenarios/support/hub.js";
import type { Figure, Measured } from "./figure.js";

const edge = "dev";
const loadSeconds = 90;
/**
 * cAdvisor looks each 10 to 20 s, and the agent scrapes it each 15 s: later than this, a counter
 * shows what was before.
 */
const settleSeconds = 45;

export const logCpu: Figure = {
  name: "log-cpu",
  what: "CPU for a million log lines, at the edge and the hub",
  unit: "s",
  aim: 250,
  measure: (lab) =>
    cpuFor(lab, { only: "lines", everyMilliseconds: 10, each: 20, backend: "loki" }),
};

/** All of them are kept, which is the most that they can cost. */
export const spanCpu: Figure = {
  name: "span-cpu",
  what: "CPU for a million spans, all of them kept, at the edge and the hub",
  unit: "s",
  aim: 300,
  measure: (lab) =>
    cpuFor(lab, { only: "traces", everyMilliseconds: 5, each: 2, backend: "tempo" }),
};

interface Load {
  readonly only: "lines" | "traces";
  readonly everyMilliseconds: number;
  /** Lines or spans of a number. */
  readonly each: number;
  /** Container of whoever stores them. */
  readonly backend: string;
}

async function cpuFor(
  lab: ScenarioContext,
  { only, everyMilliseconds, each, backend }: Load,
): Promise<Measured> {
  const count = (loadSeconds * 1000) / everyMilliseconds;
  const emission = newEmission({ only, everyMilliseconds, linesEach: each, count, keep: true });
  lab.log(`${(count * each) / loadSeconds} a second from ${edge}, for ${loadSeconds} s`);
  await startEmitter(lab, edge, emission);
  await emitted(lab, edge, emission);
  await pause(settleSeconds * 1000, undefined, { signal: lab.signal });

  const millions = (count * each) / 1e6;
  const to = dueAt(emission, count) + settleSeconds * 1000;
  const ofEdge = (container: string) =>
    `cluster="${edge}",namespace=~"${EDGE_NAMESPACE}|${NODE_NAMESPACE}",container="${container}"`;
  const ofHub = (container: string) =>
    `cluster="ops",namespace="${HUB_NAMESPACE}",container="${container}"`;
  const containers = {
    agent: ofEdge("otel-agent"),
    "its gateway": ofEdge("otel-gateway"),
    "the hub's": ofHub("nginx"),
    [backend]: ofHub(backend),
  };
  const parts: [string, number][] = [];
  for (const [name, selector] of Object.entries(containers))
    parts.push([name, (await extraCpu(lab, selector, emission.from, to)) / millions]);
  return {
    value: parts.reduce((sum, [, seconds]) => sum + seconds, 0),
    from: `${parts.map(([name, seconds]) => `${name} ${Math.round(seconds) || 0}`).join(", ")}; ${millions} million`,
  };
}

/** CPU-seconds of containers between two times, less what they need in as much time before. */
async function extraCpu(
  lab: ScenarioContext,
  selector: string,
  from: number,
  to: number,
): Promise<number> {
  const mimir = await openMimir(lab);
  const growth = (until: number, seconds: number) => {
    const counter = `container_cpu_usage_seconds_total{${selector}}`;
    return mimir.number([edge, "ops"], `sum(increase(${counter}[${seconds}s]))`, until / 1000);
  };
  const seconds = Math.round((to - from) / 1000);
  return (await growth(to, seconds)) - (await growth(from, loadSeconds)) * (seconds / loadSeconds);
}
