import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, text } from "../../kit/fields";
import { DEFAULT_REGION } from "../connection";
import { matches, named, shaped } from "../fields";

/**
 * A bucket of a store that speaks S3 and is not Amazon's, such as MinIO, Ceph or Garage. Give
 * exactly one of `existing` and `create`.
 */
export interface S3CompatibleBucketArgs {
  /** An existing bucket. Defaults to none. */
  existing?: S3CompatibleBucketLocationArgs;
  /**
   * A bucket that a Job in the cluster creates, if it does not exist yet. The bucket stays when the
   * component is removed. Defaults to none.
   */
  create?: S3CompatibleBucketLocationArgs;
}

/** Address of the bucket, and the keys of a user who may use it. */
export interface S3CompatibleBucketLocationArgs {
  /** Name of the bucket. */
  bucket: pulumi.Input<string>;
  /** Host and port, without a scheme, e.g. `minio.example.com:9000`. */
  endpoint: pulumi.Input<string>;
  /** Region that is used in signatures. Defaults to `us-east-1`, which most endpoints accept. */
  region?: pulumi.Input<string>;
  /**
   * Whether to use plain HTTP. Use it only on a network that nobody else can reach. Defaults to
   * false.
   */
  insecure?: pulumi.Input<boolean>;
  /** Secret: the access key id. */
  accessKeyId: pulumi.Input<string>;
  /** Secret: the secret access key. */
  secretAccessKey: pulumi.Input<string>;
}

export const S3_COMPATIBLE = {
  bucket: named("Name of the bucket", "heliograph-metrics", "a bucket of provider s3-compatible", [
    [
      matches(/^[a-z0-9][-._a-z0-9]{1,61}[a-z0-9]$/),
      "3 to 63 lower-case letters, digits, '-', '.', '_'",
    ],
  ]),
  endpoint: shaped("Host and port of the endpoint, without a scheme", "minio.example.com:9000", [
    /^[^/:\s]+(:\d+)?$/,
    "host and port, without a scheme or a path",
  ]),
  region: described(
    z.string().default(DEFAULT_REGION),
    "Region that is used in signatures. Most endpoints accept the default.",
    DEFAULT_REGION,
  ),
  insecure: described(
    z.boolean().default(false),
    "Whether to use plain HTTP. Use it only on a network that nobody else can reach.",
    false,
    "true or false",
  ),
  accessKeyId: text("Access key id", "AKIAEXAMPLE"),
  secretAccessKey: text("Secret access key", "..."),
} satisfies Record<keyof S3CompatibleBucketLocationArgs, z.ZodType>;
