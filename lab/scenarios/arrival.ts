import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Signal } from "@heliograph/heliograph";
import { SIGNALS } from "@heliograph/heliograph/model";
import { countProbes, writeProbe } from "../../src/cli/commands/verify/checks/probe";
import type { EdgeView } from "../../src/cli/commands/verify/edge";
import { quantile } from "../bench/statistics.js";
import { until } from "../host/wait.js";
import type { Scenario, ScenarioContext } from "./context.js";
import {
  dueAt,
  type Emission,
  EMITTED_ATTRIBUTE,
  EMITTED_METRIC,
  type EmittedLine,
  EMITTER,
  serviceName,
  traceIdOf,
} from "./emitter/emission.js";
import { newEmission, startEmitter } from "./emitter/pod.js";
import { gatewayTarget, openEdge, openHub, openLoki } from "./support/hub.js";

const edgeName = "dev";
const probes = 100;
/** No part of the scrape interval, so that numbers fall anywhere between two scrapes. */
const everyMilliseconds = 1700;
/** Until it is given up. */
const patienceSeconds = 60;
const aims = { metrics: 20, logs: 5, traces: 15 } as const;

/** A way of a signal to the hub. */
interface Way {
  readonly name: string;
  /** In seconds. */
  readonly aim: number;
  /** Which of the numbers can be read, with the times at which they were emitted. */
  look(numbers: readonly number[]): Promise<Map<number, number>>;
}

export const arrival: Scenario = {
  name: "arrival",
  summary: `how long after its emission something can be read at the hub, by signal and way: ${probes} of each`,
  needs: "deployment",
  async run(lab) {
    const hub = await openHub(lab);
    const edge = openEdge(lab, hub, edgeName);
    for (const signal of SIGNALS) {
      const { what } = hub.backend(edge.entry.cell, signal).probe;
      report(lab, `${what}, directly`, aims[signal], await writeEach(lab, edge, signal));
    }

    const emission = newEmission({ count: probes, everyMilliseconds, keep: true });
    await startEmitter(lab, edgeName, emission, { scraped: true });
    const watched = ways(edge, emission).map(
      async (way) => [way, await arrivals(lab, emission, way)] as const,
    );
    for (const [{ name, aim }, seconds] of await Promise.all(watched))
      report(lab, name, aim, seconds);
  },
};

/** As the edge's own programs write, one after the other; the seconds that each took. */
async function writeEach(lab: ScenarioContext, edge: EdgeView, signal: Signal): Promise<number[]> {
  const target = gatewayTarget(await edge.tls());
  const backend = edge.hub.backend(edge.entry.cell, signal);
  const { what } = backend.probe;
  const wait = { what: `a ${what}`, seconds: patienceSeconds, signal: lab.signal };
  const seconds: number[] = [];
  for (let number = 0; number < probes; number += 1) {
    const [id, emitted] = [randomUUID(), Date.now()];
    const { status, body } = await writeProbe(backend, target, edge, id, emitted);
    if (status >= 300) throw new Error(`The gateway answers ${status} to a ${what}: ${body}`);
    const count = () => countProbes(edge.hub, signal, edge.entry, [id], emitted);
    await until(wait, async () => (await count()) > 0);
    seconds.push((Date.now() - emitted) / 1000);
  }
  return seconds;
}

/** What an application says, through the agents of its edge. */
function ways({ entry, hub }: EdgeView, emission: Emission): Way[] {
  const { run } = emission;
  const tenants = [entry.tenant];
  const lines = (selector: string) => async () => {
    const loki = await openLoki(hub, entry.cell);
    const range = { from: emission.from, to: Date.now() };
    const found = await loki.lines(tenants, `${selector} |= "${run}"`, range, 2 * probes);
    const said = found.map(({ text }) => JSON.parse(text) as Partial<EmittedLine>);
    return new Map(
      said.flatMap(({ number, emitted }) => (number === undefined ? [] : [[number, emitted ?? 0]])),
    );
  };
  return [
    {
      name: "sample, scraped by the agent",
      aim: aims.metrics,
      async look() {
        const mimir = await hub.metrics(entry.cell);
        const found = await mimir.query(tenants, `${EMITTED_METRIC}{run="${run}"}`);
        return new Map(found.map(({ labels, value }) => [Number(labels["number"]), value]));
      },
    },
    {
      name: "log line, read by the collector",
      aim: aims.logs,
      look: lines(`{container="${EMITTER}"}`),
    },
    {
      name: "log line, sent to the collector",
      aim: aims.logs,
      look: lines(`{service_name="${serviceName(emission, "front")}"}`),
    },
    {
      name: "trace, sent to the collector",
      aim: aims.traces,
      async look(numbers) {
        const tempo = await hub.traces(entry.cell);
        const found = numbers.map(async (number) => {
          const [front, back] = await tempo.trace(entry.tenant, traceIdOf(run, number));
          const whole = front !== undefined && back !== undefined;
          return whole ? [[number, Number(front.attributes[EMITTED_ATTRIBUTE])] as const] : [];
        });
        return new Map((await Promise.all(found)).flat());
      },
    },
  ];
}

/** The seconds that each number took, of those that came. */
async function arrivals(
  lab: ScenarioContext,
  emission: Emission,
  { look }: Way,
): Promise<number[]> {
  const arrived = new Map<number, number>();
  const deadline = dueAt(emission, emission.count) + patienceSeconds * 1000;
  while (arrived.size < emission.count && Date.now() < deadline) {
    const missing = Array.from({ length: emission.count }, (_, number) => number).filter(
      (number) => !arrived.has(number) && dueAt(emission, number) < Date.now(),
    );
    const found = missing.length > 0 ? await look(missing) : [];
    const now = Date.now();
    for (const [number, emitted] of found)
      if (!arrived.has(number)) arrived.set(number, (now - emitted) / 1000);
    await pause(250, undefined, { signal: lab.signal });
  }
  return [...arrived.values()];
}

function report(lab: ScenarioContext, what: string, aim: number, seconds: readonly number[]): void {
  const at = (part: number) => (seconds.length > 0 ? quantile(part, seconds) : Infinity);
  lab.check(
    `${what}: ${probes} of ${probes} can be read, 95 % of them within ${aim} s`,
    seconds.length === probes && at(0.95) <= aim,
    `${seconds.length}; p50 ${at(0.5).toFixed(1)} s, p95 ${at(0.95).toFixed(1)} s, longest ${at(1).toFixed(1)} s`,
  );
}
