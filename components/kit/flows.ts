import type { Role } from "./labels";
import { roleName, selectorLabels } from "./labels";

/** Pods of one role, in this namespace unless another is named. */
export interface PodPeer {
  readonly pods: Role;
  readonly namespace?: string;
}

/**
 * Addresses outside of the namespaces we know: nodes, the API server, load balancers, other
 * clusters.
 */
interface AddressPeer {
  readonly addresses: readonly string[];
}

/** Any pod of the cluster: what scrapes annotated workloads has to reach them all. */
interface AnyPodPeer {
  readonly anyPod: true;
}

export type Peer = PodPeer | AddressPeer | AnyPodPeer;

/**
 * One kind of connection that has to work. Whatever is not listed is refused by the policies made
 * from the list.
 */
export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  /** Ports of the receiving container; empty for all (annotated workloads choose their own). */
  readonly ports: readonly number[];
  readonly protocol?: "TCP" | "UDP";
  readonly why: string;
}

export const ANYWHERE: AddressPeer = { addresses: ["0.0.0.0/0", "::/0"] };

/** Name resolution, needed by every pod that connects by name. */
export function dnsFlows(from: PodPeer): Flow[] {
  const to: Peer = { pods: { name: "kube-dns" }, namespace: "kube-system" };
  return (["UDP", "TCP"] as const).map((protocol) => ({
    from,
    to,
    ports: [53],
    protocol,
    why: "name resolution",
  }));
}

/** kube-dns predates the recommended labels. */
const DNS_LABELS = { "k8s-app": "kube-dns" };

export interface PolicySpec {
  readonly role: Role;
  readonly spec: {
    podSelector: { matchLabels: Record<string, string> };
    policyTypes: string[];
    ingress: object[];
    egress: object[];
  };
}

/**
 * One policy per role of `namespace` that occurs in the flows: what it may receive, what it may
 * send.
 */
export function policiesOf(namespace: string, flows: readonly Flow[]): PolicySpec[] {
  const here = (peer: Peer): Role | undefined =>
    "pods" in peer && (peer.namespace ?? namespace) === namespace ? peer.pods : undefined;
  const roles = new Map<string, Role>();
  for (const flow of flows) {
    for (const role of [here(flow.from), here(flow.to)]) if (role) roles.set(roleName(role), role);
  }
  const same = (peer: Peer, role: Role) => {
    const found = here(peer);
    return found !== undefined && roleName(found) === roleName(role);
  };
  return [...roles.values()].map((role) => ({
    role,
    spec: {
      podSelector: { matchLabels: { ...selectorLabels(role) } },
      policyTypes: ["Ingress", "Egress"],
      ingress: flows
        .filter((flow) => same(flow.to, role))
        .map((flow) => ({ from: peers(flow.from, namespace), ...ports(flow) })),
      egress: flows
        .filter((flow) => same(flow.from, role))
        .map((flow) => ({ to: peers(flow.to, namespace), ...ports(flow) })),
    },
  }));
}

function ports({ ports: numbers, protocol = "TCP" }: Flow) {
  return numbers.length === 0 ? {} : { ports: numbers.map((port) => ({ port, protocol })) };
}

function peers(peer: Peer, namespace: string): object[] {
  if ("addresses" in peer) return peer.addresses.map((cidr) => ({ ipBlock: { cidr } }));
  if ("anyPod" in peer) return [{ namespaceSelector: {} }];
  const podSelector = {
    matchLabels: peer.pods.name === "kube-dns" ? DNS_LABELS : { ...selectorLabels(peer.pods) },
  };
  if ((peer.namespace ?? namespace) === namespace) return [{ podSelector }];
  return [
    {
      podSelector,
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } },
    },
  ];
}
