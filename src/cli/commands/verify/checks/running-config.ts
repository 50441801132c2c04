import {
  CONFIG_HASH_ANNOTATION,
  runningConfigHash,
  EDGE_NAMESPACE,
  GATEWAY,
  HUB_NAMESPACE,
} from "@heliograph/heliograph/model";
import type { ClusterView } from "../../../cluster/cluster";
import { request } from "../../../cluster/http";
import { Failure } from "../../../ui/failure";
import type { EdgeView } from "../edge";
import type { GatewayPod, HubView } from "../hub";

/** A configuration that was deployed, and the pods that run another one. */
interface Comparison {
  readonly intended: string;
  /** One line for each pod that runs another one. */
  readonly behind: readonly string[];
}

/** Each agent has a configuration of its own: they differ in the label that tells them apart. */
export async function agentComparisons({ agents, cluster }: EdgeView): Promise<Comparison[]> {
  const home = await cluster();
  return Promise.all(
    (await agents()).map(async ({ name, endpoint }) => {
      const intended = await intendedHash(home, EDGE_NAMESPACE, name);
      const { body } = await request({ ...endpoint, path: "/api/v1/status/config" });
      const running = runningConfigHash((JSON.parse(body) as { data: { yaml: string } }).data.yaml);
      return {
        intended,
        behind: running === intended ? [] : [difference(name, running, intended)],
      };
    }),
  );
}

export async function gatewayComparison({ cluster, gateways }: HubView): Promise<Comparison> {
  const [intended, pods] = await Promise.all([
    intendedHash(cluster, HUB_NAMESPACE, GATEWAY.name),
    gateways(),
  ]);
  const running = await Promise.all(pods.map(runningHash));
  const behind = pods.flatMap(({ pod }, index) =>
    running[index] === intended ? [] : [difference(pod, running[index], intended)],
  );
  return { intended, behind };
}

async function runningHash({ status }: GatewayPod): Promise<string> {
  return (JSON.parse((await request({ ...status, path: "/healthz" })).body) as { config: string })
    .config;
}

function difference(what: string, running: string | undefined, intended: string): string {
  return `${what} runs ${running ?? "a configuration without a hash"}, deployed is ${intended}`;
}

/** The hash of the configuration that was deployed, from the ConfigMap that holds it. */
export async function intendedHash(
  cluster: ClusterView,
  namespace: string,
  configMap: string,
): Promise<string> {
  const map = await cluster.configMap(namespace, configMap);
  const hash = map?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
  if (hash !== undefined) return hash;
  throw new Failure(
    `cluster ${cluster.context} has no ConfigMap ${namespace}/${configMap} ` +
      "with a hash of its configuration",
    `kubectl --context ${cluster.context} --namespace ${namespace} get configmaps`,
  );
}
