import { setTimeout as pause } from "node:timers/promises";
import { EDGE_NAMESPACE, type MetricsReader, PROMETHEUS_AGENT } from "@heliograph/heliograph/model";
import { until } from "../host/wait.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { annotatedTarget } from "./probe/annotated.js";
import { closeProbeHost, openProbeHost } from "./probe/host.js";
import { arrived, type Loss, lossOf, type ProbeSeries } from "./probe/losses.js";
import { served, startTarget } from "./probe/target.js";
import { cell, openMimir } from "./support/hub.js";
import { gateway, mimirOf, whileStopped } from "./support/workloads.js";

const awayMinutes = 10;
/**
 * Edges with their agents as deployed. The agent of `restarted` is killed while the hub is away.
 */
const edges = { patient: "dev", restarted: "stg" } as const;
const names = Object.values(edges);
type Edge = (typeof names)[number];

const series = 500;
const scrapeSeconds = 15;
/** Discovered at once, scraped within an interval, and sent some seconds later. */
const firstScrapes = 3;
const firstScrapesSeconds = 120;
/** Agents ask again every few seconds; a queue of ten minutes is sent in less than one. */
const catchUpSeconds = 180;

export const hubAway: Scenario = {
  name: "hub-away",
  summary: `gateway and Mimir are gone for ${awayMinutes} minutes: edges lose nothing; what an agent loses that is killed meanwhile is counted`,
  needs: "deployment",
  async run(lab) {
    const service = `probe-${Date.now().toString(36)}`;
    const probe: ProbeSeries = { matcher: `job="${service}"`, series };
    lab.onCleanup("the target is gone", closeProbeHost);
    await openProbeHost();
    await startTarget(lab.signal);
    await Promise.all(names.map((edge) => lab.apply(edge, annotatedTarget(edge, service, series))));
    await haveArrived(lab, await openMimir(lab), probe, () => firstScrapes, firstScrapesSeconds);

    const before = await served();
    let killed = before;
    await whileStopped(lab, gateway, () =>
      whileStopped(lab, mimirOf(cell), async () => {
        lab.log(`the hub is gone for ${awayMinutes} min`);
        await pause(awayMinutes * 30_000, undefined, { signal: lab.signal });
        killed = await served();
        await killAgent(lab, edges.restarted);
        await pause(awayMinutes * 30_000, undefined, { signal: lab.signal });
      }),
    );
    const after = await served();
    lab.log("the hub is back");
    const mimir = await openMimir(lab);
    await haveArrived(lab, mimir, probe, (edge) => after[edge]?.scrapes ?? 0, catchUpSeconds);

    const scrapesAway = (edge: Edge) => (after[edge]?.scrapes ?? 0) - (before[edge]?.scrapes ?? 0);
    const least = Math.floor((awayMinutes * 60) / scrapeSeconds) - 1;
    lab.check(
      "both edges scraped all the time",
      names.every((edge) => scrapesAway(edge) >= least),
      names.map((edge) => `${edge} ${scrapesAway(edge)} times`).join(", "),
    );

    const loss = async (edge: Edge) =>
      lossOf(mimir, edge, probe, after[edge] ?? { scrapes: 0, failed: [] });
    const patient = await loss(edges.patient);
    lab.check(
      `${edges.patient}: nothing is lost`,
      patient.scraped > 0 && patient.lost === 0,
      figures(patient),
    );
    const restarted = await loss(edges.restarted);
    // What it had taken from the moment the hub went until it was killed; two scrapes around either
    // are not counted exactly.
    const unsent =
      ((killed[edges.restarted]?.scrapes ?? 0) - (before[edges.restarted]?.scrapes ?? 0) + 2) *
      series;
    lab.check(
      `${edges.restarted}, killed after ${awayMinutes / 2} min: loses what it had not sent by then, and nothing after`,
      restarted.lost > 0 && restarted.lost <= unsent,
      `${figures(restarted)}; at most ${unsent} were waiting`,
    );
  },
};

async function haveArrived(
  lab: ScenarioContext,
  mimir: MetricsReader,
  probe: ProbeSeries,
  scrape: (edge: Edge) => number,
  seconds: number,
): Promise<void> {
  const wait = { what: "samples of the target at the hub", seconds, signal: lab.signal };
  const all = () => Promise.all(names.map((edge) => arrived(mimir, edge, probe, scrape(edge))));
  // For a minute after Mimir is back its answer may be 500: the bucket's index lists blocks that it
  // has not read again yet.
  await until(wait, async () => (await all().catch(() => [false])).every(Boolean));
}

async function killAgent(lab: ScenarioContext, edge: Edge): Promise<void> {
  const selector = `--selector=app.kubernetes.io/name=${PROMETHEUS_AGENT.name}`;
  await lab.kubectl(edge, [
    "delete",
    "pod",
    selector,
    `--namespace=${EDGE_NAMESPACE}`,
    "--grace-period=0",
    "--force",
  ]);
  lab.log(`the agent of ${edge} is killed`);
}

function figures({ lost, scraped }: Loss): string {
  return `${lost} of ${scraped} samples lost`;
}
