import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described } from "../../kit/fields";
import {
  keepingFields,
  lacks,
  matches,
  named,
  NOT_AN_ADDRESS,
  region,
  shaped,
  type NameRule,
} from "../fields";
import { S3_REGIONS } from "./regions";

/** A bucket of Amazon S3. Give exactly one of `existing` and `create`. */
export interface S3BucketArgs {
  /** An existing bucket. Defaults to none. */
  existing?: S3BucketLocationArgs;
  /** A bucket to create. Defaults to none. */
  create?: S3BucketCreationArgs;
}

/**
 * An existing bucket, and how pods get the role that may use it. Give exactly one of `roleArn` and
 * `podIdentity`.
 */
export interface S3BucketLocationArgs {
  /** Name of the bucket. */
  bucket: pulumi.Input<string>;
  /** Region of the bucket, e.g. `me-central-1`. */
  region: pulumi.Input<string>;
  /** ARN of the role that pods assume (IAM roles for service accounts). Defaults to none. */
  roleArn?: pulumi.Input<string>;
  /**
   * Whether pods get their role from an association of EKS Pod Identity for their service account.
   * Defaults to false.
   */
  podIdentity?: boolean;
}

/**
 * A bucket to create, which is private, encrypted and accepts only TLS, and the role with which
 * pods use it. Give exactly one of `oidcProviderArn` and `eksCluster`. The cloud deletes no objects
 * unless `expireAfterDays` is given, because backends delete data at the end of a tenant's
 * retention.
 */
export interface S3BucketCreationArgs {
  /** Name of the bucket, unique in the world. */
  bucket: pulumi.Input<string>;
  /** Region, e.g. `me-central-1`. */
  region: pulumi.Input<string>;
  /**
   * ARN of the cluster's IAM OIDC provider. The service account may then assume the role. Defaults
   * to none.
   */
  oidcProviderArn?: pulumi.Input<string>;
  /**
   * Name of the EKS cluster, in the bucket's region. Its Pod Identity agent gives pods the role.
   * Defaults to none.
   */
  eksCluster?: pulumi.Input<string>;
  /** ARN of a KMS key in the bucket's region, for encryption. Defaults to keys of S3. */
  key?: pulumi.Input<string>;
  /**
   * Number of days for which overwritten or deleted objects can be restored, 1 to 365 (object
   * versions). Backends rewrite every block a few times, and you pay for the storage of all of
   * that. Defaults to none.
   */
  recoveryDays?: number;
  /**
   * Number of days after which objects move to a colder class, which is cheaper to store and more
   * expensive to read, and still answers at once. Defaults to never.
   */
  coldAfterDays?: number;
  /**
   * The colder class: `STANDARD_IA`, `INTELLIGENT_TIERING` or `GLACIER_IR`. Defaults to
   * `STANDARD_IA`.
   */
  coldClass?: string;
  /**
   * Number of days after which the cloud deletes objects, regardless of the backends. It must be at
   * least a week more than `retentionDays`. Defaults to never.
   */
  expireAfterDays?: number;
  /** Whether Pulumi refuses to delete resources that hold data. Defaults to true. */
  protect?: boolean;
  /** Tags of the created resources. Defaults to none. */
  tags?: Record<string, string>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_RULES: readonly NameRule[] = [
  [matches(/^.{3,63}$/), "3 to 63 characters"],
  [matches(/^[-.a-z0-9]+$/), "lower-case letters, digits, '-' and '.' only"],
  [matches(/^[a-z0-9].*[a-z0-9]$/), "begins and ends with a letter or a digit"],
  [lacks(/\.\./), "no two '.' side by side"],
  NOT_AN_ADDRESS,
  [
    lacks(/^(xn--|sthree-|amzn-s3-demo-)/),
    "does not begin with xn--, sthree- or amzn-s3-demo-, which are reserved",
  ],
  [
    lacks(/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/),
    "does not end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3, which are reserved",
  ],
];

const bucket = (what: string, example: string) =>
  named(what, example, "a bucket of provider s3", BUCKET_RULES);

export const S3_EXISTING = {
  bucket: bucket("Name of the bucket", "heliograph-metrics"),
  region: region("Region of the bucket", "me-central-1", "s3", S3_REGIONS),
  roleArn: shaped(
    "ARN of the role that pods assume (IAM roles for service accounts). " +
      "Give exactly one of `roleArn` and `podIdentity`.",
    "arn:aws:iam::123456789012:role/heliograph-metrics",
    [/^arn:[-a-z]+:iam::\d{12}:role\/.+$/, "the ARN of a role"],
  ).optional(),
  podIdentity: described(
    z.boolean().default(false),
    "Whether pods get their role from an association of EKS Pod Identity, instead of `roleArn`",
    true,
    "true or false",
  ),
} satisfies Record<keyof S3BucketLocationArgs, z.ZodType>;

export const S3_CREATE = {
  bucket: bucket("Name of the bucket, unique in the world", "contoso-heliograph-metrics"),
  region: region("Region of the bucket", "me-central-1", "s3", S3_REGIONS),
  oidcProviderArn: shaped(
    "ARN of the cluster's IAM OIDC provider. Service accounts of pods may then assume the role. " +
      "Give exactly one of `oidcProviderArn` and `eksCluster`.",
    "arn:aws:iam::123456789012:oidc-provider/" +
      "oidc.eks.me-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
    [/^arn:[-a-z]+:iam::\d{12}:oidc-provider\/.+$/, "the ARN of an IAM OIDC provider"],
  ).optional(),
  eksCluster: shaped(
    "Name of the EKS cluster, in the bucket's region. Its Pod Identity agent gives pods the role.",
    "ops",
    [
      /^[0-9A-Za-z][-_0-9A-Za-z]{0,99}$/,
      "the name of an EKS cluster: letters, digits, '-', '_', at most 100",
    ],
  ).optional(),
  key: shaped(
    "ARN of a KMS key in the bucket's region, for encryption. Defaults to keys of S3.",
    "arn:aws:kms:me-central-1:123456789012:key/00000000-0000-0000-0000-000000000000",
    [/^arn:[-a-z]+:kms:[-a-z0-9]+:\d{12}:key\/.+$/, "the ARN of a KMS key"],
  ).optional(),
  ...keepingFields("STANDARD_IA, INTELLIGENT_TIERING or GLACIER_IR", "GLACIER_IR", {
    provider: "s3",
    key: /^(?!aws:)[-\p{L}\p{Z}\p{N}_.:/=+@]{1,128}$/u,
    value: /^[-\p{L}\p{Z}\p{N}_.:/=+@]{0,256}$/u,
    rule:
      "keys of 1 to 128 and values of at most 256 letters, digits, spaces and any of _.:/=+-@, " +
      "no key that begins with aws:",
  }),
} satisfies Record<keyof S3BucketCreationArgs, z.ZodType>;
