import type { Role } from "../kit/labels";

/** Pods that create buckets. */
export const BUCKET_ROLE: Role = { name: "object-store-bucket" };
