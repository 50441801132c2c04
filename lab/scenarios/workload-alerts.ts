import { setTimeout as pause } from "node:timers/promises";
import { TRACE_METRICS } from "@heliograph/heliograph/model";
import type { ClusterName } from "../clusters/topology.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { EMITTER, type Emission, serviceName } from "./emitter/emission.js";
import { newEmission, startEmitter } from "./emitter/pod.js";
import { webhooks } from "./notifications/receivers.js";
import { received, startSink } from "./notifications/sink.js";
import type { Received } from "./notifications/sink-server.js";
import { closeProbeHost, openProbeHost } from "./probe/host.js";
import { HubFile } from "./support/hub-file.js";
import { openHub } from "./support/hub.js";
import { CAUSES, NAMESPACE, namespace, THRESHOLDS, type Told } from "./workload-alerts/causes.js";
import { has, RulerWatch } from "./workload-alerts/ruler-watch.js";

const RECEIVERS = ["dev-team", "dev-on-call", "stg-team", "platform"] as const;
type Receiver = (typeof RECEIVERS)[number];

/** Shorter than shipped, so that the end of an alert is told soon. */
const groupInterval = "30s";
const ROUTES = [
  {
    tenants: ["dev"],
    receiver: "dev-team",
    groupInterval,
    routes: [{ severities: ["critical"], receiver: "dev-on-call" }],
  },
  { tenants: ["stg"], receiver: "stg-team", groupInterval },
  { receiver: "platform", groupInterval },
];

/** Whose alert it is, by the labels that the tree looks at. */
function receiverOf({ tenant_id, severity }: Received["labels"]): Receiver {
  if (tenant_id === "dev") return severity === "critical" ? "dev-on-call" : "dev-team";
  return tenant_id === "stg" ? "stg-team" : "platform";
}

/** From an alert that has been active for its `for` to the call of the receiver. */
const TOLD_SECONDS = 60;
/** The longest `for`, and what lies before it: scrapes, an evaluation a minute late, start-ups. */
const FIRING_SECONDS = 25 * 60;
/** Rates and memories of five minutes have to run out. */
const RESOLVED_SECONDS = 12 * 60;
const MINUTE = 60;

/** A call each second, of which every other one fails and all are slow. */
const CALLS = { everyMilliseconds: 1000, errorEach: 2, spanMilliseconds: 2000, keep: false };

interface Expected extends Told {
  readonly edge: ClusterName;
  readonly receiver: Receiver;
  /** It looks back for hours, and so is still there at the end. */
  readonly stays?: boolean;
}

/** What is wrong on a cluster is told to whoever the tree names, and so is its end. */
export const workloadAlerts: Scenario = {
  name: "workload-alerts",
  summary:
    "what is wrong with pods, jobs, volumes, services, SLOs and log lines of a cluster is told " +
    "to its tenant's receivers, within a minute after each `for`",
  needs: "deployment",
  async run(lab) {
    lab.onCleanup("the receiver is gone", closeProbeHost);
    await openProbeHost();
    await startSink(lab.signal);
    const emission = newEmission({ ...CALLS, count: FIRING_SECONDS });
    await deployRules(lab, emission);

    const watch = await RulerWatch.open(await openHub(lab), ["dev", "stg"]);
    const caused = Date.now();
    await lab.apply("dev", [namespace, ...CAUSES.flatMap(({ objects }) => objects)]);
    await lab.apply("stg", [namespace, ...failing.objects]);
    await startEmitter(lab, "dev", { ...emission, from: Date.now() + 30_000 });
    const all = expectedOf(emission);
    lab.log(`${all.length} things are wrong in dev and stg`);

    await checkTold(lab, watch, all, caused);
    await repair(lab, emission);
    await checkEnds(lab, all);
    await checkReceivers(lab);
  },
};

const failing = CAUSES.find(({ alert }) => alert === "JobFailed")!;

function expectedOf(emission: Emission): Expected[] {
  const [service, dev] = [serviceName(emission, "back"), { edge: "dev" } as const];
  const [team, onCall] = ["dev-team", "dev-on-call"] as const;
  const of = { service_name: service };
  return [
    ...CAUSES.map((cause) => ({
      ...cause,
      ...dev,
      about: { ...cause.about, namespace: NAMESPACE },
      receiver: team,
    })),
    { ...failing, edge: "stg", receiver: "stg-team" },
    {
      what: "half of the calls to a service fail",
      alert: "ServiceErrors",
      about: of,
      forSeconds: 5 * MINUTE,
      receiver: onCall,
      ...dev,
    },
    {
      what: "calls to a service take two seconds",
      alert: "ServiceSlow",
      about: of,
      forSeconds: 10 * MINUTE,
      receiver: team,
      ...dev,
    },
    {
      what: "an error budget is used up within days",
      alert: "ErrorBudgetBurnsFast",
      about: { slo: "strict" },
      forSeconds: 0,
      receiver: onCall,
      ...dev,
    },
    {
      what: "an error budget is used up before its window ends",
      alert: "ErrorBudgetBurnsSlowly",
      about: { slo: "lax" },
      forSeconds: 0,
      receiver: team,
      stays: true,
      ...dev,
    },
    {
      what: "the events of an SLO are not there",
      alert: "SliMissing",
      about: { slo: "missing" },
      forSeconds: 10 * MINUTE,
      receiver: team,
      stays: true,
      ...dev,
    },
    {
      what: "there are lines of a pattern",
      alert: "LogPatternFound",
      about: { pattern: "drill", app: EMITTER },
      forSeconds: 0,
      receiver: team,
      ...dev,
    },
  ];
}

