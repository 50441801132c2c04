import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { agentInstances, EDGE_NAMESPACE, type Matrix, podOf } from "@heliograph/heliograph/model";
import { until } from "../host/wait.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { doublesOf, type Gap, gapsOf, mostWithin } from "./ha/series.js";
import { bringUp } from "./support/commands.js";
import { openMimir, type HubMetrics } from "./support/hub.js";
import { whileStopped } from "./support/workloads.js";
import { edited } from "../../src/config/edit";

const edge = "dev";
/** One kill in each. Fewer for trying it out. */
const minutes = Number(process.env["HELIOGRAPH_HA_MINUTES"] ?? 10);
const scrapeSeconds = 15;
/**
 * Mimir's defaults: it goes over after 30 s without a sample, looks every 15 s, and jitters by 5 s.
 */
const failoverSeconds = 30 + 15 + 5;
/** Then the other agent's next scrape, and the 5 s for which it collects a batch. */
const longestGap = failoverSeconds + scrapeSeconds + 5;
const goneSeconds = 120;
const pods = agentInstances(2).map(podOf);
/** Targets that nobody touches meanwhile. */
const steady = `up{job=~"kubelet|cadvisor|kube-apiserver|node-exporter"}`;

export const ha: Scenario = {
  name: "ha",
  summary: `of a pair of agents one is killed each minute for ${minutes} min: gaps are listed, no sample is there twice`,
  needs: "deployment",
  async run(lab) {
    await makePair(lab);
    const mimir = await openMimir(lab);
    await checkPair(lab, mimir);

    const begun = seconds();
    const changes = await elections(mimir);
    for (let minute = 0; minute < minutes; minute++) {
      const pod = pods[minute % 2] ?? "";
      lab.log(`minute ${minute + 1}: ${pod} is killed, ${await elected(mimir)} was elected`);
      await lab.kubectl(edge, [
        "delete",
        "pod",
        pod,
        `--namespace=${EDGE_NAMESPACE}`,
        "--grace-period=0",
        "--force",
      ]);
      await pauseUntil(lab, begun + (minute + 1) * 60);
    }
    await checkSeries(lab, mimir, { what: `${minutes} kills`, begun, changes });
    await checkGone(lab, mimir);
  },
};

/** Goes from one agent to two, and back at the end. */
async function makePair(lab: ScenarioContext): Promise<void> {
  const path = join(lab.env["HELIOGRAPH_PROJECT"] ?? "", `Pulumi.${edge}.yaml`);
  const original = await readFile(path, "utf8");
  lab.onCleanup(`${edge} has one agent`, async () => {
    await writeFile(path, original);
    await bringUp(lab, [edge]);
  });
  const pair = edited(original, (file) => file.set(["config", "heliograph:edge", "replicas"], 2));
  await writeFile(path, pair);

  const before = await firstAgent(lab);
  await bringUp(lab, [edge]);
  const after = await firstAgent(lab);
  lab.check("from 1 agent to 2 the first one is not touched", after === before, after);
  const again = await lab.heliograph(["preview", "--expect-no-changes", edge]);
  lab.check("a second up would change nothing", again.code === 0, `exit ${again.code}`);
}

/** What would be different, had the first agent been restarted or told anything else. */
async function firstAgent(lab: ScenarioContext): Promise<string> {
  const [instance = ""] = agentInstances(1);
  const objects = [
    `statefulset/${instance}`,
    `pod/${podOf(instance)}`,
    `configmap/${instance}`,
    `pvc/${instance}-buffer`,
  ];
  const columns =
    "KIND:.kind,UID:.metadata.uid,GENERATION:.metadata.generation,RESTARTS:.status.containerStatuses[0].restartCount";
  const output = [
    "--no-headers",
    `--output=custom-columns=${columns}`,
    `--namespace=${EDGE_NAMESPACE}`,
  ];
  return (await lab.kubectl(edge, ["get", ...objects, ...output]))
    .trim()
    .replace(/ +/g, " ")
    .split("\n")
    .join("; ");
}

async function checkPair(lab: ScenarioContext, mimir: HubMetrics): Promise<void> {
  const both = async () => (await discarded(mimir)) > 0 && (await elected(mimir)) !== "nobody";
  await until(
    { what: "samples of both agents at the hub", seconds: 180, signal: lab.signal },
    both,
  );
  const verified = await lab.heliograph(["verify", edge]);
  lab.check(
    "verify is green with both",
    verified.code === 0,
    lastLine(verified.stdout || verified.stderr),
  );
  const own = await mimir.query([edge], "count by (pod) (prometheus_agent_active_series)");
  const names = own.map(({ labels }) => labels["pod"]).sort();
  lab.check(
    "each agent's own metrics are told apart",
    names.join() === [...pods].sort().join(),
    names.join(", "),
  );
  const kept = await mimir.number([edge], 'count({__replica__!=""})');
  lab.check("no series has kept the label __replica__", kept === 0, `${kept}`);
}

