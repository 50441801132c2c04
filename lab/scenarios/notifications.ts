import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { ALERTMANAGER, HUB_NAMESPACE } from "@heliograph/heliograph/model";
import type { Scenario, ScenarioContext } from "./context.js";
import { AlertWatch } from "./alerts/watch.js";
import { postAlerts } from "./notifications/post.js";
import { webhooks } from "./notifications/receivers.js";
import { received, startSink } from "./notifications/sink.js";
import type { Received } from "./notifications/sink-server.js";
import { closeProbeHost, openProbeHost } from "./probe/host.js";
import { HubFile } from "./support/hub-file.js";
import { openHub } from "./support/hub.js";
import { agentOf, whileStopped } from "./support/workloads.js";

/** Each alert here has a receiver that has to be told, and three that may not be. */
const RECEIVERS = ["dev-team", "prd-on-call", "prd-team", "platform"] as const;
type Receiver = (typeof RECEIVERS)[number];

/** Shorter than shipped, so that the end of an alert is told soon. */
const groupInterval = "30s";
const ROUTES = [
  { tenants: ["dev"], receiver: "dev-team", groupInterval },
  {
    tenants: ["prd"],
    receiver: "prd-team",
    groupInterval,
    routes: [{ severities: ["critical"], receiver: "prd-on-call" }],
  },
  { receiver: "platform", groupInterval },
];

/** `group_wait`, and what three Alertmanagers wait for each other: 15 s for each before it. */
const toldSeconds = 60;
/** As shipped: the window and `for` of EdgeSilent, evaluation a minute late, a busy machine. */
const firingSeconds = 720;
const resolvedSeconds = 480;

type Labels = Readonly<Record<string, string>>;

/** From an alert to the receiver that its tenant, environment and severity name. */
export const notifications: Scenario = {
  name: "notifications",
  summary:
    "alerts reach the receiver that the routes name and no other, once, also when one of three " +
    "Alertmanagers is killed; a silent edge mutes its cluster's other alerts",
  needs: "deployment",
  async run(lab) {
    lab.onCleanup("the receiver is gone", closeProbeHost);
    await openProbeHost();
    await startSink(lab.signal);
    const file = await HubFile.open(lab);
    const receivers = await webhooks(lab, RECEIVERS);
    const alerting = { receivers, routes: ROUTES, alertmanager: { replicas: 3 } };
    await file.set(["alerting"], alerting);
    await file.deploy();

    lab.log("dev's agent is stopped");
    await whileStopped(lab, agentOf("dev"), async () => {
      await checkRouting(lab);
      await checkKilled(lab);
      await checkSilentEdge(lab);
    });
    await checkEnd(lab);
  },
};

interface Drill {
  readonly labels: Labels;
  readonly receiver: Receiver;
}

function drill(receiver: Receiver, labels: Labels): Drill {
  return { receiver, labels: { alertname: `Drill-${randomUUID()}`, ...labels } };
}

async function checkRouting(lab: ScenarioContext): Promise<void> {
  const drills = [
    drill("dev-team", { tenant_id: "dev", cluster: "stg", severity: "warning" }),
    drill("dev-team", { tenant_id: "dev", cluster: "stg", severity: "critical" }),
    drill("prd-team", { tenant_id: "prd", cluster: "prd", severity: "warning" }),
    drill("prd-on-call", { tenant_id: "prd", cluster: "prd", severity: "critical" }),
    drill("platform", { tenant_id: "stg", cluster: "stg", severity: "critical" }),
    drill("platform", { severity: "warning" }),
  ];
  await postAlerts(lab, labelsOf(drills));
  await checkTold(lab, "alerts of each tenant and severity", drills);
}

async function checkKilled(lab: ScenarioContext): Promise<void> {
  const pod = ["pod", `${ALERTMANAGER.name}-1`, `--namespace=${HUB_NAMESPACE}`];
  await lab.kubectl("ops", ["delete", ...pod, "--force", "--grace-period=0", "--wait=false"]);
  const drills = Array.from({ length: 10 }, () => drill("platform", { severity: "critical" }));
  const taken = await postAlerts(lab, labelsOf(drills));
  lab.log(`${taken} of 3 Alertmanagers have taken them`);
  await checkTold(lab, "ten alerts while one of three Alertmanagers is killed", drills);
  await lab.kubectl("ops", ["wait", ...pod, "--for=condition=Ready", "--timeout=120s"]);
  await checkTold(lab, "the same once it is back", drills);
}

