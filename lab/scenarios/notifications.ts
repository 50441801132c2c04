import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import {
  ALERTMANAGER,
  ALERTMANAGER_PORT,
  HUB_NAMESPACE,
  type Labels,
  TEST_ALERT,
} from "@heliograph/heliograph/model";
import type { Report } from "../../src/cli/commands/verify/report";
import type { Scenario, ScenarioContext } from "./context.js";
import { AlertWatch } from "./alerts/watch.js";
import { DRILL } from "./notifications/label-sets.js";
import { postAlerts } from "./notifications/post.js";
import { setReceiverSecret, webhooks } from "./notifications/receivers.js";
import { type MailSink, received, startSink } from "./notifications/sink.js";
import type { Received } from "./notifications/sink-server.js";
import { checkWho } from "./notifications/who.js";
import { closeProbeHost, openProbeHost } from "./probe/host.js";
import { HubFile } from "./support/hub-file.js";
import { openHub } from "./support/hub.js";
import { agentOf, whileStopped } from "./support/workloads.js";

/** Each alert here has a receiver that has to be told, and others that may not be. */
const WEBHOOKS = ["dev-team", "prd-on-call", "prd-team", "platform", "tests"] as const;
/** Gets mail. */
const BY_MAIL = "web-team";
type Receiver = (typeof WEBHOOKS)[number] | typeof BY_MAIL;

/** Shorter than shipped, so that the end of an alert is told soon. */
const groupInterval = "30s";
/** At no time of this scenario. */
const TIME_INTERVALS = { "long-ago": [{ years: ["2020"] }] };
const ROUTES = [
  { teams: ["night"], receiver: "platform", groupInterval, activeTimeIntervals: ["long-ago"] },
  { tenants: ["dev"], receiver: "dev-team", groupInterval },
  {
    tenants: ["prd"],
    receiver: "prd-team",
    groupInterval,
    routes: [
      { severities: ["critical"], receiver: "prd-on-call" },
      { teams: ["web"], receiver: BY_MAIL },
    ],
  },
  { receiver: "platform", groupInterval },
];

/** `group_wait`, and what three Alertmanagers wait for each other: 15 s for each before it. */
const toldSeconds = 60;
/** As shipped: the window and `for` of EdgeSilent, evaluation a minute late, a busy machine. */
const firingSeconds = 720;
const resolvedSeconds = 480;

/** From an alert to the receiver that its tenant, environment and severity name. */
export const notifications: Scenario = {
  name: "notifications",
  summary:
    "alerts reach the receiver that the routes name and no other, once, by webhook or mail, also " +
    "when one of three Alertmanagers is killed; verify's test alerts reach nobody else; `who` says " +
    "of random alerts what happens to them; a silent edge mutes its cluster's other alerts",
  needs: "deployment",
  async run(lab) {
    lab.onCleanup("the receiver is gone", closeProbeHost);
    await openProbeHost();
    const mail = await startSink(lab.signal);
    const file = await HubFile.open(lab);
    await file.set(["alerting"], {
      receivers: await receiversOf(lab, mail),
      routes: ROUTES,
      timeIntervals: TIME_INTERVALS,
      testReceiver: "tests",
      alertmanager: { replicas: 3 },
    });
    await file.deploy();
    await checkVerify(lab);
    await checkWho(lab, ["web", "night"]);
    await checkMail(lab);

    lab.log("dev's agent is stopped");
    await whileStopped(lab, agentOf("dev"), async () => {
      await checkRouting(lab);
      await checkKilled(lab);
      await checkSilentEdge(lab);
    });
    await checkEnd(lab);
  },
};

async function receiversOf(lab: ScenarioContext, mail: MailSink): Promise<Record<string, object>> {
  await setReceiverSecret(lab, BY_MAIL, "email", mail.password);
  const email = mail.receiver(BY_MAIL);
  return { ...(await webhooks(lab, WEBHOOKS)), [BY_MAIL]: { email } };
}

