import {
  ALERTMANAGER,
  type Alertmanager,
  ALERTMANAGER_PORT,
  HUB_NAMESPACE,
  runningAlertmanagerHash,
} from "@heliograph/heliograph/model";
import { Alertmanager as Client, type AlertmanagerStatus } from "../../../cluster/alertmanager";
import { kubectl } from "../../../cluster/kubectl";
import { plural } from "../../../ui/text";
import { type Check, failed, passed, pending } from "../check";
import type { HubView } from "../hub";
import { intendedHash } from "./running-config";

export function alertmanagers({ replicas }: Pick<Alertmanager, "replicas">): Check<HubView> {
  return {
    name: "alertmanager",
    proves:
      "every Alertmanager is there, runs the routes and receivers that were deployed, " +
      "and knows the others, so that one of them tells",
    next: ({ cluster }) =>
      kubectl(cluster, HUB_NAMESPACE, "logs --all-containers --tail 20", ALERTMANAGER),
    async run({ cluster }) {
      const [intended, pods] = await Promise.all([
        intendedHash(cluster, HUB_NAMESPACE, ALERTMANAGER.name),
        cluster.pods(HUB_NAMESPACE, ALERTMANAGER),
      ]);
      const ready = pods.filter((pod) => pod.ready);
      if (ready.length < replicas)
        return failed(`${ready.length} of ${plural(replicas, "pod")} ready`);
      const statuses = await Promise.all(
        ready.map(async ({ name: pod }) => {
          const at = cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: ALERTMANAGER_PORT });
          return { pod, status: await new Client(at).status() };
        }),
      );
      // Kubelet brings a changed ConfigMap into the pods within two minutes, and pods find each
      // other again within one.
      const behind = statuses.flatMap(({ pod, status }) => [
        ...otherConfiguration(pod, status, intended),
        ...missingPeers(pod, status, replicas),
      ]);
      if (behind.length > 0) return pending(behind.join("; "));
      return passed(
        `${replicas} ready`,
        `${plural(replicas, "pod")}, each runs ${intended}, as deployed, and knows the others`,
      );
    },
  };
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
