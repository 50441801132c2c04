import type { HubContract, HubContractEdge } from "../../../../components/contract/hub";
import { MetricsBackend, type Signal } from "../../../../components/contract/names";
import {
  EDGE_NAMESPACE,
  GATEWAY_PORT,
  HUB_NAMESPACE,
  IDENTITY_SECRET,
  instanceOf,
} from "../../../../components/contract/places";
import {
  GATEWAY,
  GATEWAY_STATUS_PORT,
  IDENTITY_FILES,
  LOKI,
  METRICS_PROGRAMS,
  PROMETHEUS_AGENT,
  PROMETHEUS_AGENT_PORT,
  TEMPO,
  thanosRetention,
  type Answer,
  type Architecture,
  type RetentionDays,
  type ThanosRetention,
} from "../../../../components/in-force";
import { CONFIG_HASH_ANNOTATION } from "../../../../components/kit/labels";
import type { HubSection } from "../../../config/hub-schema";
import type { ClusterView, Pod } from "../../cluster/cluster";
import type { Endpoint, Tls } from "../../cluster/http";
import { Loki } from "../../cluster/loki";
import { Mimir } from "../../cluster/mimir";
import { Tempo } from "../../cluster/tempo";
import { Failure } from "../../ui/failure";
import { findCompactors, finder, findGlobalQuery, type GlobalQueryFound } from "./hub-pods";
import { COLLECTORS, kubectl } from "./kubectl";
import type { StackBuckets } from "./lifecycle";
import { once } from "./once";
import { readyPods } from "./ready-pods";

export interface GatewayPod {
  readonly pod: string;
  /** Where edges write. */
  readonly write: Endpoint;
  /** Where it says what it has in force. */
  readonly status: Endpoint;
}

/** A hub as verification sees it. What several checks ask for is fetched once. */
export interface HubView {
  readonly stack: string;
  readonly cluster: ClusterView;
  /** What is deployed. */
  readonly contract: HubContract;
  /** Every tenant and every cell of the inventory, also those without an edge. */
  readonly tenants: readonly string[];
  readonly cells: readonly string[];
  /** Pods of the gateway that are ready; at least one. */
  gateways(): Promise<readonly GatewayPod[]>;
  /** What stores the metrics of a cell. */
  metricsBackend(cell: string): Architecture;
  /** A pod of it that answers queries (of one tenant, or of several at once), takes writes, or evaluates rules. */
  mimir(cell: string, what?: Answer): Promise<Mimir>;
  /** The same of Loki and of Tempo, where the cell has them. */
  loki(cell: string, what?: Answer): Promise<Loki>;
  tempo(cell: string, what?: Answer): Promise<Tempo>;
  /** Whether edges of a cell may send logs, traces. */
  stores(cell: string, signal: Signal): boolean;
  /** Pods that compact and delete what Thanos has in the bucket of a cell; at least one. */
  compactors(cell: string): Promise<readonly Mimir[]>;
  /** How long they should keep what tenants have; undefined where the stack file is not known. */
  retention(cell: string): ThanosRetention | undefined;
  /** Where the hub has one. */
  globalQuery(): Promise<GlobalQueryFound>;
  /** Tenants that have edges in a cell: a query over them is a query over the cell. */
  tenantsOf(cell: string): string[];
}

/** `settings`: the inventory as the stack file has it. Left out: there is what is deployed. */
export function hubView(
  stack: string,
  cluster: ClusterView,
  contract: HubContract,
  settings?: Pick<HubSection, "tenants" | "cells">,
): HubView {
  const edges = Object.values(contract.edges);
  const metricsBackend = (cell: string) =>
    METRICS_PROGRAMS[contract.metricsBackends?.[cell] ?? MetricsBackend.mimir].backend;
  return {
    stack,
    cluster,
    contract,
    tenants: unique([
      ...Object.keys(settings?.tenants ?? {}),
      ...edges.map(({ tenant }) => tenant),
    ]),
    cells: unique([...Object.keys(settings?.cells ?? {}), ...edges.map(({ cell }) => cell)]),
    gateways: once(() => findGateways(cluster)),
    metricsBackend,
    mimir: finder(cluster, metricsBackend, Mimir),
    loki: finder(cluster, () => LOKI, Loki),
    tempo: finder(cluster, () => TEMPO, Tempo),
    compactors: (cell) => findCompactors(cluster, metricsBackend(cell), cell),
    retention: (cell) =>
      settings && thanosRetention(settings.tenants, cell, settings.cells[cell]?.metrics ?? {}),
    globalQuery: once(() => findGlobalQuery(stack, cluster)),
    stores: (cell, signal) =>
      edges.some((edge) => edge.cell === cell && signalsOf(edge).includes(signal)),
    tenantsOf: (cell) => unique(edges.flatMap((edge) => (edge.cell === cell ? [edge.tenant] : []))),
  };
}

async function findGateways(cluster: ClusterView): Promise<GatewayPod[]> {
  const ready = await readyPods(cluster, HUB_NAMESPACE, "pod of the gateway", GATEWAY);
  return ready.map(({ name: pod }) => ({
    pod,
    write: cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: GATEWAY_PORT }),
    status: cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: GATEWAY_STATUS_PORT }),
  }));
}

