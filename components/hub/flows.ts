import type { MetricsBackend } from "../contract/names";
import {
  GATEWAY_PORT,
  PROMETHEUS_AGENT,
  THANOS_GRPC_PORT,
  THANOS_HTTP_PORT,
} from "../contract/places";
import {
  ANYWHERE,
  dnsFlows,
  policiesOf,
  type Flow,
  type Peer,
  type PodPeer,
  type PolicySpec,
} from "../kit/flows";
import { hostAndPort } from "../kit/urls";
import { bucketFlows, storeFlows, type StoreAddress } from "../storage/flows";
import { grafanaFlows, type GrafanaFlowsArgs, type Reader } from "./grafana/flows";
import { REQUESTS_PORT, STATUS_PORT } from "./gateway/config";
import {
  answering,
  GOSSIP_PORT,
  isOneProcess,
  MEMCACHED_PORT,
  type Answer,
  type Architecture,
  type BackendTopology,
} from "../backends/kit/architecture";
import { LOKI } from "../backends/loki/components";
import { programOf } from "../backends/kit/rings/program";
import { METRICS_GENERATOR, TEMPO, tempoBackend } from "../backends/tempo/components";
import {
  DEAD_MANS_SWITCH,
  GATEWAY,
  GLOBAL_QUERY,
  memcachedRole,
  microservicesRole,
  readerRole,
  rulerRole,
  singleRole,
} from "./roles";

/** What of a cell decides which pods there are. */
export interface CellParts {
  readonly microservices: boolean;
  readonly caches: boolean;
  /** Port of the Redis in which it caches instead. */
  readonly redisPort?: number;
}

/** Where a backend of a cell stores, and what there is of it; left out, one process. */
export type BackendFlows = StoreAddress & Partial<CellParts>;

/** By signal, as far as the cell stores it. */
export interface CellFlows {
  readonly metrics: BackendFlows & { readonly backend?: MetricsBackend };
  readonly logs?: BackendFlows;
  readonly traces?: BackendFlows & { readonly metricsGenerator?: boolean };
}

export interface HubFlowsArgs {
  readonly cells: Readonly<Record<string, CellFlows>>;
  readonly agentNamespace: string;
  /** Ports of the Alertmanagers that are told. */
  readonly alertmanagerPorts?: readonly number[];
  /** Port of the address that the dead man's switch calls; left out where there is none. */
  readonly switchPort?: number;
  /** Host and port of the edges that it asks in place. Left out where there is no global query. */
  readonly globalQuery?: { readonly edges: readonly string[] };
  /** Left out where there is none. */
  readonly grafana?: GrafanaFlowsArgs;
}

/**
 * Every connection of the hub's pods; peers without a namespace are in the hub's own. Its policies are made from this list, and tests hold it against
 * what is seen on the network. Probes come from the pod's own node, which policies never keep out.
 */
export function hubFlows(args: HubFlowsArgs): Flow[] {
  const { cells, agentNamespace, alertmanagerPorts = [], switchPort, globalQuery, grafana } = args;
  const gateway: PodPeer = { pods: GATEWAY };
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace: agentNamespace };
  return [
    { from: ANYWHERE, to: gateway, ports: [GATEWAY_PORT], why: "edges write" },
    {
      from: agent,
      to: gateway,
      ports: [STATUS_PORT, REQUESTS_PORT],
      why: "the gateway's own metrics",
    },
    ...dnsFlows(gateway),
    ...Object.entries(cells).flatMap(([cell, { metrics, logs, traces }]) => [
      ...backendFlows(programOf(metrics).backend, cell, metrics, agent),
      ...rulerFlows(programOf(metrics).backend, cell, metrics, agent),
      ...alertFlows(programOf(metrics).backend, cell, metrics, alertmanagerPorts),
      ...(logs ? backendFlows(LOKI, cell, logs, agent) : []),
      ...(logs ? alertFlows(LOKI, cell, logs, alertmanagerPorts) : []),
      ...(traces
        ? backendFlows(tempoBackend(traces.metricsGenerator ?? false), cell, traces, agent)
        : []),
      ...(traces?.metricsGenerator ? generatorFlows(cell, traces, metrics) : []),
    ]),
    ...(switchPort === undefined ? [] : switchFlows(cells, switchPort)),
    ...(globalQuery ? globalQueryFlows(globalQuery.edges, cells, agent) : []),
    ...(grafana
      ? grafanaFlows(grafana, [...readersOf(cells), ...(globalQuery ? [EVERYWHERE] : [])], agent)
      : []),
    ...bucketFlows(Object.values(cells).flatMap((cell) => Object.values(cell))),
  ];
}

