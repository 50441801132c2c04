import {
  answering,
  GOSSIP_PORT,
  isOneProcess,
  MEMCACHED_PORT,
  type Answer,
  type Architecture,
} from "../backends/kit/architecture";
import { FEDERATION } from "../backends/federation";
import { GATEWAY_PORT, PROMETHEUS_AGENT } from "../contract/cluster-names";
import type { Signal } from "../contract/names";
import {
  ANYWHERE,
  dnsFlows,
  policiesOf,
  type Flow,
  type Peer,
  type PodPeer,
  type PolicySpec,
} from "../kit/flows";
import { hostAndPort, portOf } from "../kit/urls";
import { bucketFlows, storeFlows, type StoreAddress } from "../storage/flows";
import { alertmanagerFlows, type AlertmanagerFlowsArgs } from "../alertmanager/flows";
import { ALERTMANAGER_PORT, ALERTMANAGER_TENANT_PORT } from "../alertmanager/ports";
import { REQUESTS_PORT, STATUS_PORT } from "./gateway/config";
import { grafanaFlows, type GrafanaFlowsArgs, type Reader } from "./grafana/flows";
import { storesOf, type Cell, type HubModel, type Store } from "./model";
import {
  ALERTMANAGER,
  DEAD_MANS_SWITCH,
  GATEWAY,
  GLOBAL_QUERY,
  memcachedRole,
  microservicesRole,
  readerRole,
  rulerRole,
  singleRole,
} from "./roles";

export interface HubFlowsArgs {
  readonly hub: Pick<HubModel, "cells" | "agentNamespace" | "alertmanagers" | "alertmanager">;
  /** Where a cell stores a signal. */
  addressOf(cell: string, signal: Signal): StoreAddress;
  /** Port of the address that the dead man's switch calls. Undefined where there is none. */
  readonly switchPort?: number | undefined;
  /** Host and port of the edges that it asks in place. Undefined where there is no global query. */
  readonly globalQuery?: { readonly edges: readonly string[] } | undefined;
  /** Undefined where there is no Grafana. */
  readonly grafana?: GrafanaFlowsArgs | undefined;
  /** Undefined where the hub has no Alertmanager of its own. */
  readonly alerting?: AlertmanagerFlowsArgs | undefined;
}

/** A store, and the pods that it consists of. */
interface StorePods extends Store {
  readonly cell: Cell;
  readonly architecture: Architecture;
  readonly address: StoreAddress;
}

/**
 * Every connection of the hub's pods; peers without a namespace are in the hub's own. Its policies
 * are made from this list, and tests compare it with what is seen on the network. Probes come from
 * the pod's own node, which policies never keep out.
 */
export function hubFlows({
  hub,
  addressOf,
  switchPort,
  globalQuery,
  grafana,
  alerting,
}: HubFlowsArgs): Flow[] {
  const { cells, agentNamespace, alertmanagers, alertmanager } = hub;
  const gateway: PodPeer = { pods: GATEWAY };
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace: agentNamespace };
  const stores = cells.flatMap((cell) =>
    storesOf(cell).map((store): StorePods => ({
      ...store,
      cell,
      architecture: store.backend.architecture(store.options),
      address: addressOf(cell.name, store.signal),
    })),
  );
  const metrics = stores.filter(({ signal }) => signal === "metrics");
  const others = alertmanagers.filter((address) => !alertmanager?.addresses.includes(address));
  const readers = [
    ...stores.flatMap(readersOf),
    ...(globalQuery ? [EVERYWHERE] : []),
    ...(alertmanager ? [alertReader(ALERTMANAGER_PORT)] : []),
    ...(alertmanager && grafana?.customers ? [alertReader(ALERTMANAGER_TENANT_PORT)] : []),
  ];
  return [
    { from: ANYWHERE, to: gateway, ports: [GATEWAY_PORT], why: "edges write" },
    {
      from: agent,
      to: gateway,
      ports: [STATUS_PORT, REQUESTS_PORT],
      why: "the gateway's own metrics",
    },
    ...dnsFlows(gateway),
    ...stores.flatMap((store) => [
      ...backendFlows(store, agent),
      ...(store.signal === "metrics" ? rulerFlows(store, agent) : []),
      ...alertFlows(store, others.map(portOf), alertmanager !== undefined),
      ...(store.backend.flows?.(store, store.cell) ?? []),
    ]),
    ...(switchPort === undefined ? [] : switchFlows(metrics, switchPort)),
    ...(globalQuery ? globalQueryFlows(globalQuery.edges, metrics, agent) : []),
    ...(grafana ? grafanaFlows(grafana, readers, agent) : []),
    ...(alertmanager && alerting ? alertmanagerFlows(alertmanager, alerting, agent) : []),
    ...bucketFlows(stores.map(({ address }) => address)),
  ];
}

