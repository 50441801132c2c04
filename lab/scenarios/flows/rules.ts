import { BlockList, isIPv6 } from "node:net";
import type { Connection } from "./connections.js";

/** What of a pod decides which policies hold for it. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

interface Port {
  readonly port: number;
  readonly protocol?: string;
}

/**
 * A NetworkPolicy, as far as ours go: no ranges of ports, no exceptions of address blocks, no match
 * expressions.
 */
export interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly {
      readonly from?: readonly Peer[];
      readonly ports?: readonly Port[];
    }[];
    readonly egress?: readonly {
      readonly to?: readonly Peer[];
      readonly ports?: readonly Port[];
    }[];
  };
}

export type Direction = "ingress" | "egress";

/** One entry of a policy. */
export interface Rule {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly peers: readonly Peer[];
  readonly ports: readonly Port[];
}

export function rulesOf(policies: readonly Policy[]): Rule[] {
  return policies.flatMap((policy) => [
    ...(policy.spec.ingress ?? []).map(({ from = [], ports = [] }) =>
      rule(policy, "ingress", from, ports),
    ),
    ...(policy.spec.egress ?? []).map(({ to = [], ports = [] }) =>
      rule(policy, "egress", to, ports),
    ),
  ]);
}

function rule(
  policy: Policy,
  direction: Direction,
  peers: readonly Peer[],
  ports: readonly Port[],
): Rule {
  return { policy, direction, peers, ports };
}

/** `heliograph-hub/gateway ingress TCP 8443 0.0.0.0/0,::/0` */
export function describeRule({ policy, direction, peers, ports }: Rule): string {
  const { namespace, name } = policy.metadata;
  const protocols = [...new Set(ports.map(({ protocol = "TCP" }) => protocol))].join("/");
  const numbers =
    ports.length === 0 ? "any port" : `${protocols} ${ports.map(({ port }) => port).join(",")}`;
  return `${namespace}/${name} ${direction} ${numbers} ${peers.map(describePeer).join(",")}`;
}

function describePeer({ ipBlock, podSelector, namespaceSelector }: Peer): string {
  if (ipBlock) return ipBlock.cidr;
  const labels = podSelector?.matchLabels ?? {};
  const name =
    labels["app.kubernetes.io/instance"] ?? labels["app.kubernetes.io/name"] ?? labels["k8s-app"];
  return name ?? (namespaceSelector ? "any pod" : "own pods");
}

/** Whether the policies of a direction keep out of (or in) the pod what no rule lets through. */
export function isGoverned(pod: Pod, direction: Direction, policies: readonly Policy[]): boolean {
  const type = direction === "ingress" ? "Ingress" : "Egress";
  return policies.some((policy) => policy.spec.policyTypes.includes(type) && holdsFor(policy, pod));
}

/** The rules that let a connection out of its source (or into its destination). */
export function admitting(
  rules: readonly Rule[],
  direction: Direction,
  { protocol, source, destination, port }: Connection,
  podAt: (address: string) => Pod | undefined,
): Rule[] {
  const [own, other] = direction === "egress" ? [source, destination] : [destination, source];
  const pod = podAt(own);
  return rules.filter(
    (candidate) =>
      pod !== undefined &&
      candidate.direction === direction &&
      holdsFor(candidate.policy, pod) &&
      hasPort(candidate, protocol, port) &&
      candidate.peers.some((peer) =>
        isPeer(peer, other, podAt(other), candidate.policy.metadata.namespace),
      ),
  );
}

function holdsFor({ metadata, spec }: Policy, pod: Pod): boolean {
  return metadata.namespace === pod.namespace && matches(spec.podSelector, pod.labels);
}

function hasPort({ ports }: Rule, protocol: string, port: number): boolean {
  return (
    ports.length === 0 ||
    ports.some((each) => each.port === port && (each.protocol ?? "TCP") === protocol)
  );
}

function isPeer(
  { ipBlock, podSelector, namespaceSelector }: Peer,
  address: string,
  pod: Pod | undefined,
  namespace: string,
): boolean {
  if (ipBlock) return isWithin(address, ipBlock.cidr);
  if (!pod) return false;
  const namespaceFits = namespaceSelector
    ? matches(namespaceSelector, { "kubernetes.io/metadata.name": pod.namespace })
    : pod.namespace === namespace;
  return namespaceFits && matches(podSelector ?? {}, pod.labels);
}

function matches(
  { matchLabels = {} }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function isWithin(address: string, cidr: string): boolean {
  const [network = "", prefix] = cidr.split("/");
  if (isIPv6(network) !== isIPv6(address)) return false;
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(address, family);
}
