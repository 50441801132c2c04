import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import {
  keepingFields,
  lacks,
  matches,
  named,
  NOT_AN_ADDRESS,
  region,
  shaped,
  type NameRule,
  type Shape,
} from "../fields";
import { GCS_ROLES } from "./permissions";
import { GCS_REGIONS } from "./regions";

/** A bucket of Google Cloud Storage. Give exactly one of `existing` and `create`. */
export interface GcsBucketArgs {
  /** An existing bucket. Defaults to none. */
  existing?: GcsBucketLocationArgs;
  /** A bucket to create. Defaults to none. */
  create?: GcsBucketCreationArgs;
}

/** An existing bucket, and the identity that may use it. */
export interface GcsBucketLocationArgs {
  /** Name of the bucket. */
  bucket: pulumi.Input<string>;
  /**
   * E-mail of the Google service account that pods use (workload identity of GKE). It needs
   * `roles/storage.objectUser` on the bucket.
   */
  serviceAccount: pulumi.Input<string>;
}

/**
 * A bucket to create, which is private, encrypted and reached by TLS only, and the service account
 * with which pods use it. The cloud deletes no objects unless `expireAfterDays` is given, because
 * backends delete data at the end of a tenant's retention.
 */
export interface GcsBucketCreationArgs {
  /** Name of the bucket, unique in the world. */
  bucket: pulumi.Input<string>;
  /** Region or multi-region, e.g. `me-central1` or `eu`. */
  region: pulumi.Input<string>;
  /** Id of the project of the bucket. */
  project: pulumi.Input<string>;
  /** Id of the project of the cluster. Defaults to `project`. */
  clusterProject?: pulumi.Input<string>;
  /** Name of a Cloud KMS key in the bucket's region, for encryption. Defaults to keys of Google. */
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
  /** The colder class: `NEARLINE`, `COLDLINE` or `ARCHIVE`. Defaults to `NEARLINE`. */
  coldClass?: string;
  /**
   * Number of days after which the cloud deletes objects, regardless of the backends. It must be at
   * least a week more than `retentionDays`. Defaults to never.
   */
  expireAfterDays?: number;
  /** Whether Pulumi refuses to delete resources that hold data. Defaults to true. */
  protect?: boolean;
  /** Labels of the created resources. Defaults to none. */
  tags?: Record<string, string>;
}

/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET_RULES: readonly NameRule[] = [
  [
    (name) =>
      name.length >= 3 && name.length <= 222 && name.split(".").every((part) => part.length <= 63),
    "3 to 63 characters; with dots up to 222, and 63 from dot to dot",
  ],
  [matches(/^[-._a-z0-9]+$/), "lower-case letters, digits, '-', '_' and '.' only"],
  [matches(/^[a-z0-9].*[a-z0-9]$/), "begins and ends with a letter or a digit"],
  NOT_AN_ADDRESS,
  [lacks(/^goog/), "does not begin with goog, which is reserved"],
  [lacks(/g[o0][o0]g[l1]e/), "does not contain google, nor anything that looks like it"],
];

const PROJECT: Shape = [
  /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
  "the id of a project: 6 to 30 lower-case letters, digits and '-'",
];

const bucket = (what: string, example: string) =>
  named(what, example, "a bucket of provider gcs", BUCKET_RULES);

export const GCS_EXISTING = {
  bucket: bucket("Name of the bucket", "heliograph-metrics"),
  serviceAccount: shaped(
    "E-mail of the Google service account that pods use (workload identity of GKE). " +
      `It needs \`${GCS_ROLES.objects}\` on the bucket.`,
    "heliograph@project.iam.gserviceaccount.com",
    [/^[^@\s]+@[^@\s]+$/, "the e-mail of a service account"],
  ),
} satisfies Record<keyof GcsBucketLocationArgs, z.ZodType>;

export const GCS_CREATE = {
  bucket: bucket("Name of the bucket, unique in the world", "contoso-heliograph-metrics"),
  region: region("Region or multi-region of the bucket", "me-central1", "gcs", GCS_REGIONS),
  project: shaped("Id of the project of the bucket", "contoso-ops", PROJECT),
  clusterProject: shaped(
    "Id of the project of the cluster. Defaults to the project of the bucket.",
    "contoso-clusters",
    PROJECT,
  ).optional(),
  key: shaped(
    "Name of a Cloud KMS key in the bucket's region, for encryption. Defaults to keys of Google.",
    "projects/contoso-ops/locations/me-central1/keyRings/heliograph/cryptoKeys/metrics",
    [
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
      "the name of a Cloud KMS key",
    ],
  ).optional(),
  ...keepingFields("NEARLINE, COLDLINE or ARCHIVE", "COLDLINE", {
    provider: "gcs",
    key: /^[a-z][-_a-z0-9]{0,62}$/,
    value: /^[-_a-z0-9]{0,63}$/,
    rule:
      "keys and values of at most 63 lower-case letters, digits, '-' and '_', " +
      "keys beginning with a letter",
  }),
} satisfies Record<keyof GcsBucketCreationArgs, z.ZodType>;
