import type { X509Certificate } from "node:crypto";

/** The window in which an update renews a certificate by itself. */
export const RENEWAL_DAYS = 90;
/** By then no update has come for over two months: somebody has to look. */
export const ALARM_DAYS = 14;

/** Whole days; negative when it has expired. */
export function daysLeft(certificate: X509Certificate, now: Date): number {
  return Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / 86_400_000);
}