/** What an edge may send: hubs that do not say take metrics alone. */
export function signalsOf({
  signals = ["metrics"],
}: Pick<HubContractEdge, "signals">): readonly Signal[] {
  return signals;
}

/** As PEM. */
export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** One of the agents of an edge. */
export interface Agent {
  /** Its name, and that of its ConfigMap. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** When it was started, or started again. */
  readonly runningSince: Date | undefined;
}

/** One kind of what sends logs and traces. */
export interface Collector {
  readonly name: string;
  /** Of the configuration that was deployed. */
  readonly configHash: string | undefined;
  readonly pods: readonly Pod[];
}

/** An edge of the inventory: what the hub says of it, and its own cluster where this project has its stack. */
export interface EdgeView {
  readonly name: string;
  readonly entry: HubContractEdge;
  readonly hub: HubView;
  readonly home: Home | undefined;
  cluster(): Promise<ClusterView>;
  /** Certificate and key as the agent has them: read from the cluster, kept in memory only. */
  identity(): Promise<Identity>;
  /** How the edge presents itself to the gateway. */
  tls(): Promise<Tls>;
  /** What sends logs and traces, as far as it is deployed. */
  collectors(): Promise<readonly Collector[]>;
  /** Agents that are ready; at least one. */
  agents(): Promise<readonly Agent[]>;
}

/** The stack that deploys an edge, and its cluster. */
export interface Home {
  readonly stack: string;
  readonly context: string;
  /** How many agents the edge should have. One where it is not said. */
  readonly agents?: number;
  /** What the edge itself is configured to send, of what its hub takes. All of it where it is not said. */
  readonly sends?: readonly Signal[];
  /** For how long it keeps its metrics, where it does. */
  readonly retentionDays?: RetentionDays;
  /** Its own, where it keeps its metrics in a cloud. */
  readonly buckets?: StackBuckets;
  /** Throws where the kubeconfig does not have the context. */
  cluster(): ClusterView;
}

export function edgeView(
  name: string,
  entry: HubContractEdge,
  hub: HubView,
  home: Home | undefined,
): EdgeView {
  const cluster = once(async () => {
    if (home) return home.cluster();
    throw new Failure(
      `no stack of this project is edge ${name}`,
      "Verify it in the project that has its stack file, with the stack file of the hub beside it",
    );
  });
  const identity = once(async () => readIdentity(name, home?.stack ?? name, await cluster()));
  return {
    name,
    entry,
    hub,
    home,
    cluster,
    identity,
    agents: once(async () => findAgents(name, await cluster())),
    collectors: once(async () => findCollectors(await cluster())),
    async tls() {
      const { certificate, privateKey: key } = await identity();
      return { ...gatewayTls(hub), certificate, key };
    },
  };
}

/** How anybody meets the gateway: knowing whom to expect, and showing nothing. */
export function gatewayTls({ contract: { gateway, trustBundle } }: HubView): Tls {
  return { serverName: gateway.serverName, trust: trustBundle };
}

async function readIdentity(name: string, stack: string, cluster: ClusterView): Promise<Identity> {
  const secret = await cluster.secret(EDGE_NAMESPACE, IDENTITY_SECRET);
  const certificate = secret?.[IDENTITY_FILES.certificate];
  const privateKey = secret?.[IDENTITY_FILES.privateKey];
  if (certificate && privateKey) return { certificate, privateKey };
  const where = `Secret ${EDGE_NAMESPACE}/${IDENTITY_SECRET} in cluster ${cluster.context}`;
  throw new Failure(
    `edge ${name} has no ${where}: it has not connected yet`,
    `npm run up -- ${stack}`,
  );
}

async function findAgents(name: string, cluster: ClusterView): Promise<Agent[]> {
  const pods = await cluster.pods(EDGE_NAMESPACE, PROMETHEUS_AGENT);
  const ready = pods.filter((pod) => pod.ready);
  if (ready.length === 0) {
    const stopped = pods.length === 0 ? ": it has none, its agent is stopped" : "";
    throw new Failure(
      `no pod of the agent of edge ${name} is ready${stopped}`,
      kubectl(
        cluster,
        EDGE_NAMESPACE,
        stopped ? "get statefulsets" : "describe pods",
        PROMETHEUS_AGENT,
      ),
    );
  }
  return ready.map(({ name: pod, runningSince }) => ({
    name: instanceOf(pod),
    endpoint: cluster.endpoint({ namespace: EDGE_NAMESPACE, pod, port: PROMETHEUS_AGENT_PORT }),
    runningSince,
  }));
}

async function findCollectors(cluster: ClusterView): Promise<Collector[]> {
  const found = COLLECTORS.map(async ({ role, namespace }) => {
    const map = await cluster.configMap(namespace, role.name);
    if (!map) return [];
    const configHash = map.metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
    return [{ name: role.name, configHash, pods: await cluster.pods(namespace, role) }];
  });
  return (await Promise.all(found)).flat();
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
