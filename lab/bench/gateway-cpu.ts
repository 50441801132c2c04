import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { labelsOf } from "../../components/contract/hub";
import { HUB_NAMESPACE } from "../../components/contract/places";
import type { Tls } from "../../src/cli/clients/http";
import type { Mimir } from "../../src/cli/clients/mimir";
import { writeMessage, type Series, type WriteTarget } from "../../src/cli/clients/remote-write";
import type { ScenarioContext } from "../scenarios/context.js";
import { withExtraEdges } from "../scenarios/support/extra-edges.js";
import { gatewayTarget, hubContract, openMimir } from "../scenarios/support/hub.js";
import type { Figure } from "./figure.js";

const edge = "bench";
/** As agents send: 2000 samples at a time, and one of each series in 15 s. */
const samplesPerRequest = 2000;
const requestsPerSecond = 2;
const scrapeSeconds = 15;
const activeSeries = samplesPerRequest * requestsPerSecond * scrapeSeconds;
const loadSeconds = 6 * scrapeSeconds;
/** cAdvisor looks each 10 to 20 s, and the agent scrapes it each 15 s: later than this, a counter shows what was before. */
const settleSeconds = 45;

export const gatewayCpu: Figure = {
  name: "gateway-cpu",
  what: "CPU of the gateway per sample, over Mimir's",
  unit: "%",
  aim: 4,
  async measure(lab) {
    const tls = await withExtraEdges(lab, { [edge]: { tenant: edge, activeSeries } });
    const mimir = await openMimir(lab);
    // Series are made once, samples are what costs day by day.
    await load(lab, tls[edge] as Tls, scrapeSeconds);
    lab.log(`${loadSeconds} s at rest, then ${loadSeconds} s of load`);
    const start = Date.now();
    await pause((loadSeconds + settleSeconds) * 1000, undefined, { signal: lab.signal });
    const loadBegun = Date.now();
    const samples = await load(lab, tls[edge] as Tls, loadSeconds);
    await pause(settleSeconds * 1000, undefined, { signal: lab.signal });
    const end = Date.now();

    const cost = async (container: string) => {
      const perSecond = (await cpuBetween(mimir, container, start, loadBegun)) / ((loadBegun - start) / 1000);
      const all = await cpuBetween(mimir, container, loadBegun, end);
      return ((all - (perSecond * (end - loadBegun)) / 1000) / samples) * 1e6;
    };
    const [gateway, store] = [await cost("nginx"), await cost("mimir")];
    return {
      value: (100 * gateway) / store,
      from: `${gateway.toFixed(3)} over ${store.toFixed(2)} CPU-seconds per million samples, ${samples} sent`,
    };
  },
};

/** CPU-seconds of a container of the hub, all of its pods together. */
async function cpuBetween(mimir: Mimir, container: string, from: number, to: number): Promise<number> {
  const total = `sum(container_cpu_usage_seconds_total{cluster="ops",namespace="${HUB_NAMESPACE}",container="${container}"})`;
  const [before, after] = [
    await mimir.number(["ops"], total, from / 1000),
    await mimir.number(["ops"], total, to / 1000),
  ];
  if (before === 0) throw new Error(`Mimir knows no CPU of container ${container}`);
  return after - before;
}

async function load(lab: ScenarioContext, tls: Tls, seconds: number): Promise<number> {
  const entry = (await hubContract(lab)).edges[edge];
  if (!entry) throw new Error(`The hub's inventory has no edge ${edge}.`);
  const labels = {
    __name__: "bench_load",
    job: "bench",
    namespace: "default",
    pod: "bench-7d4b9c6f5-x2x7k",
    ...labelsOf(edge, entry),
  };
  // As agents do; a handshake for each request would cost more than what it brings.
  const agent = new Agent({ keepAlive: true, maxSockets: requestsPerSecond });
  const begun = Date.now();
  let sent = 0;
  for (let second = 0; second < seconds; second++) {
    const first = (second % scrapeSeconds) * requestsPerSecond * samplesPerRequest;
    await pause(Math.max(0, begun + second * 1000 - Date.now()), undefined, { signal: lab.signal });
    const writes = Array.from({ length: requestsPerSecond }, async (_, request) => {
      const series = Array.from({ length: samplesPerRequest }, (_, index) => ({
        labels: { ...labels, series: String(first + request * samplesPerRequest + index) },
        samples: [[Math.random(), begun + second * 1000] as const],
      }));
      await write(gatewayTarget(tls), agent, series);
      sent += samplesPerRequest;
    });
    await Promise.all(writes);
  }
  agent.destroy();
  return sent;
}

async function write({ host, port, tls }: WriteTarget, agent: Agent, series: readonly Series[]): Promise<void> {
  const { body, ...message } = writeMessage(series);
  const { serverName: servername, trust, certificate: cert, key } = tls as Tls;
  const sent = request({ ...message, host, port, agent, servername, ca: [...trust], cert, key }).end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const said = await text(answer);
  if (answer.statusCode !== 200)
    throw new Error(`the hub answers ${answer.statusCode} to the load: ${said.slice(0, 200)}`);
}
