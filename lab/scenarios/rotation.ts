import { setTimeout as pause } from "node:timers/promises";
import {
  bufferOf,
  EDGE_NAMESPACE,
  HUB_NAMESPACE,
  type MetricsReader,
  PROMETHEUS_AGENT,
} from "@heliograph/heliograph/model";
import { type Authority, firstStep, phasesBetween } from "../../src/cli/commands/up/ca-rotation";
import { clusterNames, type ClusterName } from "../clusters/topology.js";
import { until } from "../host/wait.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { annotatedTarget } from "./probe/annotated.js";
import { closeProbeHost, openProbeHost } from "./probe/host.js";
import { arrived, lossOf, type ProbeSeries } from "./probe/losses.js";
import { probePod } from "./probe/pod.js";
import { served, startTarget } from "./probe/target.js";
import { bringUp } from "./support/commands.js";
import { refusalOf } from "./support/gateway-log.js";
import { HubFile } from "./support/hub-file.js";
import { hubContract, hubRunsNewConfig, openMimir } from "./support/hub.js";

const edge = "dev" satisfies ClusterName;
/** A sample a second in each; and what the edge's own agent takes at its own pace. */
const load = { series: 1000, ownSeries: 500 };
const firstSeconds = 120;
const catchUpSeconds = 240;
/** How long the edge stays shut out once the gateway has loaded its revocation. */
const revokedSeconds = 30;
/** `worker_shutdown_timeout` of the gateway, and some seconds for agents to come again. */
const refusedWithinSeconds = 35;

/**
 * What data goes through in the life of certificates, on real pods: kubelet's delay in bringing
 * Secrets included.
 */
export const rotation: Scenario = {
  name: "rotation",
  summary:
    "leaves are renewed, the CA is replaced, an edge is revoked and let in again, all under load: nothing is lost, nothing restarts",
  needs: "deployment",
  async run(lab) {
    const file = await HubFile.open(lab);
    const deployed = (await hubContract(lab)).authority;
    if (!deployed)
      throw new Error("The hub does not say which CA it has: bring it up with this program first.");
    const wanted = { trusted: [deployed.signing + 1], signing: deployed.signing + 1 };
    lab.onCleanup("the CA has the number that it had", () => replaceCa(lab, file, deployed));

    const probe = await startLoad(lab);
    const before = await podsOf(lab);
    await checkRefused(lab, file, wanted);
    await checkRenewal(lab, file);
    await replaceCa(lab, file, wanted, true);
    await checkRevocation(lab, file, probe);
    await checkNothingLost(lab, probe);

    const after = await podsOf(lab);
    lab.check(
      "no agent and no gateway was restarted",
      after === before,
      after === before ? `${before.split("\n").length} pods` : `${before}\nare now\n${after}`,
    );
  },
};

interface Load {
  readonly pod: string;
  readonly mimir: MetricsReader;
  readonly fast: ProbeSeries;
  readonly own: ProbeSeries;
}

async function startLoad(lab: ScenarioContext): Promise<Load> {
  const id = Date.now().toString(36);
  const [pod, service] = [`rotation-${id}`, `rotation-own-${id}`];
  lab.onCleanup("the target is gone", closeProbeHost);
  await openProbeHost();
  await startTarget(lab.signal);
  const buffer = bufferOf({
    outageSeconds: 3600,
    activeSeries: load.series,
    scrapeIntervalSeconds: 1,
  });
  await lab.apply(
    edge,
    await probePod({ name: pod, edge, series: load.series, buffer }, await hubContract(lab)),
  );
  await lab.apply(edge, annotatedTarget(edge, service, load.ownSeries));
  const probe = {
    pod,
    mimir: await openMimir(lab),
    fast: { matcher: `job="${pod}"`, series: load.series },
    own: { matcher: `job="${service}"`, series: load.ownSeries },
  };
  await haveArrived(lab, probe, { [pod]: 3, [edge]: 1 }, firstSeconds);
  lab.log(`${load.series} series a second flow, and ${load.ownSeries} of the edge's own agent`);
  return probe;
}

/** Everything at once: what nobody may do, because edges would be shut out. */
async function checkRefused(lab: ScenarioContext, file: HubFile, wanted: Authority): Promise<void> {
  await file.set(["authority"], wanted);
  const { code, stderr } = await lab.heliograph(["up", "--yes", "ops"]);
  await file.set(["authority"], undefined);
  lab.check(
    "replacing the CA in one go is refused",
    code === 1 && stderr.includes("one change at a time"),
    `exit ${code}`,
  );
}

async function checkRenewal(lab: ScenarioContext, file: HubFile): Promise<void> {
  const before = await certificates(lab);
  // As many days as certificates last: all of them are inside the window.
  await file.set(["certificates"], { days: 365, renewBeforeDays: 365 });
  file.expectChange();
  const start = Date.now();
  const { code, stdout } = await lab.heliograph(["up", "--renew"]);
  const after = await certificates(lab);
  const renewed = clusterNames.filter((name) => after[name] !== before[name]);
  const seconds = Math.round((Date.now() - start) / 1000);
  lab.check(
    "up --renew renews all of them",
    code === 0 && renewed.length === clusterNames.length,
    `exit ${code} after ${seconds} s: ${renewed.join(", ")}`,
  );
  lab.log(stdout.trim().split("\n").slice(-6).join("\n  "));

  await file.set(["certificates"], undefined);
  const again = await lab.heliograph(["up", "--renew"]);
  lab.check(
    "where nothing is due it touches nothing",
    again.code === 0 && again.stdout.includes("Nothing to renew."),
    `exit ${again.code}`,
  );
}

