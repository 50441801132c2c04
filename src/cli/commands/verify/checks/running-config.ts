import { HUB_TENANT, MetricsBackend } from "../../../../../components/contract/names";
import { EDGE_NAMESPACE, HUB_NAMESPACE } from "../../../../../components/contract/places";
import {
  type Answer,
  type Architecture,
  backendName,
  configHashInForce,
  GATEWAY,
  LOKI,
  LOKI_LIMITS_PATH,
  LOKI_RUNTIME_FILE,
  lokiRuntimeConfigShown,
  RULES_PATH,
  rulesInForce,
  type RulesInForce,
  RUNTIME_CONFIG_PATH,
  RUNTIME_FILE,
  runtimeDifferences,
  TEMPO,
  TEMPO_RUNTIME_CONFIG_PATH,
  TEMPO_RUNTIME_FILE,
  tempoRuntimeConfigShown,
  THANOS_FLAGS_PATH,
  THANOS_LIMITS_FILE,
  thanosLimitsShown,
  thanosRetentionShown,
} from "../../../../../components/in-force";
import { checksum } from "../../../../../components/kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../../../../components/kit/labels";
import { fromYaml, toYaml } from "../../../../../components/kit/yaml";
import type { ClusterView } from "../../../cluster/cluster";
import { request } from "../../../cluster/http";
import type { Loki } from "../../../cluster/loki";
import type { PrometheusApi } from "../../../cluster/prometheus-api";
import type { Tempo } from "../../../cluster/tempo";
import { Failure } from "../../../ui/failure";
import type { EdgeView } from "../edge";
import type { GatewayPod, HubView } from "../hub";

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
  const running = await Promise.all(pods.map(hashInForce));
  const behind = pods.flatMap(({ pod }, index) =>
    running[index] === intended ? [] : [difference(pod, running[index], intended)],
  );
  return { intended, behind };
}

async function hashInForce({ status }: GatewayPod): Promise<string> {
  return (JSON.parse((await request({ ...status, path: "/healthz" })).body) as { config: string })
    .config;
}

/** What of a cell's runtime overrides its backends do not have in force. */
export async function limitsBehind(hub: HubView, cell: string): Promise<string[]> {
  const found = await Promise.all([
    metricsBehind(hub, cell),
    ...(hub.stores(cell, "logs")
      ? [behindIn(hub, LOKI, cell, hub.loki, LOKI_RUNTIME_FILE, shownByLoki)]
      : []),
    ...(hub.stores(cell, "traces")
      ? [behindIn(hub, TEMPO, cell, hub.tempo, TEMPO_RUNTIME_FILE, shownByTempo)]
      : []),
  ]);
  return found.flat();
}

async function metricsBehind(hub: HubView, cell: string): Promise<string[]> {
  const backend = hub.metricsBackend(cell);
  // Only those that take writes limit anybody.
  if (backend.name === MetricsBackend.thanos) {
    const find = (where: string) => hub.metrics(where, "writes");
    const found = await Promise.all([
      behindIn(hub, backend, cell, find, THANOS_LIMITS_FILE, shownByThanos),
      retentionBehind(hub, backend, cell),
    ]);
    return found.flat();
  }
  return behindIn(hub, backend, cell, hub.metrics, RUNTIME_FILE, (metrics) =>
    metrics.text(RUNTIME_CONFIG_PATH),
  );
}

async function retentionBehind(
  hub: HubView,
  { title }: Architecture,
  cell: string,
): Promise<string[]> {
  const intended = hub.retention(cell);
  if (!intended) return [];
  const answers = (await hub.compactors(cell)).map((compactor) =>
    compactor.text(THANOS_FLAGS_PATH),
  );
  const shown = thanosRetentionShown(await Promise.all(answers));
  return runtimeDifferences(toYaml(intended), toYaml(shown)).map((line) => `${title}: ${line}`);
}

async function shownByThanos(thanos: PrometheusApi): Promise<string> {
  return toYaml(thanosLimitsShown(await thanos.text("/metrics")));
}

/** `shown`: the runtime file that says what a pod has in force, of the tenants that should be in it. */
async function behindIn<Client>(
  { stack, cluster }: HubView,
  backend: Architecture,
  cell: string,
  find: (cell: string, what: Answer) => Promise<Client>,
  file: string,
  shown: (client: Client, intended: string) => Promise<string>,
): Promise<string[]> {
  const name = `${backendName(backend.name, cell)}-runtime`;
  const map = await cluster.configMap(HUB_NAMESPACE, name);
  const intended = map?.data?.[file];
  if (intended === undefined)
    throw new Failure(`there is no ConfigMap ${HUB_NAMESPACE}/${name}`, `npm run up -- ${stack}`);
  // Backends follow it whoever changes it, and Pulumi does not look.
  if (map?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION] !== checksum(intended))
    throw new Failure(
      `ConfigMap ${HUB_NAMESPACE}/${name} is not what was deployed`,
      `pulumi refresh --stack ${stack} && npm run up -- ${stack}`,
    );
  // As microservices, each pod reads its limits for itself.
  const found = await Promise.all([find(cell, "writes"), find(cell, "reads")]);
  const inForce = await Promise.all(found.map((client) => shown(client, intended)));
  const lines = [...new Set(inForce.flatMap((text) => runtimeDifferences(intended, text)))];
  return lines.map((line) => `${backend.title}: ${line}`);
}

/** It shows the limits of one tenant at a time. */
async function shownByLoki(loki: Loki, intended: string): Promise<string> {
  const tenants = Object.keys((fromYaml(intended) as { overrides: object }).overrides);
  const answers = tenants.map(
    async (tenant) => [tenant, await loki.text(LOKI_LIMITS_PATH, tenant)] as const,
  );
  return lokiRuntimeConfigShown(Object.fromEntries(await Promise.all(answers)));
}

async function shownByTempo(tempo: Tempo): Promise<string> {
  return tempoRuntimeConfigShown(await tempo.text(TEMPO_RUNTIME_CONFIG_PATH));
}

/** The rules that are evaluated for a cell, and the hash of those that were deployed. */
export async function rulesOf(
  { cluster, metrics, metricsBackend }: HubView,
  cell: string,
): Promise<RulesInForce & { intended: string }> {
  const [intended, answer] = await Promise.all([
    intendedHash(cluster, HUB_NAMESPACE, `${backendName(metricsBackend(cell).name, cell)}-rules`),
    metrics(cell, "rules").then((found) => found.text(RULES_PATH, HUB_TENANT)),
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
async function intendedHash(
  cluster: ClusterView,
  namespace: string,
  configMap: string,
): Promise<string> {
  const map = await cluster.configMap(namespace, configMap);
  const hash = map?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
  if (hash !== undefined) return hash;
  throw new Failure(
    `cluster ${cluster.context} has no ConfigMap ${namespace}/${configMap} with a hash of its configuration`,
    `kubectl --context ${cluster.context} --namespace ${namespace} get configmaps`,
  );
}
