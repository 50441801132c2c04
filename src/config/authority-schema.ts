import { z } from "zod";
import { described, LEAF_DAYS, RENEW_BEFORE_DAYS, whole } from "@heliograph/heliograph/model";

const generation = (what: string) => whole(what, [1, 10_000], 1);

/**
 * Which of the hub's CAs are trusted and which one signs: a CA is replaced in three changes of
 * these two lines.
 */
export const authority = described(
  z
    .strictObject({
      trusted: described(
        z.array(generation("A generation of the CA")).min(1).max(2).default([1]),
        "Generations of the hub's CA that are trusted",
        [1, 2],
        "a list of one, or of two while the CA is being replaced",
      ),
      signing: generation("The trusted generation that signs").default(1),
    })
    .default({ trusted: [1], signing: 1 }),
  "The hub's CA. docs/certificates.md says how to replace it.",
  { trusted: [1], signing: 1 },
);

/**
 * Limits: below a day a weekly job is too late, above 825 days a lost key is of use for too long.
 */
export const certificates = described(
  z
    .strictObject({
      days: whole(
        "Number of days for which the certificates of the gateway and of edges are valid",
        [1, 825],
        LEAF_DAYS,
      ).default(LEAF_DAYS),
      renewBeforeDays: whole(
        "Number of days before its end from which `npm run up` renews a certificate, at most `days`",
        [1, 825],
        RENEW_BEFORE_DAYS,
      ).default(RENEW_BEFORE_DAYS),
    })
    .default({ days: LEAF_DAYS, renewBeforeDays: RENEW_BEFORE_DAYS }),
  "How long certificates are valid, and when they are renewed",
  { days: LEAF_DAYS, renewBeforeDays: RENEW_BEFORE_DAYS },
);
