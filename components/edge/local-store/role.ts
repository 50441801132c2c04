import type { Role } from "../../kit/labels";

/** Answers queries over the whole edge, also those of its hub. */
export const THANOS_QUERY: Role = { name: "thanos-query" };
/** Reads what is in the bucket. */
export const THANOS_STORE: Role = { name: "thanos-store" };
/** Compacts, downsamples and deletes what is in the bucket. One of it, ever. */
export const THANOS_COMPACTOR: Role = { name: "thanos-compactor" };

/** Service account of all that uses the bucket, the agents among it. */
export const THANOS_ACCOUNT = "thanos";
