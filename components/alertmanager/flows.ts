import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import { CALLED_URL, hostAndPort, portOf } from "../kit/urls";
import { RECEIVER_SECRETS, type AlertReceiverArgs } from "./args";
import type { Alertmanager } from "./model";
import { ALERTMANAGER, ALERTMANAGER_GOSSIP_PORT, ALERTMANAGER_PORT } from "./ports";

export interface AlertmanagerFlowsArgs {
  /** Ports of receivers. */
  readonly outside: readonly number[];
  /** Whether people reach it at an address of their own. */
  readonly people: boolean;
}

/** Connections of the hub's own Alertmanagers, but for those of rulers and of Grafana. */
export function alertmanagerFlows(
  { replicas }: Alertmanager,
  { outside, people }: AlertmanagerFlowsArgs,
  agent: PodPeer,
): Flow[] {
  const alertmanager: PodPeer = { pods: ALERTMANAGER };
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

const HTTPS = 443;

/** Ports of a receiver. `receiver`: with the values of its secrets, as far as they were given. */
export function receiverPorts(receiver: {
  readonly [K in keyof AlertReceiverArgs]: unknown;
}): number[] {
  const { slack, pagerDuty, opsgenie, teams, email, webhook } = receiver as Readonly<
    Record<keyof AlertReceiverArgs, Readonly<Record<string, string | number>> | undefined>
  >;
  // Whatever is no address is refused where its Secret is made.
  const port = (url: string | number | undefined) =>
    typeof url === "string" && CALLED_URL.test(url) ? portOf(url) : HTTPS;
  return [
    ...(slack ? [port(slack[RECEIVER_SECRETS.slack])] : []),
    ...(pagerDuty ? [port(pagerDuty["apiUrl"])] : []),
    ...(opsgenie ? [port(opsgenie["apiUrl"])] : []),
    ...(teams ? [port(teams[RECEIVER_SECRETS.teams])] : []),
    ...(email ? [hostAndPort(String(email["smarthost"])).port] : []),
    ...(webhook ? [Number(webhook["port"] ?? port(webhook[RECEIVER_SECRETS.webhook]))] : []),
  ];
}
