import { createPrivateKey, X509Certificate } from "node:crypto";
import {
  distinguishedName,
  type HubContract,
  type HubContractEdge,
  RENEW_BEFORE_DAYS,
} from "@heliograph/heliograph/model";
import { type Check, failed, type Outcome, passed, warning, withFacts } from "../check";
import type { EdgeView, Identity } from "../edge";

export const identity: Check<EdgeView> = {
  name: "identity",
  proves: "the hub signed the key that the edge has, for this edge, and the signature lasts",
  next: ({ home, name }) => `npm run up -- ${home?.stack ?? name}`,
  async run({ name, entry, hub, identity }) {
    return judgeIdentity(await identity(), { name, entry, hub: hub.contract, now: new Date() });
  },
};

interface Expected {
  readonly name: string;
  readonly entry: HubContractEdge;
  /** Whose CAs count, and when it renews. */
  readonly hub: Pick<HubContract, "trustBundle" | "authority">;
  readonly now: Date;
}

export function judgeIdentity(
  { certificate: pem, privateKey }: Identity,
  expected: Expected,
): Outcome {
  const { name, entry, hub, now } = expected;
  const certificate = new X509Certificate(pem);
  // As NGINX writes it, last attribute first: that is what the gateway looks up.
  const subject = certificate.subject.split("\n").reverse().join(",");
  const wanted = distinguishedName({ name, keyGeneration: entry.keyGeneration });
  if (subject !== wanted)
    return failed(`the certificate is for ${subject}, the inventory has ${wanted}`);
  if (
    !hub.trustBundle.some((authority) =>
      certificate.verify(new X509Certificate(authority).publicKey),
    )
  )
    return failed("no CA of the hub signed the certificate");
  if (!certificate.checkPrivateKey(createPrivateKey(privateKey)))
    return failed("the certificate is not for the key that the edge has");
  const signed = entry.state === "waiting" ? undefined : entry.certificate;
  if (!signed || new X509Certificate(signed).fingerprint256 !== certificate.fingerprint256)
    return failed("the hub has signed another certificate since");
  const days = daysLeft(certificate, now);
  const found = (outcome: Outcome) => withFacts(outcome, { certificateDays: days });
  if (days < 0) return found(failed(`the certificate expired on ${certificate.validTo}`));
  const { renewal, alarm } = thresholdsOf(hub);
  if (days <= alarm) return found(failed(`the certificate expires in ${days} days`));
  const detail = `signed as ${subject}, ${days} days left`;
  if (days >= renewal) return found(passed(`${days} days`, detail));
  const renewed = `${detail}: the next update of the hub renews it`;
  return found(warning(`${days} days`, renewed, "npm run up"));
}

/** The one check of an edge that the hub has not signed yet. */
export const waiting: Check<EdgeView> = {
  name: "identity",
  proves: "the hub has signed the edge's key",
  next: ({ home, name }) => `npm run up -- ${home?.stack ?? name}`,
  run: async ({ name, hub }) =>
    failed(`${name} is in the inventory of ${hub.stack}, and waits for its certificate`),
};

/** No update has come for most of the renewal window by then: somebody has to look. */
const ALARM_DAYS = 14;

/** Days before its end at which a hub renews a certificate, and at which somebody has to look. */
export function thresholdsOf({ authority }: Pick<HubContract, "authority">) {
  const renewal = authority?.renewBeforeDays ?? RENEW_BEFORE_DAYS;
  return { renewal, alarm: Math.min(ALARM_DAYS, Math.floor(renewal / 2)) };
}

/** Whole days; negative when it has expired. */
export function daysLeft(certificate: X509Certificate, now: Date): number {
  return Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / 86_400_000);
}
