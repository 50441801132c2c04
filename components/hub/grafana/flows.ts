import { ANYWHERE, dnsFlows, type Flow, type Peer, type PodPeer } from "../../kit/flows";
import { portOf } from "../../kit/urls";
import { GRAFANA } from "../roles";
import type { HubGrafanaArgs } from "./args";
import { GRAFANA_PORT } from "./config";

/** Who answers reads, and on which port. */
export interface Reader {
  readonly pods: PodPeer;
  readonly port: number;
}

export interface GrafanaFlowsArgs {
  readonly exposure: HubGrafanaArgs["exposure"];
  /** Ports outside: of the database, and of the identity provider. */
  readonly outside: readonly number[];
  /** Whether its pods ask each other. */
  readonly others: boolean;
}

/** What of Grafana's arguments decides its connections; none of it is secret. */
export function grafanaFlowsArgs({
  exposure,
  database,
  oidc,
  organisations = {},
  replicas = 1,
}: HubGrafanaArgs): GrafanaFlowsArgs {
  const provider = oidc ? [oidc.tokenUrl, oidc.userInfoUrl].map(portOf) : [];
  const postgres = database ? [Number(/:(\d+)$/.exec(database.host)?.[1] ?? POSTGRES_PORT)] : [];
  return {
    exposure,
    outside: [...new Set([...postgres, ...provider])],
    others: asksOthers({ organisations, replicas }),
  };
}

const POSTGRES_PORT = 5432;

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
