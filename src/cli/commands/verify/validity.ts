import type { X509Certificate } from "node:crypto";
import { RENEW_BEFORE_DAYS } from "../../../../components/contract/certificates";
import type { HubContract } from "../../../../components/contract/hub";

/** No update has come for most of the renewal window by then: somebody has to look. */
const ALARM_DAYS = 14;

/** From how many days left on a hub renews a certificate by itself, and from how many somebody has to look. */
export function thresholdsOf({ authority }: Pick<HubContract, "authority">) {
  const renewal = authority?.renewBeforeDays ?? RENEW_BEFORE_DAYS;
  return { renewal, alarm: Math.min(ALARM_DAYS, Math.floor(renewal / 2)) };
}

/** Whole days; negative when it has expired. */
export function daysLeft(certificate: X509Certificate, now: Date): number {
  return Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / 86_400_000);
}
