/** What pods may do with a bucket. */
export const GCS_ROLES = {
  /** Of the bucket. */
  objects: "roles/storage.objectUser",
  /** Of the service account that pods act as. */
  identity: "roles/iam.workloadIdentityUser",
} as const;

/** What a deployer needs to create, read, change and delete it, by type of resource. */
export const GCS_DEPLOYER = {
  "gcp:storage/bucket:Bucket": [
    "storage.buckets.create",
    "storage.buckets.get",
    "storage.buckets.update",
    "storage.buckets.delete",
  ],
  "gcp:storage/bucketIAMMember:BucketIAMMember": [
    "storage.buckets.getIamPolicy",
    "storage.buckets.setIamPolicy",
  ],
  "gcp:serviceaccount/account:Account": [
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.update",
    "iam.serviceAccounts.delete",
  ],
  "gcp:serviceaccount/iAMMember:IAMMember": [
    "iam.serviceAccounts.getIamPolicy",
    "iam.serviceAccounts.setIamPolicy",
  ],
} as const;
