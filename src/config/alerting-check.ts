import type { Issue } from "@heliograph/heliograph";
import { RECEIVER_KINDS, RECEIVER_SECRETS, type ReceiverKind } from "@heliograph/heliograph/model";
import type { AlertingSection, ReceiverSecrets } from "./alerting-schema";
import type { HubSection } from "./hub-schema";
import { setSecret } from "./notation";

interface NeededSecret {
  readonly receiver: string;
  readonly kind: ReceiverKind;
}

/** Secrets of receivers that somebody has to give: those that no Secret of the cluster holds. */
export function neededReceiverSecrets(hub: HubSection | undefined): NeededSecret[] {
  return Object.entries(hub?.alerting.receivers ?? {}).flatMap(([receiver, given]) =>
    RECEIVER_KINDS.filter((kind) => needsSecret(given, kind)).map((kind) => ({ receiver, kind })),
  );
}

function needsSecret(receiver: AlertingSection["receivers"][string], kind: ReceiverKind): boolean {
  const given: Readonly<Record<string, unknown>> | undefined = receiver[kind];
  if (!given || given[`${RECEIVER_SECRETS[kind]}From`] !== undefined) return false;
  // Some mail servers let everybody in who is near enough.
  return kind !== "email" || given["username"] !== undefined;
}

export function missingReceiverSecrets(
  hub: HubSection | undefined,
  secrets: ReceiverSecrets,
): Issue[] {
  const needed = neededReceiverSecrets(hub);
  const missing = needed.filter(({ receiver, kind }) => !secrets[receiver]?.[kind]);
  const given = Object.entries(hub ? secrets : {}).flatMap(([receiver, of]) =>
    RECEIVER_KINDS.filter((kind) => of[kind] !== undefined).map((kind) => ({ receiver, kind })),
  );
  const unused = given.filter(
    ({ receiver, kind }) =>
      !needed.some((each) => each.receiver === receiver && each.kind === kind),
  );
  return [
    ...missing.map(({ receiver, kind }) => ({
      path: ["secrets", "receivers", receiver, kind],
      expected: `the secret of heliograph:hub.alerting.receivers.${receiver}.${kind}: its ${RECEIVER_SECRETS[kind]}`,
      lines: setSecret(["receivers", receiver, kind]),
    })),
    ...unused.map(({ receiver, kind }) => ({
      path: ["secrets", "receivers", receiver, kind],
      got: "[secret]",
      expected: `nothing: heliograph:hub.alerting.receivers.${receiver} has no ${kind} that takes its secret from here`,
      lines: `pulumi config rm --path 'heliograph:secrets.receivers.${receiver}.${kind}'`,
    })),
  ];
}
