import { cloudOf } from "@heliograph/heliograph/model";
import { type BucketSection, hasStaticKeys } from "./bucket-schema";

/** Where a section has the fields of its location. */
interface BucketLocation {
  /** Path of the fields, below the bucket. */
  readonly path: readonly string[];
  readonly section: "existing" | "create";
  readonly values: Readonly<Record<string, unknown>>;
}

export function locationOf(bucket: BucketSection): BucketLocation {
  if (hasStaticKeys(bucket))
    return { path: [], section: bucket.create ? "create" : "existing", values: bucket };
  const { existing, create = {} } = bucket;
  const section = existing ? "existing" : "create";
  return { path: [section], section, values: existing ?? create };
}

/** Address of a bucket, without its prefix. Equal texts are one bucket. */
export function bucketAddress(bucket: BucketSection): string {
  return cloudOf(bucket.provider).address(locationOf(bucket).values);
}
