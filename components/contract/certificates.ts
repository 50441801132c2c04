/**
 * How long certificates last. A library user may say otherwise; whoever counts days counts from
 * here.
 */
export const LEAF_DAYS = 365;
/** From so many days before its end on, an update of the hub renews a certificate by itself. */
export const RENEW_BEFORE_DAYS = 90;
/** A CA outlives several generations of leaves; it is replaced by rotation, never renewed. */
export const AUTHORITY_DAYS = 3650;
