import type * as ServiceAccount from "@pulumi/gcp/serviceaccount";
import type * as Storage from "@pulumi/gcp/storage";
import { checksum } from "../../kit/checksum";
import type { BucketRequest, UsableBucket } from "../cloud";
import { defaultColdClass, type ColdClasses } from "../lifecycle";
import { loadSdk } from "../sdk";
import type { GcsBucketCreationArgs } from "./args";
import { GCS_ROLES } from "./permissions";

export const GCS_COLD_CLASSES: ColdClasses = { NEARLINE: 1, COLDLINE: 1, ARCHIVE: 1 };

type Request = BucketRequest<GcsBucketCreationArgs>;

/** A bucket, and a service account that pods act as. Google's clients speak nothing but TLS. */
export function createGcsBucket(args: Request): UsableBucket {
  const storage = loadSdk<typeof Storage>("@pulumi/gcp/storage");
  const { name, parent, given, checked } = args;
  const bucket = new storage.Bucket(
    `${name}-bucket`,
    {
      name: checked.bucket,
      location: checked.region,
      project: checked.project,
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      forceDestroy: false,
      encryption: given.key === undefined ? undefined : { defaultKmsKeyName: checked.key },
      // Seven days otherwise, of everything that backends rewrite.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      versioning: { enabled: given.recoveryDays !== undefined },
      lifecycleRules: lifecycle(args),
      labels: given.tags,
    },
    { parent, protect: given.protect ?? true },
  );
  const { account, acts } = createAccount(args);
  const granted = new storage.BucketIAMMember(
    `${name}-objects`,
    {
      bucket: bucket.name,
      role: GCS_ROLES.objects,
      member: account.email.apply((email) => `serviceAccount:${email}`),
    },
    { parent },
  );
  const location = { bucket: bucket.name, serviceAccount: account.email };
  return { location, before: [granted, acts] };
}

function lifecycle({ given }: Request) {
  const {
    coldAfterDays,
    coldClass = defaultColdClass(GCS_COLD_CLASSES),
    expireAfterDays,
    recoveryDays,
  } = given;
  const rule = (type: string, condition: object, storageClass?: string) => ({
    action: { type, ...(storageClass && { storageClass }) },
    condition,
  });
  return [
    rule("AbortIncompleteMultipartUpload", { age: 7 }),
    ...(coldAfterDays === undefined
      ? []
      : [
          rule(
            "SetStorageClass",
            { age: coldAfterDays, matchesStorageClasses: ["STANDARD"] },
            coldClass,
          ),
        ]),
    ...(expireAfterDays === undefined
      ? []
      : [rule("Delete", { age: expireAfterDays, withState: "LIVE" })]),
    ...(recoveryDays === undefined
      ? []
      : [rule("Delete", { daysSinceNoncurrentTime: recoveryDays, withState: "ARCHIVED" })]),
  ];
}

function createAccount({ name, parent, checked, pods }: Request) {
  const serviceaccount = loadSdk<typeof ServiceAccount>("@pulumi/gcp/serviceaccount");
  const account = new serviceaccount.Account(
    `${name}-account`,
    {
      accountId: checked.apply(({ bucket }) => accountId(bucket)),
      displayName: checked.bucket.apply((bucket) => `Pods that use the bucket ${bucket}`),
      project: checked.project,
    },
    { parent },
  );
  const member = checked.apply(({ project, clusterProject = project }) =>
    pods.apply(
      ({ namespace, serviceAccount }) =>
        `serviceAccount:${clusterProject}.svc.id.goog[${namespace}/${serviceAccount}]`,
    ),
  );
  const acts = new serviceaccount.IAMMember(
    `${name}-workload-identity`,
    { serviceAccountId: account.name, role: GCS_ROLES.identity, member },
    { parent },
  );
  return { account, acts };
}

/** Ids have 6 to 30 characters; buckets may have more. */
export function accountId(bucket: string): string {
  return /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(bucket) ? bucket : `heliograph-${checksum(bucket)}`;
}
