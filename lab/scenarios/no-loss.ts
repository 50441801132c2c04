import { setTimeout as pause } from "node:timers/promises";
import { bufferOf, type MetricsReader } from "@heliograph/heliograph/model";
import { clusterNamed } from "../clusters/topology.js";
import { until } from "../host/wait.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { fillersFor, type ProbeAgent, type ProbeEdge, startAgent } from "./probe/agents.js";
import { closeProbeHost, cut, openProbeHost, restore } from "./probe/host.js";
import { bufferOpened, truncationsOf } from "./probe/logs.js";
import { arrived, lossOf } from "./probe/losses.js";
import { served, type Served, startTarget } from "./probe/target.js";
import { openHub, openMimir, tlsOf } from "./support/hub.js";

const outageSeconds = 60;
const tenant = "dev";

/** An agent, and which of its truncations the outage meets. */
interface Case {
  readonly name: string;
  readonly frequencySeconds: number;
  readonly meets: keyof typeof meetings;
  /** Segments that fill up until the first truncation; 0 where none ever does. */
  readonly segments: number;
  /**
   * Series that are sent. 8000 samples wait in memory: the more series, the more depends on the
   * buffer.
   */
  readonly series: number;
  /** `unknown`: not promised, so it is told only. */
  readonly loses: "nothing" | "something" | "unknown";
}

/** What an edge is given for such an outage. */
const buffer = bufferOf({ outageSeconds, activeSeries: 1000, scrapeIntervalSeconds: 1 });
const derived = buffer.truncateFrequencySeconds;
/** Together below the tenant's ingestion rate, with room to catch up. */
const cases: readonly Case[] = [
  {
    name: "quiet-before",
    frequencySeconds: 120,
    meets: "before",
    segments: 0,
    series: 300,
    loses: "nothing",
  },
  {
    name: "quiet-end",
    frequencySeconds: 120,
    meets: "end",
    segments: 0,
    series: 300,
    loses: "nothing",
  },
  {
    name: "full-before",
    frequencySeconds: 120,
    meets: "before",
    segments: 20,
    series: 300,
    loses: "nothing",
  },
  // Two outages between truncations are too few: the first one keeps a third of what is there.
  {
    name: "full-end",
    frequencySeconds: 120,
    meets: "end",
    segments: 20,
    series: 1500,
    loses: "unknown",
  },
  {
    name: "derived-end",
    frequencySeconds: derived,
    meets: "end",
    segments: 20,
    series: 1500,
    loses: "nothing",
  },
  {
    name: "short",
    frequencySeconds: 20,
    meets: "within",
    segments: 4,
    series: 1000,
    loses: "something",
  },
];

/**
 * When the truncation comes, in seconds after the cut. It is aimed at the end of the window: a busy
 * machine starts one agent later than others.
 */
const meetings = {
  before: { from: -15, to: 0, what: "right before the outage" },
  end: { from: 45, to: 60, what: "near the end of the outage" },
  within: { from: 20, to: 60, what: "in the outage" },
} as const;
const aimSeconds = 3;
/**
 * The first truncations drop nothing where they come before there are three segments: this long all
 * agents run before one is met.
 */
const settledSeconds = 120;
/** Agents that send little do so every 5 s. */
const abreastSeconds = 10;
/**
 * Once the gateway is back: how much longer the agents go on, and until when all they have must
 * have arrived.
 */
const afterSeconds = 10;
const catchUpSeconds = 120;

/** What the agents' buffer promises, at a minute's outage in place of hours. */
export const noLoss: Scenario = {
  name: "no-loss",
  summary:
    "the gateway is away for a minute: agents lose no sample, and one that truncates too often is found out",
  needs: "deployment",
  async run(lab) {
    const run = Date.now().toString(36);
    const probes = cases.map((entry, index) => ({ ...entry, agent: agentOf(entry, run, index) }));
    const hub = await openHub(lab);
    const edge = {
      name: tenant,
      contract: hub.contract,
      tls: await tlsOf(lab, hub, tenant),
    } as const;

    lab.onCleanup("the probe agents are gone", closeProbeHost);
    await openProbeHost();
    await startTarget(lab.signal);
    const cutAt = await startAgents(lab, probes, edge);
    const mimir = await openMimir(lab);
    await pauseUntil(lab, cutAt);
    await checkAbreast(lab, mimir, probes);
    const away = await takeGatewayAway(lab, edge);
    await pauseUntil(lab, Date.now() + afterSeconds * 1000);

    const last = await served();
    for (const probe of probes) {
      await checkTruncation(lab, probe, away);
      await checkLoss(lab, mimir, probe, last);
    }
  },
};

interface Probe extends Case {
  readonly agent: ProbeAgent;
}

