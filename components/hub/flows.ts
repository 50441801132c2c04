import { PROMETHEUS_AGENT } from "../contract/places";
import { ANYWHERE, dnsFlows, policiesOf, type Flow, type PodPeer, type PolicySpec } from "../kit/flows";
import type { ObjectStoreConnection } from "../storage/connection";
import { BUCKET_ROLE } from "../storage/role";
import { GATEWAY_PORT, REQUESTS_PORT, STATUS_PORT } from "./gateway/config";
import { ANSWERS, type MimirComponent } from "./mimir/components";
import { GOSSIP_PORT, MEMCACHED_PORT, MIMIR_GRPC_PORT, MIMIR_HTTP_PORT } from "./mimir/config";
import { DEAD_MANS_SWITCH, GATEWAY, memcachedRole, microservicesRole, mimirRole } from "./roles";

/** What of a bucket decides where pods connect to. */
export type StoreAddress = Pick<ObjectStoreConnection, "protocol" | "endpoint" | "insecure">;

/** What of a cell decides which pods there are. */
export interface CellParts {
  readonly microservices: boolean;
  readonly caches: boolean;
}

export interface HubFlowsArgs {
  /** The store of each cell, and what there is of Mimir; left out, one process. */
  readonly cells: Readonly<Record<string, StoreAddress & Partial<CellParts>>>;
  readonly agentNamespace: string;
  /** Ports of the Alertmanagers that are told. */
  readonly alertmanagerPorts?: readonly number[];
  /** Port of the address that the dead man's switch calls; left out where there is none. */
  readonly switchPort?: number;
}

/**
 * Every connection of the hub's pods; peers without a namespace are in the hub's own. Its policies are made from this list, and tests hold it against
 * what is seen on the network. Probes come from the pod's own node, which policies never keep out.
 */
export function hubFlows({ cells, agentNamespace, alertmanagerPorts = [], switchPort }: HubFlowsArgs): Flow[] {
  const gateway: PodPeer = { pods: GATEWAY };
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace: agentNamespace };
  return [
    { from: ANYWHERE, to: gateway, ports: [GATEWAY_PORT], why: "edges write" },
    { from: agent, to: gateway, ports: [STATUS_PORT, REQUESTS_PORT], why: "the gateway's own metrics" },
    ...dnsFlows(gateway),
    ...Object.entries(cells).flatMap(([cell, parts]) => [
      // Also beside microservices: the process that they take over from has to ship what it holds before it ends.
      ...singleFlows({ pods: mimirRole(cell) }, parts, agent),
      ...(parts.microservices ? microservicesFlows(cell, parts, agent) : []),
      ...(parts.microservices && parts.caches ? cacheFlows(cell) : []),
      ...alertFlows(cell, parts, alertmanagerPorts),
    ]),
    ...(switchPort === undefined ? [] : switchFlows(cells, switchPort)),
    ...bucketFlows(Object.values(cells)),
  ];
}

function alertFlows(cell: string, { microservices }: Partial<CellParts>, ports: readonly number[]): Flow[] {
  if (ports.length === 0) return [];
  const from = { pods: microservices ? microservicesRole(cell, ANSWERS.rules) : mimirRole(cell) };
  return [{ from, to: ANYWHERE, ports, why: "alerts" }];
}

function switchFlows(cells: HubFlowsArgs["cells"], port: number): Flow[] {
  const from: PodPeer = { pods: DEAD_MANS_SWITCH };
  const asked = Object.entries(cells).map(([cell, { microservices }]): Flow => {
    const to = { pods: microservices ? microservicesRole(cell, ANSWERS.reads) : mimirRole(cell) };
    return { from, to, ports: [MIMIR_HTTP_PORT], why: "whether metrics arrive and alerts are evaluated" };
  });
  const called: Flow = { from, to: ANYWHERE, ports: [port], why: "the address that the dead man's switch calls" };
  return [...dnsFlows(from), ...asked, called];
}

