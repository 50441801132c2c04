import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import type { Alertmanager } from "./model";
import { ALERTMANAGER, ALERTMANAGER_GOSSIP_PORT, ALERTMANAGER_PORT } from "./ports";

export interface AlertmanagerFlowsArgs {
  /** Ports of receivers. */
  readonly outside: readonly number[];
  /** Whether people reach it at an address of their own. */
  readonly people: boolean;
  /** Theirs, where the flows are of several. */
  readonly namespace?: string;
}

/** Connections of Alertmanagers, but for those of who sends them alerts and of Grafana. */
export function alertmanagerFlows(
  { replicas }: Alertmanager,
  { outside, people, namespace }: AlertmanagerFlowsArgs,
  agent: PodPeer,
): Flow[] {
  const alertmanager: PodPeer = { pods: ALERTMANAGER, ...(namespace && { namespace }) };
  const gossip = (protocol: "TCP" | "UDP"): Flow => ({
    from: alertmanager,
    to: alertmanager,
    ports: [ALERTMANAGER_GOSSIP_PORT],
    protocol,
    why: "what is silenced, and what was sent",
  });
  const read = { to: alertmanager, ports: [ALERTMANAGER_PORT] };
  return [
    { from: agent, ...read, why: "Alertmanager's own metrics" },
    ...(people ? [{ from: { anyPod: true } as const, ...read, why: "people" }] : []),
    ...(replicas > 1 ? [gossip("TCP"), gossip("UDP")] : []),
    ...dnsFlows(alertmanager),
    ...(outside.length > 0
      ? [{ from: alertmanager, to: ANYWHERE, ports: outside, why: "receivers" }]
      : []),
  ];
}
