import type { BucketSection } from "./bucket-schema";

/** Where a bucket is, without its prefix: who runs it, and its name there. Equal texts are one bucket. */
export function bucketPlace(bucket: BucketSection): string {
  switch (bucket.provider) {
    case "azure": {
      const { storageAccount = "", container = "" } = bucket.existing ?? bucket.create ?? {};
      return `azure ${storageAccount}/${container}`;
    }
    case "s3-compatible":
      return `${bucket.endpoint}/${bucket.bucket}`;
    default:
      return `${bucket.provider} ${(bucket.existing ?? bucket.create)?.bucket ?? ""}`;
  }
}
