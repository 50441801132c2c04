import {
  ALERTMANAGER,
  type Alertmanager,
  ALERTMANAGER_PORT,
  EDGE_NAMESPACE,
  HUB_NAMESPACE,
  runningAlertmanagerHash,
} from "@heliograph/heliograph/model";
import { Alertmanager as Client, type AlertmanagerStatus } from "../../../cluster/alertmanager";
import type { ClusterView } from "../../../cluster/cluster";
import { kubectl } from "../../../cluster/kubectl";
import { plural } from "../../../ui/text";
import { type Check, failed, type Outcome, passed, pending } from "../check";
import type { EdgeView } from "../edge";
import type { HubView } from "../hub";
import { intendedHash } from "./running-config";

type Alertmanagers = Pick<Alertmanager, "replicas">;

const NAME = "alertmanager";
const PROVES =
  "every Alertmanager is there, runs the routes and receivers that were deployed, " +
  "and knows the others, so that one of them tells";
const LOGS = "logs --all-containers --tail 20";

/** Those of the hub. */
export function alertmanagers({ replicas }: Alertmanagers): Check<HubView> {
  return {
    name: NAME,
    proves: PROVES,
    next: ({ cluster }) => kubectl(cluster, HUB_NAMESPACE, LOGS, ALERTMANAGER),
    run: ({ cluster }) => found(cluster, HUB_NAMESPACE, replicas),
  };
}

/** Those of an edge that tells its alerts by itself. */
export function edgeAlertmanagers({ replicas }: Alertmanagers): Check<EdgeView> {
  return {
    name: NAME,
    proves: PROVES,
    next: ({ home, name }) =>
      kubectl({ context: home?.context ?? name }, EDGE_NAMESPACE, LOGS, ALERTMANAGER),
    run: async ({ cluster }) => found(await cluster(), EDGE_NAMESPACE, replicas),
  };
}

async function found(cluster: ClusterView, namespace: string, replicas: number): Promise<Outcome> {
  const [intended, pods] = await Promise.all([
    intendedHash(cluster, namespace, ALERTMANAGER.name),
    cluster.pods(namespace, ALERTMANAGER),
  ]);
  const ready = pods.filter((pod) => pod.ready);
  if (ready.length < replicas) return failed(`${ready.length} of ${plural(replicas, "pod")} ready`);
  const statuses = await Promise.all(
    ready.map(async ({ name: pod }) => {
      const at = cluster.endpoint({ namespace, pod, port: ALERTMANAGER_PORT });
      return { pod, status: await new Client(at).status() };
    }),
  );
  // Kubelet brings a changed ConfigMap into the pods within two minutes, and pods find each other
  // again within one.
  const behind = statuses.flatMap(({ pod, status }) => [
    ...otherConfiguration(pod, status, intended),
    ...missingPeers(pod, status, replicas),
  ]);
  if (behind.length > 0) return pending(behind.join("; "));
  return passed(
    `${replicas} ready`,
    `${plural(replicas, "pod")}, each runs ${intended}, as deployed, and knows the others`,
  );
}

function otherConfiguration(
  pod: string,
  { config }: AlertmanagerStatus,
  intended: string,
): string[] {
  const running = runningAlertmanagerHash(config.original);
  if (running === intended) return [];
  return [`${pod} runs ${running ?? "a configuration without a hash"}, deployed is ${intended}`];
}

function missingPeers(pod: string, { cluster }: AlertmanagerStatus, replicas: number): string[] {
  const known = cluster.peers?.length ?? 0;
  if (replicas === 1 || known === replicas) return [];
  return [`${pod} knows ${known} of ${replicas}, itself among them`];
}