interface Stretch {
  readonly what: string;
  readonly begun: number;
  /** How often another agent had been elected until then. */
  readonly changes: number;
}

async function checkSeries(
  lab: ScenarioContext,
  mimir: HubMetrics,
  { what, begun, changes }: Stretch,
): Promise<Gap[]> {
  // What was scraped last is sent within 5 s.
  await pause(10_000, undefined, { signal: lab.signal });
  const changed = (await elections(mimir)) - changes;
  // From two scrapes before: a gap that begins at once lies between samples, too.
  const length = Math.ceil(seconds() - begun) + 2 * scrapeSeconds;
  const series = await mimir.samples([edge], `${steady}[${length}s]`);
  const found = series.flatMap((one) =>
    gapsOf(one, scrapeSeconds).map((gap) => ({ ...gap, of: one })),
  );
  const longest = Math.max(0, ...found.map((gap) => gap.seconds));
  const missing = found.reduce((total, gap) => total + gap.seconds - scrapeSeconds, 0);
  for (const one of series)
    lab.log(`${one.labels["job"]}: ${listed(gapsOf(one, scrapeSeconds), begun)}`);
  lab.check(
    `${what}: no gap is longer than ${longestGap} s`,
    series.length >= 4 && longest <= longestGap,
    `${found.length} gaps in ${series.length} series, longest ${longest.toFixed(0)} s, ${missing.toFixed(0)} s missing in all; elected anew ${changed} times`,
  );

  const doubles = sum(series, doublesOf);
  const samples = sum(series, ({ values }) => values.length);
  lab.check(
    `${what}: no sample is there twice`,
    samples > 0 && doubles === 0,
    `${doubles} of ${samples}`,
  );
  // Two agents scrape at moments of their own: where they change places, a stretch can have one
  // more.
  const most = Math.max(...series.map((one) => mostWithin(one, 60)));
  const allowed = 60 / scrapeSeconds + 1;
  lab.check(
    `${what}: no rate is doubled`,
    most <= allowed,
    `at most ${most} samples in any minute, of ${allowed}`,
  );
  return found;
}

/** What a pair is for: one agent is gone, for as long as it takes somebody to mend it. */
async function checkGone(lab: ScenarioContext, mimir: HubMetrics): Promise<void> {
  const settled = async () => pods.includes(await elected(mimir));
  await until({ what: "an elected agent", seconds: 60, signal: lab.signal }, settled);
  const pod = await elected(mimir);
  const stretch = {
    what: `the elected agent gone for ${goneSeconds} s`,
    begun: seconds(),
    changes: await elections(mimir),
  };
  lab.log(`${pod} is taken away for ${goneSeconds} s`);
  const object = `statefulset/${pod.replace(/-0$/, "")}` as const;
  await whileStopped(lab, { cluster: edge, namespace: EDGE_NAMESPACE, object, replicas: 1 }, () =>
    pauseUntil(lab, stretch.begun + goneSeconds),
  );
  const gaps = await checkSeries(lab, mimir, stretch);
  const took = (await elections(mimir)) - stretch.changes;
  // Without one, nobody would have been missed.
  lab.check(
    "the other one was elected, after a gap",
    took >= 1 && gaps.length > 0,
    `${took} times, ${gaps.length} gaps`,
  );
}

async function elections(mimir: HubMetrics): Promise<number> {
  return counter(await mimir.page("/metrics"), "cortex_ha_tracker_elected_replica_changes_total");
}

async function discarded(mimir: HubMetrics): Promise<number> {
  return counter(await mimir.page("/metrics"), "cortex_distributor_deduped_samples_total");
}

function counter(metrics: string, name: string): number {
  const line = new RegExp(`^${name}\\{[^}]*cluster="${edge}"[^}]*\\} (\\S+)$`, "m").exec(metrics);
  return Number(line?.[1] ?? 0);
}

/** The pod that Mimir has elected, from the page that shows it. */
async function elected(mimir: HubMetrics): Promise<string> {
  const rows = (await mimir.page("/distributor/ha_tracker"))
    .split("<tr")
    .filter((row) => row.includes(`<td>${edge}</td>`));
  return (
    rows
      .map((row) => /prometheus-agent(?:-b)?-0/.exec(row)?.[0])
      .find((pod) => pod !== undefined) ?? "nobody"
  );
}

function listed(gaps: readonly Gap[], begun: number): string {
  const each = gaps.map(
    ({ from, seconds: length }) => `${length.toFixed(0)} s after ${(from - begun).toFixed(0)} s`,
  );
  return each.length === 0 ? "no gap" : `${each.length} gaps: ${each.join(", ")}`;
}

function sum(series: readonly Matrix[], of: (one: Matrix) => number): number {
  return series.reduce((total, one) => total + of(one), 0);
}

function seconds(): number {
  return Date.now() / 1000;
}

async function pauseUntil(lab: ScenarioContext, second: number): Promise<void> {
  await pause(Math.max(0, (second - seconds()) * 1000), undefined, { signal: lab.signal });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
