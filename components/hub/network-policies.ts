import * as pulumi from "@pulumi/pulumi";
import type { PolicySpec } from "../kit/flows";
import { mapInput } from "../kit/inputs";
import { defaultDenyPolicy, rolePolicy } from "../kit/network-policies";
import { portOf } from "../kit/urls";
import { UNKNOWN_STORE } from "../storage/flows";
import type { HubObservabilityArgs } from "./args";
import { portsOfReceivers } from "../alertmanager/receiver-ports";
import { grafanaFlowsArgs } from "./grafana/flows";
import type { HubGrafanaArgs } from "./grafana/args";
import { queriedEdges } from "./inventory";
import type { HubModel } from "./model";
import { hubPolicies, type HubFlowsArgs } from "./network";

/**
 * The policies of the hub's pods. Which ones there are follows from the model; only ports and
 * addresses in them may be known late.
 */
export function createNetworkPolicies(
  name: string,
  hub: HubModel,
  { cells, alerting, globalQuery, grafana }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  const deadMansSwitch = alerting?.deadMansSwitch;
  const policies = (
    addressOf: HubFlowsArgs["addressOf"],
    switchPort: number | undefined,
    outside: readonly number[],
    receivers: readonly number[],
  ) =>
    hubPolicies({
      hub,
      addressOf,
      switchPort,
      globalQuery: globalQuery && { edges: Object.values(queriedEdges(hub)) },
      grafana: grafana && grafanaFlowsArgs(grafana, outside),
      alerting: {
        outside: receivers,
        people: alerting?.alertmanager?.externalUrl !== undefined,
      },
    });
  const roles = policies(() => UNKNOWN_STORE, deadMansSwitch && 0, [], []).map(({ role }) => role);
  const buckets = Object.entries(cells).map(([cell, { metrics, logs, traces }]) => [
    cell,
    { metrics: metrics.bucket, logs: logs?.bucket, traces: traces?.bucket },
  ]) as [string, { metrics: HubObservabilityArgs["cells"][string]["metrics"]["bucket"] }][];
  const known = pulumi
    .all([
      pulumi.output(Object.fromEntries(buckets)),
      // The address is secret, its port is not: policies are not.
      deadMansSwitch && pulumi.unsecret(pulumi.output(deadMansSwitch.url).apply(portOf)),
      grafana ? portsOutside(grafana) : [],
      portsOfReceivers(alerting?.receivers),
    ])
    .apply(([stores, switchPort, outside, receivers]) =>
      policies(
        (cell, signal) => (stores[cell] as Stores | undefined)?.[signal] ?? UNKNOWN_STORE,
        switchPort,
        outside,
        receivers,
      ),
    );
  const specOf = (index: number) => known.apply((all) => (all[index] as PolicySpec).spec);

  defaultDenyPolicy(`${name}-network`, namespace, opts);
  roles.forEach((role, index) =>
    rolePolicy(`${name}-network`, namespace, role, specOf(index), opts),
  );
}

type Stores = Readonly<Record<string, typeof UNKNOWN_STORE | undefined>>;

/** Ports of Grafana's database and of the identity provider. */
function portsOutside({ database, oidc }: HubGrafanaArgs): pulumi.Output<number[]> {
  const postgres = database ? [mapInput(database.host, postgresPort)] : [];
  const provider = oidc ? [oidc.tokenUrl, oidc.userInfoUrl] : [];
  return pulumi
    .all([pulumi.output(postgres), pulumi.output(provider)])
    .apply(([ports, urls]) => [...new Set([...ports, ...urls.map(portOf)])]);
}

const POSTGRES_PORT = 5432;
const postgresPort = (host: string) => Number(/:(\d+)$/.exec(host)?.[1] ?? POSTGRES_PORT);
