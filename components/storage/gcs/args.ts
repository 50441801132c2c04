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
import { GCS_REGIONS } from "./regions";

/** A bucket of Google Cloud Storage. Give exactly one of `existing` and `create`. */
export interface GcsBucketArgs {
  /** A bucket that exists. */
  existing?: GcsBucketLocationArgs;
  /** A bucket to create. */
  create?: GcsBucketCreationArgs;
}

/** A bucket that exists, and the identity that may use it. */
export interface GcsBucketLocationArgs {
  /** Name of the bucket. */
  bucket: pulumi.Input<string>;
  /**
   * Google service account (e-mail) that pods act as (GKE workload identity). It has to hold
   * `roles/storage.objectUser` on the bucket.
   */
  serviceAccount: pulumi.Input<string>;
}

/**
 * A bucket to create, private, encrypted, reached by TLS only, and the service account by which
 * pods use it. The cloud deletes nothing in it unless `expireAfterDays` is given: backends delete
 * what is older than their tenants' retention.
 */
export interface GcsBucketCreationArgs {
  /** Name of the bucket, unique in the world. */
  bucket: pulumi.Input<string>;
  /** Region, or several in one: `me-central1`, `eu`. */
  region: pulumi.Input<string>;
  /** Project of the bucket. */
  project: pulumi.Input<string>;
  /** Project of the cluster. Defaults to `project`. */
  clusterProject?: pulumi.Input<string>;
  /** Name of a Cloud KMS key in the bucket's region. Defaults to Google's keys. */
  key?: pulumi.Input<string>;
  /**
   * Days for which what was overwritten or deleted can be brought back, 1 to 365 (versions).
   * Backends rewrite every block a few times, and all of that is stored and paid for. Defaults to
   * none.
   */
  recoveryDays?: number;
  /**
   * Days after which objects move to a colder class: cheaper to store, dearer to read, and read at
   * once all the same. Defaults to never.
   */
  coldAfterDays?: number;
  /** That class: `NEARLINE`, `COLDLINE` or `ARCHIVE`. Defaults to the first. */
  coldClass?: string;
  /**
   * Days after which the cloud deletes objects, whatever backends do: at least a week more than
   * `retentionDays`, or it throws. Defaults to never.
   */
  expireAfterDays?: number;
  /** Whether Pulumi refuses to delete what holds data. Defaults to true. */
  protect?: boolean;
  /** Labels of what is created. Defaults to none. */
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
    "Google service account that pods act as (workload identity)",
    "heliograph@project.iam.gserviceaccount.com",
    [/^[^@\s]+@[^@\s]+$/, "the e-mail of a service account"],
  ),
} satisfies Record<keyof GcsBucketLocationArgs, z.ZodType>;

export const GCS_CREATE = {
  bucket: bucket(
    "Name of the bucket, which nobody else in the world may have",
    "contoso-heliograph-metrics",
  ),
  region: region("Region, or several in one, of the bucket", "me-central1", "gcs", GCS_REGIONS),
  project: shaped("Project of the bucket", "contoso-ops", PROJECT),
  clusterProject: shaped(
    "Project of the cluster; that of the bucket where left out",
    "contoso-clusters",
    PROJECT,
  ).optional(),
  key: shaped(
    "Own key for encryption: name of a Cloud KMS key in the bucket's region; " +
      "one that the cloud manages where left out",
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