function agentOf(
  { name, frequencySeconds, segments, series }: Case,
  run: string,
  index: number,
): ProbeAgent {
  const id = `${run}-${name}`;
  return {
    name,
    id,
    matcher: `probe="${id}"`,
    port: 9100 + index,
    series,
    fillers: fillersFor(segments, frequencySeconds),
    buffer: { ...buffer, truncateFrequencySeconds: frequencySeconds },
  };
}

/**
 * Starts each agent so long before the cut that it meets it as it should; returns the time of the
 * cut.
 */
async function startAgents(
  lab: ScenarioContext,
  probes: readonly Probe[],
  edge: ProbeEdge,
): Promise<number> {
  const leads = [...new Set(probes.map(leadSeconds))].sort((a, b) => b - a);
  let startup = 0;
  let cutAt = Date.now() + (leads[0] ?? 0) * 1000;
  for (const lead of leads) {
    await pauseUntil(lab, cutAt - lead * 1000 - startup);
    const begun = Date.now();
    const together = probes
      .filter((probe) => leadSeconds(probe) === lead)
      .map(({ agent }) => agent);
    await Promise.all(together.map((agent) => startAgent(agent, edge)));
    const opened = Math.max(
      ...(await Promise.all(together.map(({ name }) => bufferOpened(name, lab.signal)))),
    );
    // What a start takes, which is long on a busy machine, is known from the first ones.
    startup = opened - begun;
    cutAt = Math.max(cutAt, opened + lead * 1000);
    lab.log(`${together.map(({ name }) => name).join(", ")}: started ${lead} s before the cut`);
  }
  return cutAt;
}

function leadSeconds({ frequencySeconds, meets }: Case): number {
  return (
    Math.ceil(settledSeconds / frequencySeconds) * frequencySeconds -
    meetings[meets].to +
    aimSeconds
  );
}

/** An agent that is behind already has more to keep than what comes in the outage. */
async function checkAbreast(
  lab: ScenarioContext,
  mimir: MetricsReader,
  probes: readonly Probe[],
): Promise<void> {
  const last = await served();
  const abreast = await Promise.all(
    probes.map(({ agent }) =>
      arrived(mimir, tenant, agent, (last[agent.name]?.scrapes ?? 0) - abreastSeconds),
    ),
  );
  const behind = probes.filter((_, index) => !abreast[index]).map(({ agent }) => agent.name);
  lab.check("no agent is behind before the outage", behind.length === 0, behind.join(", "));
}

/** Returns when the outage began. */
async function takeGatewayAway(lab: ScenarioContext, { contract }: ProbeEdge): Promise<number> {
  const gateway = [
    clusterNamed("ops").address,
    Number(new URL(contract.gateway.url).port),
  ] as const;
  await cut(...gateway);
  const away = Date.now();
  lab.log(`the gateway is away for ${outageSeconds} s`);
  await pauseUntil(lab, away + outageSeconds * 1000);
  await restore(...gateway);
  lab.log("it is back");
  return away;
}

async function checkTruncation(
  lab: ScenarioContext,
  { agent, meets }: Probe,
  away: number,
): Promise<void> {
  const truncations = (await truncationsOf(agent.name)).map((truncation) => ({
    ...truncation,
    seconds: Math.round((truncation.milliseconds - away) / 1000),
  }));
  const { from, to, what } = meetings[meets];
  lab.check(
    `${agent.name} truncates ${what}`,
    truncations.some(({ seconds }) => seconds >= from && seconds <= to),
    truncations
      .map(({ seconds, dropped }) => `${seconds} s after the cut, ${dropped} segments dropped`)
      .join("; "),
  );
}

async function checkLoss(
  lab: ScenarioContext,
  mimir: MetricsReader,
  probe: Probe,
  last: Served,
): Promise<void> {
  const { agent, segments, frequencySeconds, loses } = probe;
  const scrapes = last[agent.name]?.scrapes ?? 0;
  const wait = {
    what: `all of ${agent.name} up to scrape ${scrapes}`,
    seconds: catchUpSeconds,
    signal: lab.signal,
  };
  await until(wait, () => arrived(mimir, tenant, agent, scrapes));
  const failed = (await served())[agent.name]?.failed ?? [];
  const { lost, scraped } = await lossOf(mimir, tenant, agent, { scrapes, failed });

  const filling = segments > 0 ? ", with segments filling" : "";
  const what = `${agent.name}: truncating each ${frequencySeconds} s${filling}`;
  const figures = `${lost} of ${scraped} samples lost`;
  if (loses === "unknown") lab.log(`${what}: ${figures}`);
  else
    lab.check(
      `${what}, ${loses} is lost`,
      scraped > 0 && (loses === "nothing" ? lost === 0 : lost > 0),
      figures,
    );
}

async function pauseUntil(lab: ScenarioContext, time: number): Promise<void> {
  await pause(Math.max(0, time - Date.now()), undefined, { signal: lab.signal });
}