/** Exactly once, by the receiver that should be told, and by no other. */
async function checkTold(
  lab: ScenarioContext,
  what: string,
  drills: readonly Drill[],
): Promise<void> {
  const told = async () => ofDrills(await received(), drills);
  const started = Date.now();
  while ((await told()).length < drills.length && Date.now() - started < toldSeconds * 1000)
    await pause(1000, undefined, { signal: lab.signal });
  const seconds = Math.round((Date.now() - started) / 1000);
  // Whoever tells it again does so after the others have waited for it.
  await pause(40_000, undefined, { signal: lab.signal });
  const wanted = drills.map(({ receiver, labels }) => `${labels["alertname"]} ${receiver}`).sort();
  const seen = await told();
  lab.check(
    `${what}: each is told once, to the receiver that the routes name`,
    isDeepStrictEqual(seen, wanted),
    `${seen.length} of ${wanted.length} after ${seconds} s`,
  );
}

function ofDrills(all: readonly Received[], drills: readonly Drill[]): string[] {
  const names = new Set(drills.map(({ labels }) => labels["alertname"]));
  return all
    .filter(({ labels, status }) => status === "firing" && names.has(labels["alertname"]))
    .map(({ labels, receiver }) => `${labels["alertname"]} ${receiver}`)
    .sort();
}

async function checkSilentEdge(lab: ScenarioContext): Promise<void> {
  const watch = new AlertWatch(lab, await openHub(lab));
  const fires = () => watch.stateOf("EdgeSilent dev") === "firing";
  const seconds = await watch.until("EdgeSilent dev fires", firingSeconds, fires);
  const fired = Date.now();
  lab.log(`EdgeSilent dev fires after ${seconds} s`);
  const first = await firstOf(lab, toldSeconds, "firing");
  lab.check(
    "a silent edge is told to its tenant's receiver, within a minute after its `for`",
    first?.receiver === "dev-team" && first.labels["cluster"] === "dev",
    first ? `${Math.round((first.at - fired) / 1000)} s, ${first.receiver}` : "not told",
  );

  const muted = drill("dev-team", { tenant_id: "dev", cluster: "dev", severity: "warning" });
  const heard = drill("platform", { tenant_id: "stg", cluster: "stg", severity: "warning" });
  await postAlerts(lab, labelsOf([muted, heard]));
  await checkTold(lab, "an alert of another cluster while an edge is silent", [heard]);
  const told = ofDrills(await received(), [muted]);
  lab.check("alerts of the silent edge's cluster are muted", told.length === 0, told.join());
}

async function checkEnd(lab: ScenarioContext): Promise<void> {
  const started = Date.now();
  const last = await firstOf(lab, resolvedSeconds, "resolved");
  lab.check(
    "its end is told, to the same receiver",
    last?.receiver === "dev-team",
    last ? `${Math.round((last.at - started) / 1000)} s after the agent was back` : "not told",
  );
  const silent = (await received()).filter(isSilent);
  const others = silent.filter(
    ({ receiver, labels }) => receiver !== "dev-team" || labels["cluster"] !== "dev",
  );
  lab.check("no other receiver was told of it", others.length === 0, `${silent.length} in all`);
}

async function firstOf(
  lab: ScenarioContext,
  seconds: number,
  status: Received["status"],
): Promise<Received | undefined> {
  const started = Date.now();
  for (;;) {
    const found = (await received()).find((each) => isSilent(each) && each.status === status);
    if (found || Date.now() - started > seconds * 1000) return found;
    await pause(1000, undefined, { signal: lab.signal });
  }
}

function isSilent({ labels }: Received): boolean {
  return labels["alertname"] === "EdgeSilent";
}

function labelsOf(drills: readonly Drill[]): Labels[] {
  return drills.map(({ labels }) => labels);
}
