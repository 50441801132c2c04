import { setTimeout as pause } from "node:timers/promises";
import {
  ALERTMANAGER,
  ALERTMANAGER_PORT,
  HUB_NAMESPACE,
  type Labels,
} from "@heliograph/heliograph/model";
import { configurationOf } from "../../../src/cli/alerts/receivers";
import { Alertmanager, type FiringAlert } from "../../../src/cli/cluster/alertmanager";
import { Directory, type Answer } from "../../../src/cli/commands/who/who";
import { chooseHub } from "../../../src/cli/hub";
import { openProject } from "../../../src/cli/project";
import type { ScenarioContext } from "../context.js";
import { openCluster } from "../support/hub.js";
import { agreementOf, toldBy } from "./agreement.js";
import { DRILL, randomLabels } from "./label-sets.js";
import { postAlerts } from "./post.js";
import { received } from "./sink.js";

const COUNT = 200;
/** The same sets in every run: one that differs can be looked at. */
const SEED = 16;
/** Of these sets, as many are asked through the command as well, a process for each. */
const BY_COMMAND = 3;

/** `group_wait`, and what three Alertmanagers wait for each other: 15 s for each before it. */
const toldSeconds = 60;
/** Whoever tells it again does so after the others have waited for it. */
const againSeconds = 40;

/**
 * `who` says of random alerts what the running Alertmanagers do with them, while all of them fire.
 * In the end none does.
 *
 * @param teams Values of the label `team` that routes know.
 */
export async function checkWho(lab: ScenarioContext, teams: readonly string[]): Promise<void> {
  const hub = chooseHub(openProject(lab.env["HELIOGRAPH_PROJECT"]), "ops");
  const directory = new Directory(hub.model, configurationOf(hub));
  const drawn = randomLabels(hub.model, { teams, count: COUNT, seed: SEED });
  const ask = (firing: readonly Labels[]) =>
    drawn.map((labels) => directory.ask({ labels, at: new Date(), firing }));
  // With the severities that alerts of ours have where none was drawn.
  const alerts = ask([]).map(({ labels }) => ({ labels }));
  lab.onCleanup("no drill fires", () => postAlerts(lab, alerts, 0));
  await postAlerts(lab, alerts);
  // What fires for real mutes drills as well.
  const answersNow = async () => {
    const shown = await shownAlerts(lab);
    return { shown, answers: ask(shown.map(({ labels }) => labels)) };
  };
  const calls = (await answersNow()).answers.flatMap(tellings).length;
  const started = Date.now();
  while ((await ofDrills("firing")).length < calls && Date.now() - started < toldSeconds * 1000)
    await pause(1000, undefined, { signal: lab.signal });
  await pause(againSeconds * 1000, undefined, { signal: lab.signal });
  const { shown, answers } = await answersNow();
  const { agreed, told, inhibited, differences } = agreementOf(answers, shown, await received());
  for (const difference of differences.slice(0, 10)) lab.log(difference);
  lab.check(
    `who agrees with the running Alertmanager on ${COUNT} random label sets`,
    agreed === COUNT && told > 0 && inhibited > 0,
    `${agreed} of ${COUNT}: ${told} told, in ${calls} calls, ${inhibited} inhibited`,
  );
  await checkCommand(lab, answers.slice(0, BY_COMMAND));
  await endDrills(lab, alerts);
}

async function shownAlerts(lab: ScenarioContext): Promise<FiringAlert[]> {
  const cluster = openCluster(lab, "ops");
  const endpoint = await cluster.service(HUB_NAMESPACE, ALERTMANAGER.name, ALERTMANAGER_PORT);
  return new Alertmanager(endpoint).alerts();
}

function tellings(answer: Answer): string[] {
  return toldBy(answer).split(", ").filter(Boolean);
}

/** `receiver drill`, for each drill that a receiver was told of. */
async function ofDrills(status: "firing" | "resolved"): Promise<string[]> {
  return (await received())
    .filter((each) => each.labels[DRILL] && each.status === status)
    .map(({ receiver, labels }) => `${receiver} ${labels[DRILL]}`);
}

/** What people type answers as the module does that was compared. */
async function checkCommand(lab: ScenarioContext, answers: readonly Answer[]): Promise<void> {
  for (const { labels, notifications } of answers) {
    const typed = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const { code, stdout, stderr } = await lab.heliograph(["who", ...typed, "--json"]);
    const said = code === 0 ? (JSON.parse(stdout) as Answer).notifications : [];
    const receivers = (all: Answer["notifications"]) => all.map(({ receiver }) => receiver).join();
    lab.check(
      `npm run who -- ${typed.join(" ")}`,
      receivers(said) === receivers(notifications),
      code === 0 ? receivers(said) : stderr,
    );
  }
}

/** Later steps find neither an alert that mutes theirs nor a group that waits. */
async function endDrills(
  lab: ScenarioContext,
  alerts: readonly { readonly labels: Labels }[],
): Promise<void> {
  await postAlerts(lab, alerts, 0);
  const told = await ofDrills("firing");
  const open = async () => {
    // Among them may be some that were inhibited, and so never told.
    const ended = await ofDrills("resolved");
    return told.filter((each) => !ended.includes(each));
  };
  const started = Date.now();
  while ((await open()).length > 0 && Date.now() - started < toldSeconds * 1000)
    await pause(1000, undefined, { signal: lab.signal });
  const left = (await open()).length;
  lab.check("the end of each that was told is told", left === 0, `${left} of ${told.length} open`);
}