function backendFlows(
  backend: Architecture,
  cell: string,
  parts: BackendFlows,
  agent: PodPeer,
): Flow[] {
  const oneProcess = isOneProcess(backend, topologyOf(parts));
  return [
    // Also beside microservices: the process that they take over from has to ship what it holds before it ends.
    ...(isOneProcess(backend, "single") ? singleFlows(backend, cell, parts, agent) : []),
    ...(oneProcess ? [] : microservicesFlows(backend, cell, parts, agent)),
    ...(oneProcess ? [] : cacheFlows(backend, cell, parts)),
  ];
}

const topologyOf = ({ microservices }: Partial<CellParts>): BackendTopology =>
  microservices ? "microservices" : "single";

function alertFlows(
  backend: Architecture,
  cell: string,
  parts: BackendFlows,
  ports: readonly number[],
): Flow[] {
  if (ports.length === 0) return [];
  const from = { pods: answering(backend, "rules", cell, topologyOf(parts)).role };
  return [{ from, to: ANYWHERE, ports, why: "alerts" }];
}

/** Where rules are evaluated beside the backend. */
function rulerFlows(
  backend: Architecture,
  cell: string,
  parts: BackendFlows,
  agent: PodPeer,
): Flow[] {
  if (backend.answers.rules) return [];
  const from: PodPeer = { pods: rulerRole(cell) };
  const [reads, writes] = (["reads", "writes"] as const).map((what): PodPeer => ({
    pods: answering(backend, what, cell, topologyOf(parts)).role,
  })) as [PodPeer, PodPeer];
  return [
    { from, to: reads, ports: [backend.httpPort], why: "series that rules ask for" },
    { from, to: writes, ports: writePorts(backend), why: "what rules record" },
    { from: agent, to: from, ports: [backend.httpPort], why: "the ruler's own metrics" },
    ...dnsFlows(from),
  ];
}

const EVERYWHERE: Reader = { pods: { pods: GLOBAL_QUERY }, port: THANOS_HTTP_PORT };

function globalQueryFlows(
  edges: readonly string[],
  cells: HubFlowsArgs["cells"],
  agent: PodPeer,
): Flow[] {
  const from = EVERYWHERE.pods;
  const ports = [...new Set(edges.map((endpoint) => hostAndPort(endpoint).port))];
  const watched = (to: PodPeer): Flow => ({
    from: agent,
    to,
    ports: [THANOS_HTTP_PORT],
    why: "metrics of Thanos",
  });
  return [
    ...dnsFlows(from),
    ...(ports.length > 0
      ? [{ from, to: ANYWHERE, ports, why: "edges that are queried in place" }]
      : []),
    watched(from),
    ...Object.entries(cells).flatMap(([cell, { metrics }]) => {
      const { backend } = programOf(metrics);
      if (backend.answers.allReads) {
        const { pods: to } = readerOf(backend, cell, metrics, "allReads");
        return [{ from, to, ports: [backend.grpcPort], why: "queries" }];
      }
      const reader: PodPeer = { pods: readerRole(cell) };
      const { pods, port } = readerOf(backend, cell, metrics);
      return [
        { from, to: reader, ports: [THANOS_GRPC_PORT], why: "queries" },
        ...dnsFlows(reader),
        { from: reader, to: pods, ports: [port], why: "series that queries ask for" },
        watched(reader),
      ];
    }),
  ];
}

