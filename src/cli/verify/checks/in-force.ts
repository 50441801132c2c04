import { HUB_TENANT } from "../../../../components/contract/names";
import { EDGE_NAMESPACE, HUB_NAMESPACE } from "../../../../components/contract/places";
import {
  backendName,
  configHashInForce,
  GATEWAY,
  RULES_PATH,
  rulesInForce,
  RUNTIME_CONFIG_PATH,
  RUNTIME_FILE,
  runtimeDifferences,
  type RulesInForce,
} from "../../../../components/in-force";
import { CONFIG_HASH_ANNOTATION } from "../../../../components/kit/labels";
import type { ClusterView } from "../../clients/cluster";
import { request } from "../../clients/http";
import { Failure } from "../../ui/failure";
import type { EdgeView, GatewayPod, HubView } from "../fleet";

/** What a program should run, and what does not run it. */
export interface Comparison {
  readonly intended: string;
  /** One line for each program that runs something else. */
  readonly behind: readonly string[];
}

/** Each agent has a configuration of its own: they differ in the label that tells them apart. */
export async function agentComparisons({ agents, cluster }: EdgeView): Promise<Comparison[]> {
  const home = await cluster();
  return Promise.all(
    (await agents()).map(async ({ name, endpoint }) => {
      const intended = await intendedHash(home, EDGE_NAMESPACE, name);
      const { body } = await request({ ...endpoint, path: "/api/v1/status/config" });
      const running = configHashInForce((JSON.parse(body) as { data: { yaml: string } }).data.yaml);
      return { intended, behind: running === intended ? [] : [difference(name, running, intended)] };
    }),
  );
}

export async function gatewayComparison({ cluster, gateways }: HubView): Promise<Comparison> {
  const [intended, pods] = await Promise.all([intendedHash(cluster, HUB_NAMESPACE, GATEWAY.name), gateways()]);
  const running = await Promise.all(pods.map(hashInForce));
  const behind = pods.flatMap(({ pod }, index) =>
    running[index] === intended ? [] : [difference(pod, running[index], intended)],
  );
  return { intended, behind };
}

async function hashInForce({ status }: GatewayPod): Promise<string> {
  return (JSON.parse((await request({ ...status, path: "/healthz" })).body) as { config: string }).config;
}

/** What of a cell's runtime overrides Mimir does not have in force. */
export async function limitsBehind({ stack, cluster, mimir }: HubView, cell: string): Promise<string[]> {
  const name = `${backendName("mimir", cell)}-runtime`;
  const intended = (await cluster.configMap(HUB_NAMESPACE, name))?.data?.[RUNTIME_FILE];
  if (intended === undefined)
    throw new Failure(`there is no ConfigMap ${HUB_NAMESPACE}/${name}`, `npm run up -- ${stack}`);
  // As microservices, each pod reads its limits for itself.
  const found = await Promise.all([mimir(cell, "writes"), mimir(cell, "reads")]);
  const inForce = await Promise.all(found.map((each) => each.text(RUNTIME_CONFIG_PATH)));
  return [...new Set(inForce.flatMap((text) => runtimeDifferences(intended, text)))];
}

/** The rules that a cell's Mimir evaluates, and the hash of those that were deployed. */
export async function rulesOf({ cluster, mimir }: HubView, cell: string): Promise<RulesInForce & { intended: string }> {
  const [intended, answer] = await Promise.all([
    intendedHash(cluster, HUB_NAMESPACE, `${backendName("mimir", cell)}-rules`),
    mimir(cell, "rules").then((found) => found.text(RULES_PATH, HUB_TENANT)),
  ]);
  return { intended, ...rulesInForce(answer) };
}

/** What of the hub does not run, in a cell, what was deployed. */
export async function hubBehind(hub: HubView, cell: string): Promise<string[]> {
  const [gateway, limits] = await Promise.all([gatewayComparison(hub), limitsBehind(hub, cell)]);
  return [...gateway.behind, ...limits];
}

function difference(what: string, running: string | undefined, intended: string): string {
  return `${what} runs ${running ?? "a configuration without a hash"}, deployed is ${intended}`;
}

/** The hash of the configuration that was deployed, from the ConfigMap that holds it. */
async function intendedHash(cluster: ClusterView, namespace: string, configMap: string): Promise<string> {
  const map = await cluster.configMap(namespace, configMap);
  const hash = map?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
  if (hash !== undefined) return hash;
  throw new Failure(
    `cluster ${cluster.context} has no ConfigMap ${namespace}/${configMap} with a hash of its configuration`,
    `kubectl --context ${cluster.context} --namespace ${namespace} get configmaps`,
  );
}