function singleFlows(mimir: PodPeer, store: StoreAddress, agent: PodPeer): Flow[] {
  return [
    { from: { pods: GATEWAY }, to: mimir, ports: [MIMIR_HTTP_PORT], why: "writes that were let in" },
    { from: agent, to: mimir, ports: [MIMIR_HTTP_PORT], why: "Mimir's own metrics" },
    ...dnsFlows(mimir),
    ...storeFlows(mimir, store),
  ];
}

/** Who of the microservices calls whom over gRPC, and why. */
const CALLS: readonly (readonly [from: MimirComponent, to: MimirComponent, why: string])[] = [
  ["distributor", "ingester", "samples"],
  ["querier", "ingester", "what is not in the bucket yet"],
  ["querier", "store-gateway", "what is in the bucket"],
  ["querier", "query-scheduler", "queries to work on"],
  ["querier", "query-frontend", "results"],
  ["query-frontend", "query-scheduler", "queries that wait"],
  ["query-scheduler", "query-frontend", "queries whose querier went away"],
  ["ruler", "ingester", "what rules record, and what is not in the bucket yet"],
  ["ruler", "store-gateway", "what is in the bucket"],
  ["ruler", "ruler", "who evaluates what"],
];
/** Queriers, and rulers like them, read the index of the bucket. */
const USE_THE_STORE: readonly MimirComponent[] = ["ingester", "store-gateway", "compactor", "querier", "ruler"];
const USE_CACHES: readonly MimirComponent[] = ["query-frontend", "querier", "store-gateway", "ruler"];

function microservicesFlows(cell: string, store: StoreAddress, agent: PodPeer): Flow[] {
  const pods = (component?: MimirComponent): PodPeer => ({ pods: microservicesRole(cell, component) });
  const writes = pods(ANSWERS.writes);
  return [
    { from: { pods: GATEWAY }, to: writes, ports: [MIMIR_HTTP_PORT], why: "writes that were let in" },
    ...CALLS.map(([from, to, why]) => ({ from: pods(from), to: pods(to), ports: [MIMIR_GRPC_PORT], why })),
    { from: pods(), to: pods(), ports: [GOSSIP_PORT], why: "who is there, and what of the ring each has" },
    { from: agent, to: pods(), ports: [MIMIR_HTTP_PORT], why: "Mimir's own metrics" },
    ...dnsFlows(pods()),
    ...USE_THE_STORE.flatMap((component) => storeFlows(pods(component), store)),
  ];
}

function cacheFlows(cell: string): Flow[] {
  const to: PodPeer = { pods: memcachedRole(cell) };
  return USE_CACHES.map((component) => ({
    from: { pods: microservicesRole(cell, component) },
    to,
    ports: [MEMCACHED_PORT],
    why: "caches",
  }));
}

/** The pods that make buckets have run before, but run again for a bucket in another place. */
function bucketFlows(stores: readonly StoreAddress[]): Flow[] {
  const from: PodPeer = { pods: BUCKET_ROLE };
  return [...dnsFlows(from), ...stores.flatMap((store) => storeFlows(from, store))];
}

const HTTPS = 443;
const HTTP = 80;

function storeFlows(from: PodPeer, { protocol, endpoint, insecure }: StoreAddress): Flow[] {
  const port = Number(/:(\d+)$/.exec(endpoint)?.[1] ?? (insecure ? HTTP : HTTPS));
  const store: Flow = { from, to: ANYWHERE, ports: [port], why: "the object store, and the tokens to use it" };
  if (protocol !== "gcs") return [store];
  const metadata: Flow = {
    from,
    // https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#network_policy
    to: { addresses: ["169.254.169.252/32", "169.254.169.254/32"] },
    ports: [988, HTTP],
    why: "the metadata server, which has the tokens",
  };
  return [store, metadata];
}

/** Policies of the hub's own pods. */
export function hubPolicies(args: HubFlowsArgs): PolicySpec[] {
  return policiesOf("", hubFlows(args));
}
