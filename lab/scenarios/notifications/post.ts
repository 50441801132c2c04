import {
  ALERTMANAGER,
  ALERTMANAGER_PORT,
  HUB_NAMESPACE,
  type Labels,
} from "@heliograph/heliograph/model";
import { clusterNamed } from "../../clusters/topology.js";
import { run } from "../../host/run.js";
import type { ScenarioContext } from "../context.js";

/** Runs where pods have addresses: posts what it is given to each, and counts who took it. */
const POSTS = `
  let alerts = "";
  process.stdin.on("data", (part) => (alerts += part));
  process.stdin.on("end", async () => {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: alerts };
    const answers = await Promise.allSettled(process.argv.slice(1).map((url) => fetch(url, post)));
    console.log(answers.filter(({ value }) => value?.ok).length);
  });`;

export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * As rulers do: to every Alertmanager. Gives the number of those that have taken the alerts.
 *
 * @param seconds How long they fire. With 0 they end now, if they have fired. Defaults to 600.
 */
export async function postAlerts(
  lab: ScenarioContext,
  alerts: readonly PostedAlert[],
  seconds = 600,
): Promise<number> {
  const pods = await lab.kubectl("ops", [
    "get",
    "pods",
    `--namespace=${HUB_NAMESPACE}`,
    `--selector=app.kubernetes.io/name=${ALERTMANAGER.name}`,
    "--output=jsonpath={.items[*].status.podIP}",
  ]);
  const urls = pods
    .split(" ")
    .filter(Boolean)
    .map((address) => `http://${address}:${ALERTMANAGER_PORT}/api/v2/alerts`);
  const endsAt = new Date(Date.now() + seconds * 1000).toISOString();
  const input = JSON.stringify(alerts.map((each) => ({ ...each, endsAt })));
  const program = [process.execPath, "-e", POSTS, ...urls];
  const inside = [`--net=/run/netns/${clusterNamed("ops").namespace}`, "--", ...program];
  return Number(await run("nsenter", inside, { input, signal: lab.signal }));
}
