import * as pulumi from "@pulumi/pulumi";
import { CALLED_URL, hostAndPort, portOf } from "../kit/urls";
import { RECEIVER_SECRETS, type AlertReceiverArgs } from "./args";

/** The ports of all receivers. Their addresses are secret, their ports are not. */
export function portsOfReceivers(
  receivers: Readonly<Record<string, AlertReceiverArgs>> = {},
): pulumi.Output<number[]> {
  const ports = pulumi
    .output(receivers)
    .apply((known) => Object.values(known).flatMap((receiver) => receiverPorts(receiver)))
    .apply((all) => [...new Set(all)].sort((a, b) => a - b));
  return pulumi.unsecret(ports);
}

const HTTPS = 443;

/** Ports of a receiver. `receiver`: with the values of its secrets, as far as they were given. */
function receiverPorts(receiver: {
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
