import {
  AGENT_CONFIG_FILE,
  configHashInForce,
  GATEWAY,
  mimirRole,
  PROMETHEUS_AGENT,
  RUNTIME_CONFIG_PATH,
  RUNTIME_FILE,
  runtimeDifferences,
} from "../../../../components/in-force";
import { CONFIG_HASH_ANNOTATION } from "../../../../components/kit/labels";
import type { Cluster } from "../../clients/cluster";
import { request } from "../../clients/http";
import { eventually, Undecided, type Check } from "../check";
import { EDGE_NAMESPACE, HUB_NAMESPACE, type EdgeView, type HubView } from "../fleet";

/** A changed ConfigMap reaches a pod within kubelet's sync period (60 s by default) and its cache's delay, and is loaded within seconds. */
const PROPAGATION_SECONDS = 120;

export const inForce: Check = {
  name: "configuration",
  proves: "agent, gateway and Mimir run the configuration that was deployed",
  async run(edge) {
    return eventually(PROPAGATION_SECONDS, async () => {
      const behind = (await Promise.all([agentBehind(edge), hubBehind(edge.hub, edge.entry.cell)])).flat();
      if (behind.length === 0) return { ok: true, detail: "agent, gateway and Mimir run what was deployed" };
      return {
        ok: false,
        detail: behind.join("; "),
        next: "The program's log says why it kept the old one: kubectl logs",
      };
    });
  },
};

/** What of the hub does not run, in a cell, what was deployed. */
export async function hubBehind(hub: HubView, cell: string): Promise<string[]> {
  return (await Promise.all([gatewayBehind(hub), mimirBehind(hub, cell)])).flat();
}

async function agentBehind(edge: EdgeView): Promise<string[]> {
  const intended = await intendedHash(edge.cluster, EDGE_NAMESPACE, PROMETHEUS_AGENT.name);
  const { body } = await request({ port: await edge.agent(), path: "/api/v1/status/config" });
  const { data } = JSON.parse(body) as { data: { yaml: string } };
  const running = configHashInForce(data.yaml);
  return running === intended
    ? []
    : [`the agent runs ${running ?? "a configuration without a hash"}, ${AGENT_CONFIG_FILE} is ${intended}`];
}

async function gatewayBehind(hub: HubView): Promise<string[]> {
  const intended = await intendedHash(hub.cluster, HUB_NAMESPACE, GATEWAY.name);
  const pods = await hub.gateways();
  const running = await Promise.all(
    pods.map(async ({ pod, status }) => {
      const { body } = await request({ port: status, path: "/healthz" });
      return { pod, hash: (JSON.parse(body) as { config: string }).config };
    }),
  );
  return running
    .filter(({ hash }) => hash !== intended)
    .map(({ pod, hash }) => `${pod} runs ${hash}, deployed is ${intended}`);
}

async function mimirBehind(hub: HubView, cell: string): Promise<string[]> {
  const map = await hub.cluster.configMap(HUB_NAMESPACE, `${mimirRole(cell).instance}-runtime`);
  const mimir = await hub.mimir(cell);
  return runtimeDifferences(map?.data?.[RUNTIME_FILE] ?? "", await mimir.text(RUNTIME_CONFIG_PATH));
}

async function intendedHash(cluster: Cluster, namespace: string, name: string): Promise<string> {
  const map = await cluster.configMap(namespace, name);
  const hash = map?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
  if (hash) return hash;
  throw new Undecided(
    `no ConfigMap ${namespace}/${name} with a hash`,
    `kubectl --context ${cluster.context} --namespace ${namespace} get configmaps`,
  );
}
