import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { HUB_NAMESPACE, labelsOf } from "@heliograph/heliograph/model";
import type { Tls } from "../../src/cli/cluster/http";
import { writeMessage, type Series, type WriteTarget } from "../../src/cli/cluster/remote-write";
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
/**
 * cAdvisor looks each 10 to 20 s, and the agent scrapes it each 15 s: later than this, a counter
 * shows what was before.
 */
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
    lab.log(`${loadSeconds} s of load, beside the agents'`);
    const begun = Date.now();
    await load(lab, tls[edge] as Tls, loadSeconds);
    await pause(settleSeconds * 1000, undefined, { signal: lab.signal });
    const end = Date.now();

    // Series by series: a pod that the hub's last update replaced is among them for five minutes.
    const range = `[${Math.round((end - begun) / 1000)}s]`;
    const growth = (counter: string) =>
      mimir.number(["ops"], `sum(increase(${counter}${range}))`, end / 1000);
    const millions =
      (await growth(`cortex_distributor_received_samples_total{cluster="ops"}`)) / 1e6;
    const [gateway, store] = [await growth(cpuOf("nginx")), await growth(cpuOf("mimir"))];
    const perMillion = (cpu: number) => (cpu / millions).toFixed(2);
    return {
      value: (100 * gateway) / store,
      from: `${perMillion(gateway)} over ${perMillion(store)} CPU-seconds per million samples, ${millions.toFixed(2)} million`,
    };
  },
};

/** CPU-seconds of a container of the hub, all of its pods together, whatever it did with them. */
function cpuOf(container: string): string {
  return `container_cpu_usage_seconds_total{cluster="ops",namespace="${HUB_NAMESPACE}",container="${container}"}`;
}

async function load(lab: ScenarioContext, tls: Tls, seconds: number): Promise<void> {
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
  for (let second = 0; second < seconds; second++) {
    const first = (second % scrapeSeconds) * requestsPerSecond * samplesPerRequest;
    await pause(Math.max(0, begun + second * 1000 - Date.now()), undefined, { signal: lab.signal });
    const writes = Array.from({ length: requestsPerSecond }, async (_, request) => {
      const series = Array.from({ length: samplesPerRequest }, (_, index) => ({
        labels: { ...labels, series: String(first + request * samplesPerRequest + index) },
        samples: [[Math.random(), begun + second * 1000] as const],
      }));
      await write(gatewayTarget(tls), agent, series);
    });
    await Promise.all(writes);
  }
  agent.destroy();
}

async function write(
  { host, port, tls }: WriteTarget,
  agent: Agent,
  series: readonly Series[],
): Promise<void> {
  const { body, ...message } = writeMessage(series);
  const { serverName: servername, trust, certificate: cert, key } = tls as Tls;
  const sent = request({
    ...message,
    host,
    port,
    agent,
    servername,
    ca: [...trust],
    cert,
    key,
  }).end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const said = await text(answer);
  if (answer.statusCode !== 200)
    throw new Error(`the hub answers ${answer.statusCode} to the load: ${said.slice(0, 200)}`);
}
