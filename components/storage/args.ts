import type * as pulumi from "@pulumi/pulumi";
import type { ImageArgs } from "../kit/images";
import type { AzureContainerArgs } from "./azure/args";
import type { GcsBucketArgs } from "./gcs/args";
import type { S3CompatibleBucketArgs } from "./s3-compatible/args";
import type { S3BucketArgs } from "./s3/args";

/** Give exactly one of `azure`, `gcs`, `s3` and `s3Compatible`. */
export interface ObjectStoreBucketArgs {
  /** A container of Azure Blob Storage. */
  azure?: AzureContainerArgs;
  /** A bucket of Google Cloud Storage. */
  gcs?: GcsBucketArgs;
  /** A bucket of Amazon S3. */
  s3?: S3BucketArgs;
  /** A bucket of anything else that speaks S3. */
  s3Compatible?: S3CompatibleBucketArgs;
  /**
   * First part of the name of every object, for a bucket that is shared with others: letters and
   * digits. Another prefix, like another bucket, leaves behind what is stored. Defaults to none.
   */
  prefix?: string;
  /**
   * Namespace of the pods that use the bucket; it must exist. Needed with `create`, and with
   * `s3Compatible`: the Secret with its keys, and the Job that creates the bucket, are put there.
   */
  namespace?: pulumi.Input<string>;
  /**
   * Kubernetes service account of those pods, which gets the identity. Needed with `create`, but
   * not with `s3Compatible`.
   */
  kubernetesServiceAccount?: pulumi.Input<string>;
  /**
   * Longest retention of what is stored, in days: nothing may expire before it. Needed with
   * `expireAfterDays`.
   */
  retentionDays?: number;
  /** Registry and overrides for images. Defaults to the upstream registries. */
  images?: ImageArgs;
}
