import type { Role } from "../kit/labels";

/** Names of what is deployed to clusters, for everything that looks it up there. */
export const HUB_NAMESPACE = "heliograph-hub";
export const EDGE_NAMESPACE = "heliograph";

/** Namespace of the edge's pods that mount paths of their node. */
export function nodeNamespaceOf(namespace: string): string {
  return `${namespace}-node`;
}
export const NODE_NAMESPACE = nodeNamespaceOf(EDGE_NAMESPACE);

/** Port of the gateway's pods, whichever port its Service has. */
export const GATEWAY_PORT = 8443;

/** Secret with an edge's certificate, its key, and the CAs that it trusts. */
export const IDENTITY_SECRET = "edge-identity";
/** Keys of that Secret, which are the names of the files in pods. */
export const IDENTITY_FILES = {
  certificate: "tls.crt",
  privateKey: "tls.key",
  trustBundle: "ca.crt",
} as const;

/** The agents that scrape an edge's cluster. Network policies of all targets let them in. */
export const PROMETHEUS_AGENT: Role = { name: "prometheus-agent", everyInstance: true };

const AGENTS = ["prometheus-agent", "prometheus-agent-b"] as const;
/** Name of one agent, and of its StatefulSet, its volume claim and its ConfigMap. */
export type AgentInstance = (typeof AGENTS)[number];

/** The least and the largest number of agents of an edge. */
export const AGENT_REPLICAS = [1, AGENTS.length] as const;

/** An edge that keeps its metrics has two: nobody else has the samples that one of them misses. */
export function defaultAgentReplicas(metricsStay: boolean): number {
  return metricsStay ? 2 : 1;
}

/** The agents of an edge. The first one has the same name whether or not there is a second. */
export function agentInstances(replicas: number): readonly AgentInstance[] {
  return AGENTS.slice(0, replicas);
}

/** The pod of an agent, which is the value of the label `__replica__`. Its name never changes. */
export function podOf(agent: string): string {
  return `${agent}-0`;
}

/** The agent to which a pod belongs. */
export function instanceOf(pod: string): string {
  return pod.replace(/-\d+$/, "");
}
