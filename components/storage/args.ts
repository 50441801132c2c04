import type * as pulumi from "@pulumi/pulumi";
import type { ImageArgs } from "../kit/images";
import type { AzureContainerArgs } from "./azure/args";
import type { GcsBucketArgs } from "./gcs/args";
import type { S3CompatibleBucketArgs } from "./s3-compatible/args";
import type { S3BucketArgs } from "./s3/args";

/** Arguments of ObjectStoreBucket. Give exactly one of `azure`, `gcs`, `s3` and `s3Compatible`. */
export interface ObjectStoreBucketArgs {
  /** A container of Azure Blob Storage. */
  azure?: AzureContainerArgs;
  /** A bucket of Google Cloud Storage. */
  gcs?: GcsBucketArgs;
  /** A bucket of Amazon S3. */
  s3?: S3BucketArgs;
  /** A bucket of another store that speaks S3. */
  s3Compatible?: S3CompatibleBucketArgs;
  /**
   * First part of the name of every object, for a bucket that is shared: letters and digits. If you
   * change it, the stored data is left behind, as with another bucket. Defaults to none.
   */
  prefix?: string;
  /**
   * Existing namespace of the pods that use the bucket. Required with `create`, and with
   * `s3Compatible`, which puts the Secret with its keys there, and the Job that creates the bucket.
   */
  namespace?: pulumi.Input<string>;
  /**
   * Kubernetes service account of those pods. It gets the permission to use the bucket. Required
   * with `create`, but not with `s3Compatible`.
   */
  kubernetesServiceAccount?: pulumi.Input<string>;
  /**
   * Longest retention of the stored data, in days. Objects must not expire before it. Required with
   * `expireAfterDays`.
   */
  retentionDays?: number;
  /** Registry and overrides of images. Defaults to the upstream registries. */
  images?: ImageArgs;
}