async function certificates(lab: ScenarioContext): Promise<Record<string, string | undefined>> {
  const { edges } = await hubContract(lab);
  return Object.fromEntries(
    Object.entries(edges).map(([name, entry]) => [
      name,
      "certificate" in entry ? entry.certificate : undefined,
    ]),
  );
}

/**
 * Phase by phase, each brought up everywhere, and straight on: kubelet may still be bringing files
 * of the phase before.
 */
async function replaceCa(
  lab: ScenarioContext,
  file: HubFile,
  wanted: Authority,
  tells = false,
): Promise<void> {
  for (;;) {
    const deployed = (await hubContract(lab)).authority;
    const [phase] = deployed ? phasesBetween(deployed, wanted) : [];
    if (!deployed || !phase) return;
    const next = firstStep(deployed, wanted);
    await file.set(["authority"], next);
    file.expectChange();
    const start = Date.now();
    await bringUp(lab, []);
    const [done] = phasesBetween(deployed, next);
    const now = (await hubContract(lab)).authority;
    const took = `${Math.round((Date.now() - start) / 1000)} s`;
    const arrivedAt = now && phasesBetween(now, next).length === 0;
    if (tells)
      lab.check(
        `${done?.kind} CA ${done?.generation}`,
        arrivedAt === true,
        `all stacks up after ${took}`,
      );
  }
}

async function checkRevocation(lab: ScenarioContext, file: HubFile, probe: Load): Promise<void> {
  await hubRunsNewConfig(lab);
  await file.set(["edges", edge, "revoked"], true);
  await file.deploy();
  await hubRunsNewConfig(lab);
  await pause(revokedSeconds * 1000, undefined, { signal: lab.signal });
  const refusals = await refusalOf(lab, edge);
  lab.check(
    `every pod of the gateway refuses the revoked edge within ${refusedWithinSeconds} s of its reload`,
    refusals.some(({ refused }) => refused > 0) &&
      refusals.every(({ takenFor }) => takenFor < refusedWithinSeconds),
    refusals
      .map(
        ({ pod, takenFor, refused }) =>
          `${pod}: taken for ${takenFor} s more, then ${refused} writes refused`,
      )
      .join("; "),
  );
  const behind = ((await served())[probe.pod]?.scrapes ?? 0) - revokedSeconds + 10;
  lab.check(
    "what it scrapes meanwhile waits at the edge",
    !(await arrived(probe.mimir, edge, probe.fast, behind)),
    "",
  );

  await file.set(["edges", edge, "revoked"], undefined);
  await file.deploy();
  lab.log("the edge is let in again");
  await hubRunsNewConfig(lab);
}

async function checkNothingLost(lab: ScenarioContext, probe: Load): Promise<void> {
  const last = await served();
  const scrapes = { [probe.pod]: last[probe.pod]?.scrapes ?? 0, [edge]: last[edge]?.scrapes ?? 0 };
  await haveArrived(lab, probe, scrapes, catchUpSeconds);
  for (const [name, series] of [
    [probe.pod, probe.fast],
    [edge, probe.own],
  ] as const) {
    const { lost, scraped } = await lossOf(probe.mimir, edge, series, {
      scrapes: scrapes[name] ?? 0,
      failed: last[name]?.failed ?? [],
    });
    const what = name === edge ? "of the edge's own agent" : `of ${load.series} series a second`;
    lab.check(`no sample ${what} is lost`, scraped > 0 && lost === 0, `${lost} of ${scraped}`);
  }
}

async function haveArrived(
  lab: ScenarioContext,
  { mimir, pod, fast, own }: Load,
  scrapes: Record<string, number>,
  seconds: number,
) {
  const wait = { what: "samples of the target at the hub", seconds, signal: lab.signal };
  const there = async () =>
    (await arrived(mimir, edge, fast, scrapes[pod] ?? 0)) &&
    (await arrived(mimir, edge, own, scrapes[edge] ?? 0));
  await until(wait, there);
}

/**
 * Every agent and every pod of the gateway, with what changes when one is replaced or started
 * again.
 */
async function podsOf(lab: ScenarioContext): Promise<string> {
  const columns =
    "NAME:.metadata.name,UID:.metadata.uid,RESTARTS:.status.containerStatuses[*].restartCount";
  const pods = (cluster: ClusterName, namespace: string, name: string) =>
    lab.kubectl(cluster, [
      "get",
      "pods",
      `--namespace=${namespace}`,
      `--selector=app.kubernetes.io/name=${name}`,
      "--no-headers",
      `--output=custom-columns=${columns}`,
    ]);
  const agents = await Promise.all(
    clusterNames.map((cluster) => pods(cluster, EDGE_NAMESPACE, PROMETHEUS_AGENT.name)),
  );
  return [...agents, await pods("ops", HUB_NAMESPACE, "gateway")]
    .map((lines) => lines.trim())
    .join("\n");
}
