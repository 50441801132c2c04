import type { Role } from "../kit/labels";

/** Pods that make buckets. */
export const BUCKET_ROLE: Role = { name: "object-store-bucket" };
