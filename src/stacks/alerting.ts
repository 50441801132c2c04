import type { HubAlertingArgs, AlertReceiverArgs } from "@heliograph/heliograph";
import { mapValues, RECEIVER_KINDS, RECEIVER_SECRETS } from "@heliograph/heliograph/model";
import type { AlertingSection } from "../config/alerting-schema";
import type { Configuration } from "../config/load";

/** Alerting as the stack file has it, with what the secret section adds. */
export function alertingArgs(
  { deadMansSwitch, receivers, ...section }: AlertingSection,
  secrets: Pick<Configuration, "deadMansSwitchUrl" | "receivers">,
): HubAlertingArgs {
  const url = secrets.deadMansSwitchUrl;
  return {
    ...section,
    receivers: mapValues(receivers, (receiver, name) =>
      receiverArgs(receiver, secrets.receivers[name] ?? {}),
    ),
    deadMansSwitch: deadMansSwitch && url && { ...deadMansSwitch, url },
  };
}

/** A receiver with its secrets. */
export function receiverArgs(
  receiver: AlertingSection["receivers"][string],
  secrets: Configuration["receivers"][string],
): AlertReceiverArgs {
  const kinds = RECEIVER_KINDS.flatMap((kind) => {
    const given = receiver[kind];
    if (!given) return [];
    const secret = secrets[kind];
    return [[kind, { ...given, ...(secret && { [RECEIVER_SECRETS[kind]]: secret }) }] as const];
  });
  return { sendResolved: receiver.sendResolved, ...Object.fromEntries(kinds) };
}
