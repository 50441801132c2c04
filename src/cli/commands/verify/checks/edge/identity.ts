import { createPrivateKey, X509Certificate } from "node:crypto";
import type { HubContract, HubContractEdge } from "../../../../../../components/contract/hub";
import { distinguishedName } from "../../../../../../components/contract/identity";
import { failed, passed, warning, type Check, type Outcome } from "../../check";
import type { EdgeView, Identity } from "../../fleet";
import { daysLeft, thresholdsOf } from "../../validity";

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
  if (days < 0) return failed(`the certificate expired on ${certificate.validTo}`);
  const { renewal, alarm } = thresholdsOf(hub);
  if (days <= alarm) return failed(`the certificate expires in ${days} days`);
  const detail = `signed as ${subject}, ${days} days left`;
  if (days < renewal)
    return warning(`${days} days`, `${detail}: the next update of the hub renews it`, "npm run up");
  return passed(`${days} days`, detail);
}
