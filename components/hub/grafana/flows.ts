import { ANYWHERE, dnsFlows, type Flow, type Peer, type PodPeer } from "../../kit/flows";
import { GRAFANA } from "../roles";
import type { HubGrafanaArgs } from "./args";
import { GRAFANA_PORT } from "./config";

/** Pods that answer reads, and their port. */
export interface Reader {
  readonly pods: PodPeer;
  readonly port: number;
}

export interface GrafanaFlowsArgs {
  readonly exposure: HubGrafanaArgs["exposure"];
  /** Ports of its database and of the identity provider. */
  readonly outside: readonly number[];
  /** Whether its pods ask each other. */
  readonly others: boolean;
  /** Whether customers have organisations of their own. */
  readonly customers: boolean;
}

/** Grafana's connections, where the ports outside are not known yet. */
export function grafanaFlowsArgs(
  { exposure, organisations, replicas }: HubGrafanaArgs,
  outside: readonly number[],
): GrafanaFlowsArgs {
  return {
    exposure,
    outside,
    others: asksOthers({ organisations, replicas }),
    customers: Object.keys(organisations ?? {}).length > 0,
  };
}

export function asksOthers({
  organisations = {},
  replicas = 1,
}: Pick<HubGrafanaArgs, "organisations" | "replicas">): boolean {
  return Object.keys(organisations).length > 0 && replicas > 1;
}

export function grafanaFlows(
  { exposure, outside, others }: GrafanaFlowsArgs,
  readers: readonly Reader[],
  agent: PodPeer,
): Flow[] {
  const grafana: PodPeer = { pods: GRAFANA };
  const people: Peer = exposure === "LoadBalancer" ? ANYWHERE : { anyPod: true };
  const to = (peer: Peer, ports: readonly number[], why: string): Flow => ({
    from: grafana,
    to: peer,
    ports,
    why,
  });
  return [
    { from: people, to: grafana, ports: [GRAFANA_PORT], why: "people" },
    { from: agent, to: grafana, ports: [GRAFANA_PORT], why: "Grafana's own metrics" },
    ...dnsFlows(grafana),
    ...readers.map(({ pods, port }) => to(pods, [port], "queries")),
    ...(outside.length > 0 ? [to(ANYWHERE, outside, "its database, and who logs people in")] : []),
    ...(others ? [to(grafana, [GRAFANA_PORT], "numbers of organisations")] : []),
  ];
}
