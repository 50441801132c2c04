import { LEAF_DAYS, RENEW_BEFORE_DAYS } from "@heliograph/heliograph/model";
import { style } from "../../ui/style";
import { plural } from "../../ui/text";
import type { Certificate } from "../../engine/state";

/** What the hub's stack file says of certificates; the defaults where the hub is elsewhere. */
export interface CertificatePolicy {
  readonly days: number;
  readonly renewBeforeDays: number;
}

export const DEFAULT_POLICY: CertificatePolicy = {
  days: LEAF_DAYS,
  renewBeforeDays: RENEW_BEFORE_DAYS,
};

export function daysLeft({ validUntil }: Pick<Certificate, "validUntil">, now: Date): number {
  return Math.floor((validUntil.getTime() - now.getTime()) / 86_400_000);
}

/**
 * Whether an update of the hub renews a certificate: to the hour, as the provider counts. Of the
 * stack's own PKI, and not of its CAs.
 */
export function isDue(
  { name, validUntil }: Certificate,
  { renewBeforeDays }: CertificatePolicy,
  now: Date,
): boolean {
  const window = renewBeforeDays * 86_400_000;
  return kindOf(name) === "leaf" && validUntil.getTime() - now.getTime() <= window;
}

/** All of the PKI in a line, then a line for each that ends soon. */
export function certificateLines(
  certificates: readonly Certificate[],
  policy: CertificatePolicy,
  now: Date,
): string[] {
  const byDays = [...certificates].sort((a, b) => a.validUntil.getTime() - b.validUntil.getTime());
  const own = new Map<number, string[]>();
  for (const each of byDays) {
    if (kindOf(each.name) === "other") continue;
    const days = daysLeft(each, now);
    own.set(days, [...(own.get(days) ?? []), titleOf(each.name)]);
  }
  const groups = [...own].map(
    ([days, titles]) => `${plural(days, "day")}: ${shortList(titles.sort())}`,
  );
  return [
    ...(groups.length > 0 ? [style.faint(`certificates  ${groups.join("; ")}`)] : []),
    ...byDays.flatMap((each) => nearLine(each, policy, now)),
  ];
}

function nearLine(
  certificate: Certificate,
  { days: leafDays, renewBeforeDays }: CertificatePolicy,
  now: Date,
) {
  const kind = kindOf(certificate.name);
  const days = daysLeft(certificate, now);
  const title = kind === "CA" ? titleOf(certificate.name) : `certificate ${certificate.name}`;
  if (days < 0) return [style.danger(`${title} has expired`)];
  if (kind === "CA") {
    if (days >= leafDays) return [];
    return [
      style.warning(
        `${title}: ${plural(days, "day")} left, certificates would outlive it: docs/certificates.md`,
      ),
    ];
  }
  if (days >= (kind === "leaf" ? renewBeforeDays : RENEW_BEFORE_DAYS)) return [];
  return [style.warning(`${title}: ${plural(days, "day")} left; the next up renews it`)];
}

/** By the name of its resource: `pki` is what the program calls its MtlsPki. */
function kindOf(name: string): "CA" | "leaf" | "other" {
  if (/^pki-ca-\d+$/.test(name)) return "CA";
  return /^pki-(gateway|edge-.+)$/.test(name) ? "leaf" : "other";
}

/** `pki-edge-dev` -> `dev`, `pki-gateway` -> `gateway`, `pki-ca-1` -> `CA 1` */
function titleOf(name: string): string {
  return name.replace(/^pki-ca-/, "CA ").replace(/^pki-(edge-)?/, "");
}

function shortList(names: readonly string[]): string {
  return names.length <= 12
    ? names.join(", ")
    : `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`;
}
