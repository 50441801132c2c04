import { setTimeout as pause } from "node:timers/promises";
import { GATEWAY } from "@heliograph/heliograph/model";
import type { Scenario, ScenarioContext } from "./context.js";
import { certificateWithDaysLeft, noticed, throttle } from "./alerts/hub-maps.js";
import { callsAnswered, listenerUrl, startListener } from "./alerts/listener.js";
import { AlertWatch } from "./alerts/watch.js";
import { HubFile } from "./support/hub-file.js";
import { cell, openHub } from "./support/hub.js";
import { agentOf, mimirOf, whileStopped } from "./support/workloads.js";

const callSeconds = 10;
/**
 * As shipped: windows and `for` of minutes, evaluation a minute late, and what a busy machine adds.
 */
const firingSeconds = 720;
const resolvedSeconds = 480;
const watchdog = "Watchdog";

interface Drill {
  readonly alert: string;
  readonly what: string;
  /** Breaks something; gives what mends it. */
  readonly begin: () => Promise<() => Promise<unknown>>;
}

/**
 * With windows and delays as shipped. All drills run side by side, so each alert is also seen to be
 * about its own edge alone.
 */
export const alerts: Scenario = {
  name: "alerts",
  summary:
    "alerts fire in drills and end with their reasons; the dead man's switch calls for as long as metrics arrive",
  needs: "deployment",
  async run(lab) {
    const file = await HubFile.open(lab);
    const watch = new AlertWatch(lab, await openHub(lab));
    const quiet = await watch.until(
      "nothing but the watchdog fires",
      300,
      () => watch.firing.join() === watchdog,
    );
    lab.check("before anything is broken, the watchdog alone fires", true, `after ${quiet} s`);

    await startListener(lab);
    await setSwitch(lab, file);
    await runDrills(lab, watch, drills(lab, file));
    await checkSwitch(lab);
  },
};

function drills(lab: ScenarioContext, file: HubFile): Drill[] {
  const revoke = async (revoked: true | undefined) => {
    await file.set(["edges", "stg", "revoked"], revoked);
    await file.deploy();
    await noticed(lab, `app.kubernetes.io/name=${GATEWAY.name}`);
  };
  return [
    {
      alert: "GatewayRefusing stg",
      what: "stg is revoked",
      async begin() {
        await revoke(true);
        return () => revoke(undefined);
      },
    },
    { alert: "EdgeSilent dev", what: "dev's agent is stopped", begin: () => stopped(lab) },
    {
      alert: "RemoteWriteBehind prd",
      what: "prd's queue fills",
      begin: () => throttle(lab, "prd"),
    },
    {
      alert: "CertificateExpiring drill",
      what: "a certificate has 10 days left",
      begin: () => certificateWithDaysLeft(lab, "drill", 10),
    },
  ];
}

/** The agent stays away until it is told to come back. */
async function stopped(lab: ScenarioContext): Promise<() => Promise<unknown>> {
  let comeBack = () => {};
  const wanted = new Promise<void>((resolve) => (comeBack = resolve));
  await new Promise<void>((gone, failed) => {
    const away = whileStopped(lab, agentOf("dev"), () => (gone(), wanted));
    away.catch(failed);
  });
  return async () => comeBack();
}

async function runDrills(
  lab: ScenarioContext,
  watch: AlertWatch,
  all: readonly Drill[],
): Promise<void> {
  const mends: (() => Promise<unknown>)[] = [];
  // One after the other: an update of the hub writes what the others change by hand.
  for (const { what, begin } of all) {
    lab.log(what);
    mends.push(await begin());
  }
  await Promise.all(
    all.map(async ({ alert, what }) => {
      const pending = await watch.until(
        `${alert} is pending`,
        firingSeconds,
        () => watch.stateOf(alert) !== undefined,
      );
      const firing = await watch.until(
        `${alert} fires`,
        firingSeconds,
        () => watch.stateOf(alert) === "firing",
      );
      lab.check(
        `${what}: ${alert} fires`,
        true,
        `pending after ${pending} s, firing ${firing} s later`,
      );
    }),
  );
  lab.log("mending all of it");
  for (const mend of [...mends].reverse()) await mend();
  await Promise.all(
    all.map(async ({ alert }) => {
      const resolved = await watch.until(
        `${alert} ends`,
        resolvedSeconds,
        () => watch.stateOf(alert) === undefined,
      );
      lab.check(`${alert} ends with its reason`, true, `after ${resolved} s`);
    }),
  );
  const wanted = [watchdog, ...all.map(({ alert }) => alert)];
  const others = [...watch.fired].filter((alert) => !wanted.includes(alert));
  lab.check(
    "nothing else has fired meanwhile",
    others.length === 0,
    others.join(", ") || "no false alarm",
  );
}

async function setSwitch(lab: ScenarioContext, file: HubFile): Promise<void> {
  const key = "heliograph:secrets.deadMansSwitch.url";
  const set = await lab.pulumi([
    "config",
    "set",
    "--secret",
    "--path",
    key,
    listenerUrl,
    "--stack",
    "ops",
  ]);
  if (set.code !== 0) throw new Error(set.stderr);
  await file.set(["alerting"], { deadMansSwitch: { everySeconds: callSeconds } });
}

async function checkSwitch(lab: ScenarioContext): Promise<void> {
  const during = await callsAnswered(lab);
  lab.check("the dead man's switch has called all the time", during > 10, `${during} calls`);
  await whileStopped(lab, mimirOf(cell), async () => {
    // What was on its way has arrived.
    await pause(2 * callSeconds * 1000, undefined, { signal: lab.signal });
    const before = await callsAnswered(lab);
    await pause(4 * callSeconds * 1000, undefined, { signal: lab.signal });
    const after = await callsAnswered(lab);
    lab.check(
      "it is silent while Mimir is away",
      after === before,
      `${after - before} calls in ${4 * callSeconds} s`,
    );
  });
  const back = await callsAnswered(lab);
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  while ((await callsAnswered(lab)) === back && seconds() < 180)
    await pause(2000, undefined, { signal: lab.signal });
  lab.check(
    "it calls again once Mimir is back",
    (await callsAnswered(lab)) > back,
    `after ${seconds()} s`,
  );
}
