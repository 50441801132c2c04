import type { Role } from "../kit/labels";

/** Where the program puts things in clusters, for whoever looks for them there. */
export const HUB_NAMESPACE = "heliograph-hub";
export const EDGE_NAMESPACE = "heliograph";

/** Namespace of the pods that see paths of the nodes, beside an edge's other pods. */
export function nodeNamespaceOf(namespace: string): string {
  return `${namespace}-node`;
}
export const NODE_NAMESPACE = nodeNamespaceOf(EDGE_NAMESPACE);

/** Where pods of the hub's gateway listen, behind whatever address and port it has. */
export const GATEWAY_PORT = 8443;

/** Secret of an edge with its certificate, its key, and whom it trusts. */
export const IDENTITY_SECRET = "edge-identity";
/** Its keys, and names of the files that they become in pods. */
export const IDENTITY_FILES = {
  certificate: "tls.crt",
  privateKey: "tls.key",
  trustBundle: "ca.crt",
} as const;

/** The agents that scrape an edge's cluster, one or a pair: they have to be let in wherever something is scraped. */
export const PROMETHEUS_AGENT: Role = { name: "prometheus-agent", everyInstance: true };

const AGENTS = ["prometheus-agent", "prometheus-agent-b"] as const;
/** Name of one agent and of everything that belongs to it alone: its StatefulSet, its claim, its ConfigMap. */
export type AgentInstance = (typeof AGENTS)[number];

/** How many agents an edge may have: from, to. */
export const AGENT_REPLICAS = [1, AGENTS.length] as const;

/** What an edge has where nobody says: a pair where metrics stay with it, since nobody else has what one of them misses. */
export function usualAgentReplicas(metricsStay: boolean): number {
  return metricsStay ? 2 : 1;
}

/** The agents of an edge with so many of them. The first one is the same whether or not there is a second. */
export function agentInstances(replicas: number): readonly AgentInstance[] {
  return AGENTS.slice(0, replicas);
}

/** The pod of an agent, which keeps its name for as long as the edge lives: the value of the replica label. */
export function podOf(agent: string): string {
  return `${agent}-0`;
}

/** The agent that a pod is of. */
export function instanceOf(pod: string): string {
  return pod.replace(/-\d+$/, "");
}
