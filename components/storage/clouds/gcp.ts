import type * as ServiceAccount from "@pulumi/gcp/serviceaccount";
import type * as Storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { defaultColdClass } from "../lifecycle";
import { GCS_ROLES } from "../permissions";
import { loadSdk, type CloudBucketArgs, type MadeBucket } from "./cloud";

/** A bucket of Google Cloud Storage, and a service account that pods act as by workload identity. TLS is all that Google's clients speak. */
export function createGcsBucket(args: CloudBucketArgs): MadeBucket {
  const storage = loadSdk<typeof Storage>("@pulumi/gcp/storage");
  const { name, parent, asked, checked } = args;
  const bucket = new storage.Bucket(
    `${name}-bucket`,
    {
      name: checked.bucket,
      location: checked.region,
      project: checked.project,
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      forceDestroy: false,
      encryption: asked.key === undefined ? undefined : { defaultKmsKeyName: checked.key },
      // Seven days otherwise, of everything that backends rewrite.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      versioning: { enabled: asked.recoveryDays !== undefined },
      lifecycleRules: lifecycle(args),
      labels: asked.tags,
    },
    { parent, protect: asked.protect ?? true },
  );
  const { account, acts } = createAccount(args);
  const granted = new storage.BucketIAMMember(
    `${name}-objects`,
    {
      bucket: bucket.name,
      role: GCS_ROLES.objects,
      member: pulumi.interpolate`serviceAccount:${account.email}`,
    },
    { parent },
  );
  const location = pulumi.output({ bucket: bucket.name, serviceAccount: account.email });
  return { location, before: [granted, acts] };
}

function lifecycle({ asked }: CloudBucketArgs) {
  const {
    coldAfterDays,
    coldClass = defaultColdClass("gcs"),
    expireAfterDays,
    recoveryDays,
  } = asked;
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

function createAccount({ name, parent, checked, pods }: CloudBucketArgs) {
  const serviceaccount = loadSdk<typeof ServiceAccount>("@pulumi/gcp/serviceaccount");
  const account = new serviceaccount.Account(
    `${name}-account`,
    {
      accountId: checked.apply(({ bucket }) => accountId(bucket)),
      displayName: pulumi.interpolate`Pods that use the bucket ${checked.bucket}`,
      project: checked.project,
    },
    { parent },
  );
  const member = pulumi
    .all([checked, pods])
    .apply(
      ([{ project, clusterProject = project }, { namespace, serviceAccount }]) =>
        `serviceAccount:${clusterProject}.svc.id.goog[${namespace}/${serviceAccount}]`,
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
