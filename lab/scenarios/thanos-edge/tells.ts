import { setTimeout as pause } from "node:timers/promises";
import {
  ALERTMANAGER,
  HUB_NAMESPACE,
  NODE_NAMESPACE,
  OTEL_AGENT,
} from "@heliograph/heliograph/model";
import type { ClusterName } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { received, sinkUrl, startSink } from "../notifications/sink.js";
import type { Received } from "../notifications/sink-server.js";
import { closeProbeHost, openProbeHost } from "../probe/host.js";
import { cell } from "../support/hub.js";
import { gateway, mimirOf, whileStopped, type Workload } from "../support/workloads.js";

/** Of the edges that keep their metrics, and of all else: no secret of this is at an edge. */
const [OWN, OTHERS] = ["edges", "platform"];

/** Its window, its `for` of five minutes, and what a busy machine adds. */
const firingSeconds = 720;
/** Longer than the second of two Alertmanagers waits for the first, and a repetition. */
const onceMoreSeconds = 60;

const hubAlertmanager: Workload = {
  cluster: "ops",
  namespace: HUB_NAMESPACE,
  object: `statefulset/${ALERTMANAGER.name}`,
  replicas: 1,
};

/** Who is told, as the hub's stack file has it. `tenants`: those of the edges. */
export function alertingOf(tenants: readonly string[]): object {
  return {
    receivers: { [OWN]: { webhook: {} }, [OTHERS]: { webhook: {} } },
    routes: [{ tenants, receiver: OWN }, { receiver: OTHERS }],
  };
}

export async function openReceivers(lab: ScenarioContext): Promise<void> {
  lab.onCleanup("the receiver is gone", closeProbeHost);
  await openProbeHost();
  await startSink(lab.signal);
  await setReceiver(lab, "ops", OWN);
  await setReceiver(lab, "ops", OTHERS);
}

/** An edge needs the secret of the one receiver that its alerts can reach. */
export async function setOwnReceiver(lab: ScenarioContext, stack: string): Promise<void> {
  await setReceiver(lab, stack, OWN);
}

async function setReceiver(lab: ScenarioContext, stack: string, receiver: string): Promise<void> {
  const key = `heliograph:secrets.receivers["${receiver}"].webhook`;
  const set = ["config", "set", "--secret", "--path", key, sinkUrl(receiver), "--stack", stack];
  const { code, stderr } = await lab.pulumi(set);
  if (code !== 0) throw new Error(stderr);
}

/**
 * Gateway, store and Alertmanager of the hub are stopped. The collector of an edge is given an
 * image that is nowhere, so that it does not answer.
 */
export async function checkTellsWithoutHub(lab: ScenarioContext, edge: ClusterName): Promise<void> {
  const collector = `daemonset/${OTEL_AGENT.name}`;
  const inNodes = `--namespace=${NODE_NAMESPACE}`;
  await whileStopped(lab, gateway, () =>
    whileStopped(lab, hubAlertmanager, () =>
      whileStopped(lab, mimirOf(cell), async () => {
        let broken = true;
        const undo = async () => {
          if (!broken) return;
          await lab.kubectl(edge, ["rollout", "undo", collector, inNodes]);
          await lab.kubectl(edge, ["rollout", "status", collector, inNodes, "--timeout=180s"]);
          broken = false;
        };
        lab.onCleanup(`${collector} of ${edge} runs`, undo);
        await lab.kubectl(edge, ["set", "image", collector, "*=not-there:0", inNodes]);
        lab.log(`the hub is away, and ${collector} of ${edge} does not run`);

        const start = Date.now();
        while ((await toldOf(edge)).length === 0 && Date.now() - start < firingSeconds * 1000)
          await pause(1000, undefined, { signal: lab.signal });
        const seconds = Math.round((Date.now() - start) / 1000);
        await pause(onceMoreSeconds * 1000, undefined, { signal: lab.signal });
        const told = await toldOf(edge);
        lab.check(
          `hub away: ${edge} tells by itself, once, the receiver of the hub's routes`,
          told.length === 1 && told[0]?.receiver === OWN,
          `${told.map(({ receiver }) => receiver).join(", ") || "nobody"} after ${seconds} s`,
        );
        lab.check(
          "the alert has the labels of its edge, and none that tells its two Prometheus apart",
          told[0]?.labels["tenant_id"] === edge &&
            told[0]?.labels["environment"] === edge &&
            told[0]?.labels["prometheus_replica"] === undefined,
          JSON.stringify(told[0]?.labels),
        );
        await undo();
      }),
    ),
  );
}

async function toldOf(edge: string): Promise<Received[]> {
  return (await received()).filter(
    ({ status, labels }) =>
      status === "firing" &&
      labels["alertname"] === "CollectorUnhealthy" &&
      labels["cluster"] === edge,
  );
}