function backendFlows(store: StorePods, agent: PodPeer): Flow[] {
  const { architecture, topology } = store;
  const oneProcess = isOneProcess(architecture, topology);
  return [
    // Also beside microservices: the process that they take over from has to ship what it holds
    // before it ends.
    ...(isOneProcess(architecture, "single") ? singleFlows(store, agent) : []),
    ...(oneProcess ? [] : microservicesFlows(store, agent)),
    ...(oneProcess ? [] : cacheFlows(store)),
  ];
}

/** `ports`: of other Alertmanagers. `own`: whether the hub has some itself. */
function alertFlows(
  { signal, architecture, cell, topology }: StorePods,
  ports: readonly number[],
  own: boolean,
): Flow[] {
  const evaluates = signal === "metrics" || architecture.answers.rules !== undefined;
  if (!evaluates) return [];
  const from = { pods: answering(architecture, "rules", cell.name, topology).role };
  const why = "alerts";
  return [
    ...(own ? [{ from, to: { pods: ALERTMANAGER }, ports: [ALERTMANAGER_PORT], why }] : []),
    ...(ports.length > 0 ? [{ from, to: ANYWHERE, ports, why }] : []),
  ];
}

/** Where rules are evaluated beside the backend. */
function rulerFlows({ architecture, cell: { name }, topology }: StorePods, agent: PodPeer): Flow[] {
  if (architecture.answers.rules) return [];
  const from: PodPeer = { pods: rulerRole(name) };
  const to = (what: Answer): PodPeer => ({
    pods: answering(architecture, what, name, topology).role,
  });
  const { httpPort } = architecture;
  return [
    { from, to: to("reads"), ports: [httpPort], why: "series that rules ask for" },
    { from, to: to("writes"), ports: writePorts(architecture), why: "what rules record" },
    { from: agent, to: from, ports: [httpPort], why: "the ruler's own metrics" },
    ...dnsFlows(from),
  ];
}

function alertReader(port: number): Reader {
  return { pods: { pods: ALERTMANAGER }, port };
}

const EVERYWHERE: Reader = { pods: { pods: GLOBAL_QUERY }, port: FEDERATION.httpPort };

function globalQueryFlows(
  edges: readonly string[],
  metrics: readonly StorePods[],
  agent: PodPeer,
): Flow[] {
  const from = EVERYWHERE.pods;
  const ports = [...new Set(edges.map((endpoint) => hostAndPort(endpoint).port))];
  const watched = (to: PodPeer): Flow => ({
    from: agent,
    to,
    ports: [FEDERATION.httpPort],
    why: `metrics of ${FEDERATION.title}`,
  });
  return [
    ...dnsFlows(from),
    ...(ports.length > 0
      ? [{ from, to: ANYWHERE, ports, why: "edges that are queried in place" }]
      : []),
    watched(from),
    ...metrics.flatMap((store) => {
      const { architecture, cell } = store;
      if (architecture.answers.allReads) {
        const { pods: to } = readerOf(store, "allReads");
        return [{ from, to, ports: [architecture.grpcPort], why: "queries" }];
      }
      const reader: PodPeer = { pods: readerRole(cell.name) };
      const { pods, port } = readerOf(store);
      return [
        { from, to: reader, ports: [FEDERATION.grpcPort], why: "queries" },
        ...dnsFlows(reader),
        { from: reader, to: pods, ports: [port], why: "series that queries ask for" },
        watched(reader),
      ];
    }),
  ];
}

