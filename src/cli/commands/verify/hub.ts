import { kubectl, readyPods } from "../../cluster/kubectl";
import type { HubContract, HubContractEdge } from "../../../../components/contract/hub";
import { MetricsBackend, type Signal } from "../../../../components/contract/names";
import {
  GATEWAY_PORT,
  HUB_NAMESPACE,
  THANOS_HTTP_PORT,
} from "../../../../components/contract/places";
import {
  type Answer,
  answeringRoles,
  type Architecture,
  deployedEndpoints,
  type DeployedEndpoints,
  ENDPOINTS_FILE,
  GATEWAY,
  GATEWAY_STATUS_PORT,
  GLOBAL_QUERY,
  LOKI,
  METRICS_PROGRAMS,
  microservicesRole,
  TEMPO,
  thanosRetention,
  type ThanosRetention,
} from "../../../../components/in-force";
import type { HubSection } from "../../../config/hub-schema";
import type { ClusterView } from "../../cluster/cluster";
import type { Endpoint, Tls } from "../../cluster/http";
import { Loki } from "../../cluster/loki";
import { PrometheusApi } from "../../cluster/prometheus-api";
import { Tempo } from "../../cluster/tempo";
import { Failure } from "../../ui/failure";
import { memoize, memoizeByKey } from "../../promises";
import { GlobalQuery } from "../../cluster/global-query";
import { keptOpen } from "../../cluster/kept-connections";

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
  metrics(cell: string, what?: Answer): Promise<PrometheusApi>;
  /** The same of Loki and of Tempo, where the cell has them. */
  loki(cell: string, what?: Answer): Promise<Loki>;
  tempo(cell: string, what?: Answer): Promise<Tempo>;
  /** Whether edges of a cell may send logs, traces. */
  stores(cell: string, signal: Signal): boolean;
  /** Pods that compact and delete what Thanos has in the bucket of a cell; at least one. */
  compactors(cell: string): Promise<readonly PrometheusApi[]>;
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
    METRICS_PROGRAMS[(contract.metricsBackends?.[cell] ?? MetricsBackend.mimir) as MetricsBackend]
      .backend;
  return {
    stack,
    cluster,
    contract,
    tenants: unique([
      ...Object.keys(settings?.tenants ?? {}),
      ...edges.map(({ tenant }) => tenant),
    ]),
    cells: unique([...Object.keys(settings?.cells ?? {}), ...edges.map(({ cell }) => cell)]),
    gateways: memoize(() => findGateways(cluster)),
    metricsBackend,
    metrics: finder(cluster, metricsBackend, PrometheusApi),
    loki: finder(cluster, () => LOKI, Loki),
    tempo: finder(cluster, () => TEMPO, Tempo),
    compactors: (cell) => findCompactors(cluster, metricsBackend(cell), cell),
    retention: (cell) =>
      settings && thanosRetention(settings.tenants, cell, settings.cells[cell]?.metrics ?? {}),
    globalQuery: memoize(() => findGlobalQuery(stack, cluster)),
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

/** How anybody meets the gateway: knowing whom to expect, and showing nothing. */
export function gatewayTls({ contract: { gateway, trustBundle } }: HubView): Tls {
  return { serverName: gateway.serverName, trust: trustBundle };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

type Find<Client> = (cell: string, what?: Answer) => Promise<Client>;

/** Whichever topology is there: who asks need not know. Each pod is looked for once. */
export function finder<Client>(
  cluster: ClusterView,
  backendOf: (cell: string) => Architecture,
  Client: new (endpoint: Endpoint, title: string) => Client,
): Find<Client> {
  const find = (what: Answer) =>
    memoizeByKey(async (cell) => {
      const backend = backendOf(cell);
      const roles = answeringRoles(backend, what, cell);
      const [pod] = await readyPods(
        cluster,
        HUB_NAMESPACE,
        `pod of ${backend.title} of cell ${cell}`,
        ...roles,
      );
      const endpoint = cluster.endpoint({
        namespace: HUB_NAMESPACE,
        pod: pod.name,
        port: backend.httpPort,
      });
      return new Client(keptOpen(endpoint), backend.title);
    });
  const found = {
    reads: find("reads"),
    allReads: find("allReads"),
    writes: find("writes"),
    rules: find("rules"),
  };
  return (cell, what = "reads") =>
    found[what === "allReads" && !backendOf(cell).answers.allReads ? "reads" : what](cell);
}

/** The hub's one query, and whom it asks. */
export interface GlobalQueryFound {
  readonly query: GlobalQuery;
  readonly endpoints: DeployedEndpoints;
}

/** Pods that compact and delete what Thanos has in the bucket of a cell; at least one. */
export async function findCompactors(
  cluster: ClusterView,
  backend: Architecture,
  cell: string,
): Promise<PrometheusApi[]> {
  const role = microservicesRole(backend.name, cell, "compactor");
  const ready = await readyPods(
    cluster,
    HUB_NAMESPACE,
    `compactor of ${backend.title} of cell ${cell}`,
    role,
  );
  const at = (pod: string) =>
    cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: backend.httpPort });
  return ready.map(({ name }) => new PrometheusApi(at(name), backend.title));
}

export async function findGlobalQuery(
  stack: string,
  cluster: ClusterView,
): Promise<GlobalQueryFound> {
  const [map, endpoint] = await Promise.all([
    cluster.configMap(HUB_NAMESPACE, GLOBAL_QUERY.name),
    cluster.service(HUB_NAMESPACE, GLOBAL_QUERY.name, THANOS_HTTP_PORT),
  ]);
  const text = map?.data?.[ENDPOINTS_FILE];
  if (text === undefined)
    throw new Failure(
      `there is no ConfigMap ${HUB_NAMESPACE}/${GLOBAL_QUERY.name}`,
      `npm run up -- ${stack}`,
    );
  return { query: new GlobalQuery(keptOpen(endpoint)), endpoints: deployedEndpoints(text) };
}

export function gatewayCommand({ cluster }: HubView, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, GATEWAY);
}

export function globalQueryCommand({ cluster }: HubView, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, GLOBAL_QUERY);
}

export function metricsCommand(hub: HubView, cell: string, verb: string): string {
  return backendCommand(hub, hub.metricsBackend(cell), cell, verb);
}

export function backendCommand(
  { cluster }: HubView,
  backend: Architecture,
  cell: string,
  verb: string,
): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, ...answeringRoles(backend, "reads", cell));
}
