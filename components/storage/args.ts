import type * as pulumi from "@pulumi/pulumi";
import type { ImageArgs } from "../kit/images";

/** Who runs the object store. `s3-compatible`: anything that speaks S3 and is not Amazon's. */
export const ObjectStoreProvider = {
  Azure: "azure",
  Gcs: "gcs",
  S3: "s3",
  S3Compatible: "s3-compatible",
} as const;
export type ObjectStoreProvider = (typeof ObjectStoreProvider)[keyof typeof ObjectStoreProvider];

/** A bucket and the identity that may use it. Which fields belong to which provider is said with each. */
export interface ObjectStoreLocationArgs {
  /** Name of the bucket. `s3`, `gcs`, `s3-compatible`. */
  bucket?: pulumi.Input<string>;
  /** Storage account that holds the container. `azure`. */
  storageAccount?: pulumi.Input<string>;
  /** Blob container in the storage account. `azure`. */
  container?: pulumi.Input<string>;
  /** Client id of the managed identity that pods act as (Microsoft Entra workload identity). `azure`. */
  clientId?: pulumi.Input<string>;
  /** Google service account (e-mail) that pods act as (GKE workload identity). `gcs`. */
  serviceAccount?: pulumi.Input<string>;
  /** Role that pods assume (IAM roles for service accounts). `s3`. */
  roleArn?: pulumi.Input<string>;
  /** Region of the bucket. `s3`; with `s3-compatible` it defaults to `us-east-1`, which most endpoints take. */
  region?: pulumi.Input<string>;
  /** Host and port, without a scheme. `s3-compatible`. */
  endpoint?: pulumi.Input<string>;
  /** Whether the endpoint speaks plain HTTP: only where nobody else is on the network. `s3-compatible`. Defaults to false. */
  insecure?: pulumi.Input<boolean>;
  /** Access key id. `s3-compatible`. */
  accessKeyId?: pulumi.Input<string>;
  /** Secret access key. `s3-compatible`. */
  secretAccessKey?: pulumi.Input<string>;
}

/** Give exactly one of `existing` and `create`. */
export interface ObjectStoreBucketArgs {
  /** Who runs the store: `azure`, `gcs`, `s3` or `s3-compatible`. */
  provider: ObjectStoreProvider;
  /**
   * First part of the name of every object, for a bucket that is shared with others: letters and digits. Defaults to none. Moving it, like moving the
   * bucket, leaves behind what is stored.
   */
  prefix?: string;
  /** A bucket that somebody else made. */
  existing?: ObjectStoreLocationArgs;
  /** A bucket to make if it is not there; it stays when the component is removed. Only `s3-compatible`. */
  create?: ObjectStoreLocationArgs;
  /**
   * Namespace of the pods that use the bucket; it must exist. The Secret with the keys, and the Job that makes the bucket, go there. Needed with
   * `s3-compatible`, no effect with workload identity.
   */
  namespace?: pulumi.Input<string>;
  /** Where images come from. Defaults to the upstream registries. */
  images?: ImageArgs;
}