/** Who answers queries. */
function readersOf(cells: HubFlowsArgs["cells"]): Reader[] {
  return Object.entries(cells).flatMap(([cell, { metrics, logs, traces }]) => [
    ...metricsReaders(programOf(metrics).backend, cell, metrics),
    ...(logs ? [readerOf(LOKI, cell, logs)] : []),
    ...(traces ? [readerOf(TEMPO, cell, traces)] : []),
  ]);
}

function metricsReaders(backend: Architecture, cell: string, parts: BackendFlows): Reader[] {
  const reader = readerOf(backend, cell, parts);
  return backend.answers.allReads ? [reader, readerOf(backend, cell, parts, "allReads")] : [reader];
}

function readerOf(
  backend: Architecture,
  cell: string,
  parts: BackendFlows,
  what: Answer = "reads",
): Reader {
  return {
    pods: { pods: answering(backend, what, cell, topologyOf(parts)).role },
    port: backend.httpPort,
  };
}

function generatorFlows(cell: string, traces: BackendFlows, metrics: CellFlows["metrics"]): Flow[] {
  const component = traces.microservices ? METRICS_GENERATOR : undefined;
  const from = {
    pods: component ? microservicesRole("tempo", cell, component) : singleRole("tempo", cell),
  };
  const { backend } = programOf(metrics);
  const to = { pods: answering(backend, "writes", cell, topologyOf(metrics)).role };
  return [{ from, to, ports: writePorts(backend), why: "metrics made of spans" }];
}

function switchFlows(cells: HubFlowsArgs["cells"], port: number): Flow[] {
  const from: PodPeer = { pods: DEAD_MANS_SWITCH };
  const asked = Object.entries(cells).map(([cell, { metrics }]): Flow => {
    const { pods: to, port: asks } = readerOf(
      programOf(metrics).backend,
      cell,
      metrics,
      "allReads",
    );
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

function singleFlows(
  backend: Architecture,
  cell: string,
  store: StoreAddress,
  agent: PodPeer,
): Flow[] {
  const pods: PodPeer = { pods: singleRole(backend.name, cell) };
  return [
    {
      from: { pods: GATEWAY },
      to: pods,
      ports: writePorts(backend),
      why: "writes that were let in",
    },
    { from: agent, to: pods, ports: [backend.httpPort], why: `${backend.title}'s own metrics` },
    ...dnsFlows(pods),
    ...storeFlows(pods, store),
  ];
}

function microservicesFlows(
  backend: Architecture,
  cell: string,
  store: StoreAddress,
  agent: PodPeer,
): Flow[] {
  const pods = (component?: string): PodPeer => ({
    pods: microservicesRole(backend.name, cell, component),
  });
  const { answers, httpPort, grpcPort, calls, title, usesStore, foundByName } = backend;
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
      ports: writePorts(backend),
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
    ...usesStore.flatMap((component) => storeFlows(pods(component), store)),
  ];
}

function cacheFlows(
  { name, usesCaches }: Architecture,
  cell: string,
  { caches, redisPort }: BackendFlows,
): Flow[] {
  const to: Peer = redisPort === undefined ? { pods: memcachedRole(name, cell) } : ANYWHERE;
  if (!caches && redisPort === undefined) return [];
  return usesCaches.map((component) => ({
    from: { pods: microservicesRole(name, cell, component) },
    to,
    ports: [redisPort ?? MEMCACHED_PORT],
    why: "caches",
  }));
}

/** Policies of the hub's own pods. */
export function hubPolicies(args: HubFlowsArgs): PolicySpec[] {
  return policiesOf("", hubFlows(args));
}
