import { TRACE_METRICS } from "@heliograph/heliograph/model";
import { forgetInventory } from "./alerts/hub-maps.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { SIMULATED_ON, simulateGpus } from "./dashboards/simulated.js";
import { EMITTER, type Emission, serviceName } from "./emitter/emission.js";
import { newEmission, startEmitter } from "./emitter/pod.js";
import {
  breakPipeline,
  breakStore,
  COMPACTOR_INCIDENT,
  compactorsFail,
  PIPELINE_INCIDENTS,
  STORE_INCIDENTS,
} from "./incidents/pipeline.js";
import { bringRules, OWN_RULES_INCIDENTS } from "./incidents/own-rules.js";
import { RulerWatch } from "./incidents/ruler-watch.js";
import {
  checkEnds,
  checkReceivers,
  checkTold,
  type Incident,
  RECEIVERS,
  ROUTES,
} from "./incidents/told.js";
import { NAMESPACE, namespace, THRESHOLDS, WORKLOAD_CAUSES } from "./incidents/workloads.js";
import { webhooks } from "./notifications/receivers.js";
import { startSink } from "./notifications/sink.js";
import { closeProbeHost, openProbeHost } from "./probe/host.js";
import { HubFile } from "./support/hub-file.js";
import { openHub } from "./support/hub.js";

const MINUTE = 60;
/** The longest `for`, and what lies before it: scrapes, an evaluation a minute late, start-ups. */
const FIRING_SECONDS = 25 * MINUTE;

/** A call each second, of which every other one fails and all are slow. */
const CALLS = { everyMilliseconds: 1000, errorEach: 2, spanMilliseconds: 2000, keep: false };

const BUSY_GPUS = `count(cluster:gpu_used:ratio{cluster="${SIMULATED_ON}"})`;

/** What is wrong anywhere is told to whoever the tree names, and so is its end. */
export const incidents: Scenario = {
  name: "incidents",
  summary:
    "what is wrong with pods, jobs, volumes, services, SLOs, log lines, rules, collectors, the " +
    "store and the hub is told to the receiver that the tree names, within a minute after each " +
    "`for`",
  needs: "deployment",
  async run(lab) {
    lab.onCleanup("the receiver is gone", closeProbeHost);
    await openProbeHost();
    await startSink(lab.signal);
    await simulateGpus(lab);
    const emission = newEmission({ ...CALLS, count: FIRING_SECONDS });
    await deployRules(lab, emission);

    const watch = await RulerWatch.open(await openHub(lab), ["dev", "stg", "prd", "ops"]);
    await lab.apply("dev", [namespace, ...WORKLOAD_CAUSES.flatMap(({ objects }) => objects)]);
    await lab.apply("stg", [namespace, ...failing.objects]);
    await startEmitter(lab, "dev", { ...emission, from: Date.now() + 30_000 });
    const repairPipeline = await breakPipeline(lab, [BUSY_GPUS]);
    const all = [...workloadIncidents(emission), ...OWN_RULES_INCIDENTS, ...PIPELINE_INCIDENTS];
    lab.log(`${all.length} things are wrong`);

    const told = await checkTold(lab, watch, all, FIRING_SECONDS);
    lab.log("repairing all of it");
    await repairPipeline();
    await repairWorkloads(lab, emission);
    await checkEnds(lab, told);
    await checkStoreAndInventory(lab, watch);
    await checkReceivers(lab);
  },
};

const failing = WORKLOAD_CAUSES.find(({ alert }) => alert === "JobFailed")!;

function workloadIncidents(emission: Emission): Incident[] {
  const [service, dev] = [serviceName(emission, "back"), { edge: "dev" } as const];
  const [team, onCall] = ["dev-team", "dev-on-call"] as const;
  const of = { service_name: service };
  return [
    ...WORKLOAD_CAUSES.map((cause) => ({
      ...cause,
      ...dev,
      about: { ...cause.about, ...(!cause.ofCluster && { namespace: NAMESPACE }) },
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
      stays: true,
    },
    {
      what: "an error budget is used up before its window ends",
      alert: "ErrorBudgetBurnsSlowly",
      about: { slo: "lax" },
      forSeconds: 0,
      receiver: team,
      stays: true,
    },
    {
      what: "the events of an SLO are not there",
      alert: "SliMissing",
      about: { slo: "missing" },
      forSeconds: 10 * MINUTE,
      receiver: team,
      stays: true,
    },
    {
      what: "there are lines of a pattern",
      alert: "LogPatternFound",
      about: { pattern: "drill", app: EMITTER },
      forSeconds: 0,
      receiver: team,
      ...dev,
    },
    {
      what: "a workload logs more errors than before",
      alert: "LogErrorsRising",
      about: { app: EMITTER },
      forSeconds: 5 * MINUTE,
      receiver: team,
      ...dev,
    },
    {
      what: "the GPUs of a cluster are busy",
      alert: "MultiClusterGPUHigh",
      about: {},
      forSeconds: 10 * MINUTE,
      receiver: "platform",
      edge: SIMULATED_ON,
      // The exporter stays until the end of the scenario.
      stays: true,
    },
  ];
}

async function deployRules(lab: ScenarioContext, emission: Emission): Promise<void> {
  const file = await HubFile.open(lab);
  const receivers = await webhooks(lab, RECEIVERS);
  await file.set(["alerting"], { receivers, routes: ROUTES });
  const tenants = { dev: { thresholds: THRESHOLDS } };
  const folders = await bringRules(lab);
  const drift = [{ environment: "dev", with: "prd" }];
  await file.set(["rules"], { thresholds: { clusterGpuRatio: 0.5 }, drift, tenants, folders });
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

async function repairWorkloads(lab: ScenarioContext, { run }: Emission): Promise<void> {
  for (const edge of ["dev", "stg"] as const)
    await lab.kubectl(edge, ["delete", "namespace", NAMESPACE, "--wait=false"]);
  const emitter = [`pod/${EMITTER}-${run}`, "--namespace=default", "--wait=false"];
  await lab.kubectl("dev", ["delete", ...emitter]);
}

/** By themselves: other alerts ask for the inventory, or look back into a block. */
async function checkStoreAndInventory(lab: ScenarioContext, watch: RulerWatch): Promise<void> {
  const forgotten: Incident = {
    what: "the inventory is not there",
    alert: "InventoryMissing",
    about: {},
    forSeconds: 5 * MINUTE,
    receiver: "platform",
  };
  const all = [forgotten, ...STORE_INCIDENTS];
  lab.log("the inventory is forgotten, and the object store refuses connections");
  const repairs = [await forgetInventory(lab), await breakStore(lab)];
  const told = await checkTold(lab, watch, all, FIRING_SECONDS);
  await compactorsFail(lab);
  lab.log("repairing both");
  await Promise.all(repairs.map((repair) => repair()));
  await checkTold(lab, watch, [COMPACTOR_INCIDENT], FIRING_SECONDS);
  await checkEnds(lab, told);
}
