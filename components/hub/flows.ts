import { PROMETHEUS_AGENT } from "../contract/places";
import { ANYWHERE, dnsFlows, policiesOf, type Flow, type PodPeer, type PolicySpec } from "../kit/flows";
import type { ObjectStoreConnection } from "../storage/connection";
import { BUCKET_ROLE } from "../storage/role";
import { GATEWAY_PORT, STATUS_PORT } from "./gateway/config";
import { MIMIR_HTTP_PORT } from "./mimir/config";
import { GATEWAY, mimirRole } from "./roles";

/** What of a bucket decides where pods connect to. */
export type StoreAddress = Pick<ObjectStoreConnection, "protocol" | "endpoint" | "insecure">;

export interface HubFlowsArgs {
  /** The store of each cell. */
  readonly cells: Readonly<Record<string, StoreAddress>>;
  readonly agentNamespace: string;
}

/**
 * Every connection of the hub's pods; peers without a namespace are in the hub's own. Its policies are made from this list, and tests hold it against
 * what is seen on the network. Probes come from the pod's own node, which policies never keep out.
 */
export function hubFlows({ cells, agentNamespace }: HubFlowsArgs): Flow[] {
  const gateway: PodPeer = { pods: GATEWAY };
  const agent: PodPeer = { pods: PROMETHEUS_AGENT, namespace: agentNamespace };
  return [
    { from: ANYWHERE, to: gateway, ports: [GATEWAY_PORT], why: "edges write" },
    { from: agent, to: gateway, ports: [STATUS_PORT], why: "the gateway's own metrics" },
    ...dnsFlows(gateway),
    ...Object.entries(cells).flatMap(([cell, store]) => cellFlows({ pods: mimirRole(cell) }, store, agent)),
    ...bucketFlows(Object.values(cells)),
  ];
}

function cellFlows(mimir: PodPeer, store: StoreAddress, agent: PodPeer): Flow[] {
  return [
    { from: { pods: GATEWAY }, to: mimir, ports: [MIMIR_HTTP_PORT], why: "writes that were let in" },
    { from: agent, to: mimir, ports: [MIMIR_HTTP_PORT], why: "Mimir's own metrics" },
    ...dnsFlows(mimir),
    ...storeFlows(mimir, store),
  ];
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
