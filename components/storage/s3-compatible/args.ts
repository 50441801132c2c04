import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, text } from "../../kit/fields";
import { matches, named, shaped } from "../fields";

/**
 * A bucket of anything that speaks S3 and is not Amazon's: MinIO, Ceph, Garage and the like. Give
 * exactly one of `existing` and `create`.
 */
export interface S3CompatibleBucketArgs {
  /** A bucket that exists. */
  existing?: S3CompatibleBucketLocationArgs;
  /**
   * A bucket that a Job in the cluster creates. One that exists is as good. It stays when the
   * component is removed.
   */
  create?: S3CompatibleBucketLocationArgs;
}

/** Where the bucket is, and the keys of whoever may use it. */
export interface S3CompatibleBucketLocationArgs {
  /** Name of the bucket. */
  bucket: pulumi.Input<string>;
  /** Host and port, without a scheme. */
  endpoint: pulumi.Input<string>;
  /** Region used in signatures. Defaults to `us-east-1`, which most endpoints take. */
  region?: pulumi.Input<string>;
  /**
   * Whether the endpoint speaks plain HTTP: only where nobody else is on the network. Defaults to
   * false.
   */
  insecure?: pulumi.Input<boolean>;
  /** Access key id. */
  accessKeyId: pulumi.Input<string>;
  /** Secret access key. */
  secretAccessKey: pulumi.Input<string>;
}

export const DEFAULT_REGION = "us-east-1";

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
    "Region used in signatures; most endpoints take any",
    DEFAULT_REGION,
  ),
  insecure: described(
    z.boolean().default(false),
    "Whether the endpoint speaks plain HTTP: true or false " +
      "(true only where nobody else is on the network)",
    false,
  ),
  accessKeyId: text("Access key id", "AKIAEXAMPLE"),
  secretAccessKey: text("Secret access key", "..."),
} satisfies Record<keyof S3CompatibleBucketLocationArgs, z.ZodType>;