/** The pods that answer queries. */
function readersOf(store: StorePods): Reader[] {
  const all = store.architecture.answers.allReads ? [readerOf(store, "allReads")] : [];
  return [readerOf(store), ...all];
}

function readerOf({ architecture, cell, topology }: StorePods, what: Answer = "reads"): Reader {
  return {
    pods: { pods: answering(architecture, what, cell.name, topology).role },
    port: architecture.httpPort,
  };
}

function switchFlows(metrics: readonly StorePods[], port: number): Flow[] {
  const from: PodPeer = { pods: DEAD_MANS_SWITCH };
  const asked = metrics.map((store): Flow => {
    const { pods: to, port: asks } = readerOf(store, "allReads");
    return { from, to, ports: [asks], why: "whether metrics arrive and alerts are evaluated" };
  });
  const called: Flow = {
    from,
    to: ANYWHERE,
    ports: [port],
    why: "the address that the dead man's switch calls",
  };
  return [...dnsFlows(from), ...asked, called];
}

function writePorts({ httpPort, writePorts: ports }: Architecture): number[] {
  return ports?.map(({ port }) => port) ?? [httpPort];
}

function singleFlows({ architecture, cell, address }: StorePods, agent: PodPeer): Flow[] {
  const { name, title, httpPort } = architecture;
  const pods: PodPeer = { pods: singleRole(name, cell.name) };
  return [
    {
      from: { pods: GATEWAY },
      to: pods,
      ports: writePorts(architecture),
      why: "writes that were let in",
    },
    { from: agent, to: pods, ports: [httpPort], why: `${title}'s own metrics` },
    ...dnsFlows(pods),
    ...storeFlows(pods, address),
  ];
}

function microservicesFlows({ architecture, cell, address }: StorePods, agent: PodPeer): Flow[] {
  const pods = (component?: string): PodPeer => ({
    pods: microservicesRole(architecture.name, cell.name, component),
  });
  const { answers, httpPort, grpcPort, calls, title, usesStore, foundByName } = architecture;
  const gossip = {
    from: pods(),
    to: pods(),
    ports: [GOSSIP_PORT],
    why: "who is there, and what of the ring each has",
  };
  return [
    {
      from: { pods: GATEWAY },
      to: pods(answers.writes),
      ports: writePorts(architecture),
      why: "writes that were let in",
    },
    ...calls.map(([from, to, why, port = grpcPort]) => ({
      from: pods(from),
      to: pods(to),
      ports: [port],
      why,
    })),
    ...(foundByName ? [] : [gossip]),
    { from: agent, to: pods(), ports: [httpPort], why: `${title}'s own metrics` },
    ...dnsFlows(pods()),
    ...usesStore.flatMap((component) => storeFlows(pods(component), address)),
  ];
}

function cacheFlows({ architecture: { name, usesCaches }, cell, options }: StorePods): Flow[] {
  const { caches = false, redis } = options;
  if (!caches && !redis) return [];
  const to: Peer = redis ? ANYWHERE : { pods: memcachedRole(name, cell.name) };
  return usesCaches.map((component) => ({
    from: { pods: microservicesRole(name, cell.name, component) },
    to,
    ports: [redis ? hostAndPort(redis.endpoint).port : MEMCACHED_PORT],
    why: "caches",
  }));
}

/** Policies of the hub's own pods. */
export function hubPolicies(args: HubFlowsArgs): PolicySpec[] {
  return policiesOf("", hubFlows(args));
}
