import { cloudOf } from "@heliograph/heliograph/model";
import { isCompatible, type BucketSection } from "./bucket-schema";

/** Where a bucket is, without its prefix: equal texts are one bucket. */
export function bucketPlace(bucket: BucketSection): string {
  const location = isCompatible(bucket) ? bucket : (bucket.existing ?? bucket.create ?? {});
  return cloudOf(bucket.provider).address(location);
}