async function deployRules(lab: ScenarioContext, emission: Emission): Promise<void> {
  const file = await HubFile.open(lab);
  const receivers = await webhooks(lab, RECEIVERS);
  await file.set(["alerting"], { receivers, routes: ROUTES });
  await file.set(["rules"], { tenants: { dev: { thresholds: THRESHOLDS } } });
  await file.set(["slos"], slosOf(emission));
  const query = `{app="${EMITTER}"} |= "${emission.run}"`;
  await file.set(["tenants", "dev", "logAlerts"], { patterns: { drill: { query, lines: 10 } } });
  await file.deploy();
}

/** Half of the calls fail: 50 times what the first one allows, and 5 times what the second does. */
function slosOf(emission: Emission): object {
  const calls = (service: string, matchers = "") =>
    `rate(${TRACE_METRICS.calls}{service_name="${service}"${matchers}}[$window])`;
  const slo = (objective: number, service: string) => ({
    tenant: "dev",
    objective,
    window: "7d",
    good: calls(service, ',status_code!="STATUS_CODE_ERROR"'),
    total: calls(service),
  });
  const service = serviceName(emission, "back");
  return { strict: slo(99, service), lax: slo(90, service), missing: slo(99, "nowhere") };
}

async function checkTold(
  lab: ScenarioContext,
  watch: RulerWatch,
  all: readonly Expected[],
  caused: number,
): Promise<void> {
  const waiting = new Set(all);
  while (waiting.size > 0 && Date.now() - caused < FIRING_SECONDS * 1000) {
    await watch.look();
    const calls = await received();
    for (const each of waiting) {
      const call = calls.find(is(each, "firing"));
      if (!call) continue;
      waiting.delete(each);
      checkCall(lab, each, call, { caused, active: watch.activeSince(labelsOf(each)) });
    }
    await pause(5000, undefined, { signal: lab.signal });
  }
  for (const each of waiting) {
    const active = watch.activeSince(labelsOf(each));
    const detail = active === undefined ? "never active" : "active, and not told";
    lab.check(`${each.what}: ${each.alert} is told`, false, detail);
  }
}

function checkCall(
  lab: ScenarioContext,
  { what, alert, forSeconds, receiver }: Expected,
  call: Received,
  { caused, active }: { caused: number; active: number | undefined },
): void {
  const seconds = (milliseconds: number) => Math.round(milliseconds / 1000);
  const after = active === undefined ? NaN : (call.at - active) / 1000 - forSeconds;
  lab.check(
    `${what}: ${alert} is told to ${receiver}`,
    call.receiver === receiver && after < TOLD_SECONDS,
    `${call.receiver}, ${Math.round(after)} s after its \`for\` of ${forSeconds} s, ` +
      `${seconds(call.at - caused)} s after all was caused`,
  );
}

async function repair(lab: ScenarioContext, { run }: Emission): Promise<void> {
  lab.log("repairing all of it");
  for (const edge of ["dev", "stg"] as const)
    await lab.kubectl(edge, ["delete", "namespace", NAMESPACE, "--wait=false"]);
  const emitter = [`pod/${EMITTER}-${run}`, "--namespace=default", "--wait=false"];
  await lab.kubectl("dev", ["delete", ...emitter]);
}

async function checkEnds(lab: ScenarioContext, all: readonly Expected[]): Promise<void> {
  const repaired = Date.now();
  const ending = all.filter(({ stays }) => !stays);
  const open = async () => {
    const calls = await received();
    return ending.filter((each) => !calls.some(is(each, "resolved")));
  };
  let left = await open();
  while (left.length > 0 && Date.now() - repaired < RESOLVED_SECONDS * 1000) {
    await pause(5000, undefined, { signal: lab.signal });
    left = await open();
  }
  lab.check(
    "the end of each is told, to the same receiver",
    left.length === 0,
    left.map(({ alert }) => alert).join(", ") ||
      `${ending.length} after ${Math.round((Date.now() - repaired) / 1000)} s`,
  );
}

/** Whatever else fires in the lab meanwhile. */
async function checkReceivers(lab: ScenarioContext): Promise<void> {
  const calls = await received();
  const wrong = calls.filter(({ receiver, labels }) => receiver !== receiverOf(labels));
  lab.check(
    "no receiver was told of what another one is for",
    wrong.length === 0,
    wrong.map(({ receiver, labels }) => `${receiver}: ${labels["alertname"]}`).join(", ") ||
      `${calls.length} alerts in calls to ${new Set(calls.map(({ receiver }) => receiver)).size}`,
  );
}

function labelsOf({ alert, about, edge }: Expected): Record<string, string> {
  // SLOs are of a tenant, whatever its clusters are.
  const whose: Record<string, string> = "slo" in about ? {} : { cluster: edge };
  return { alertname: alert, ...about, ...whose };
}

function is(expected: Expected, status: Received["status"]): (call: Received) => boolean {
  const { receiver } = expected;
  const ends = status === "resolved";
  return (call) =>
    call.status === status &&
    has(call.labels, labelsOf(expected)) &&
    (!ends || call.receiver === receiver);
}