/** `verify` sends an alert for each tenant to the receiver for tests, and to nobody else. */
async function checkVerify(lab: ScenarioContext): Promise<void> {
  const { stdout, stderr } = await lab.heliograph(["verify", "--json"]);
  const { hubs } = JSON.parse(stdout) as Report;
  const checks = hubs.flatMap((hub) => hub.checks);
  for (const name of ["alertmanager", "test alerts"]) {
    const found = checks.find((check) => check.name === name);
    lab.check(`verify: ${name}`, found?.status === "passed", found?.detail ?? stderr.slice(-300));
  }
  const tenants = hubs.flatMap((hub) => hub.tenants ?? []);
  const wanted = tenants.map((tenant) => `${tenant} tests`).sort();
  const told = (await received())
    .filter(({ labels, status }) => labels["alertname"] === TEST_ALERT && status === "firing")
    .map(({ labels, receiver }) => `${labels["tenant_id"]} ${receiver}`)
    .sort();
  lab.check(
    "each tenant's test alert is told once, to the receiver for tests and to no other",
    isDeepStrictEqual(told, wanted),
    told.join(", "),
  );
}

interface Drill {
  readonly labels: Labels;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly receiver: Receiver;
}

function drill(receiver: Receiver, labels: Labels): Drill {
  return { receiver, labels: { alertname: `Drill-${randomUUID()}`, ...labels } };
}

/** A mail server with a CA of its own gets one mail, as the templates write it. */
async function checkMail(lab: ScenarioContext): Promise<void> {
  const { labels } = drill(BY_MAIL, {
    tenant_id: "prd",
    cluster: "prd",
    severity: "warning",
    team: "web",
  });
  const annotations = {
    summary: "Pages are slow",
    description: "Half of them take more than 2 s.",
    runbook_url: "https://runbooks.heliograph.lab/#slow-pages",
    dashboard_url: "https://grafana.heliograph.lab/d/pages",
  };
  const sent: Drill = { receiver: BY_MAIL, labels, annotations };
  await postAlerts(lab, [sent]);
  await checkTold(lab, "an alert by mail", [sent]);
  const name = labels["alertname"] ?? "";
  const mail = (await received()).find((each) => each.labels["alertname"] === name)?.mail;
  const subject = `[FIRING:1] ${name} in prd (warning)`;
  lab.check("its subject says what and where", mail?.subject === subject, mail?.subject);
  const silence = `Silence: http://${ALERTMANAGER.name}.${HUB_NAMESPACE}.svc:${ALERTMANAGER_PORT}`;
  const lines = [
    annotations.summary,
    annotations.description,
    `Runbook: ${annotations.runbook_url}`,
    `Dashboard: ${annotations.dashboard_url}`,
    `${silence}/#/silences/new?filter=%7Balertname%3D%22${name}%22`,
  ];
  const lacking = lines.filter((line) => !mail?.text.includes(line));
  lab.check("it has links to runbook, dashboard and silence", lacking.length === 0, lacking.join());
}

async function checkRouting(lab: ScenarioContext): Promise<void> {
  const drills = [
    drill("dev-team", { tenant_id: "dev", cluster: "stg", severity: "warning" }),
    drill("dev-team", { tenant_id: "dev", cluster: "stg", severity: "critical" }),
    drill("prd-team", { tenant_id: "prd", cluster: "prd", severity: "warning" }),
    drill("prd-on-call", { tenant_id: "prd", cluster: "prd", severity: "critical" }),
    drill("platform", { tenant_id: "stg", cluster: "stg", severity: "critical" }),
    drill("platform", { severity: "warning" }),
    drill(BY_MAIL, { tenant_id: "prd", cluster: "prd", severity: "warning", team: "web" }),
  ];
  await postAlerts(lab, drills);
  await checkTold(lab, "alerts of each tenant and severity", drills);
}

async function checkKilled(lab: ScenarioContext): Promise<void> {
  const pod = ["pod", `${ALERTMANAGER.name}-1`, `--namespace=${HUB_NAMESPACE}`];
  await lab.kubectl("ops", ["delete", ...pod, "--force", "--grace-period=0", "--wait=false"]);
  const drills = Array.from({ length: 10 }, () => drill("platform", { severity: "critical" }));
  const taken = await postAlerts(lab, drills);
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
  await postAlerts(lab, [muted, heard]);
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

/** Told of the real one. */
function isSilent({ labels }: Received): boolean {
  return labels["alertname"] === "EdgeSilent" && labels[DRILL] === undefined;
}
