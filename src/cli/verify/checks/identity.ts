import { createPrivateKey, X509Certificate } from "node:crypto";
import { distinguishedName } from "../../../../components/contract/identity";
import type { Check } from "../check";

/** The window in which an update renews a certificate by itself. */
export const RENEWAL_DAYS = 90;
/** Below this, renewal has not happened for over two months: somebody has to look. */
const ALARM_DAYS = 14;

export const identity: Check = {
  name: "identity",
  proves: "the hub signed the edge's key for this edge, and the signature lasts",
  async run(edge) {
    const { certificate: pem, privateKey } = await edge.identity();
    const certificate = new X509Certificate(pem);
    const days = daysLeft(certificate, new Date());
    const problem = identityProblem(certificate, privateKey, {
      subject: distinguishedName({ name: edge.name, keyGeneration: edge.entry.keyGeneration }),
      signed: "certificate" in edge.entry ? edge.entry.certificate : undefined,
      trust: edge.hub.contract.trustBundle,
      days,
    });
    if (problem) return { ok: false, detail: problem, next: `npm run up -- ${edge.hub.stack} ${edge.name}` };
    return { ok: true, detail: `signed, ${days} days left${days < RENEWAL_DAYS ? ", renewed by the next up" : ""}` };
  },
};

interface Expected {
  readonly subject: string;
  readonly signed: string | undefined;
  readonly trust: readonly string[];
  readonly days: number;
}

/** What is wrong with an identity; undefined when nothing is. */
export function identityProblem(
  certificate: X509Certificate,
  privateKey: string,
  expected: Expected,
): string | undefined {
  const subject = certificate.subject.split("\n").reverse().join(",");
  if (subject !== expected.subject) return `the certificate is for ${subject}, the inventory has ${expected.subject}`;
  if (!expected.trust.some((pem) => certificate.verify(new X509Certificate(pem).publicKey)))
    return "no CA of the hub signed the certificate";
  if (!certificate.checkPrivateKey(createPrivateKey(privateKey)))
    return "the key in the cluster is not the certificate's";
  if (expected.signed?.trim() !== certificate.toString().trim()) return "the hub has signed another certificate since";
  if (expected.days <= 0) return "the certificate has expired";
  if (expected.days <= ALARM_DAYS) return `the certificate expires in ${expected.days} days`;
  return undefined;
}

export function daysLeft(certificate: X509Certificate, now: Date): number {
  return Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / 86_400_000);
}
