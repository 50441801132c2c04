/** What pods may do with a bucket: what the identities that are made for them get, and what one of your own needs. */
export const S3_PERMISSIONS = {
  bucket: ["s3:ListBucket"],
  objects: [
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
  ],
  /** Where the bucket has a key of its own. */
  key: ["kms:Decrypt", "kms:GenerateDataKey"],
} as const;

/** The same as a policy of IAM. */
export function podPolicy(bucketArn: string, keyArn?: string): string {
  const allow = (Action: readonly string[], Resource: string) => ({
    Effect: "Allow",
    Action,
    Resource,
  });
  return policyDocument(
    allow(S3_PERMISSIONS.bucket, bucketArn),
    allow(S3_PERMISSIONS.objects, `${bucketArn}/*`),
    ...(keyArn ? [allow(S3_PERMISSIONS.key, keyArn)] : []),
  );
}

export function policyDocument(...Statement: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

export const GCS_ROLES = {
  /** Of the bucket. */
  objects: "roles/storage.objectUser",
  /** Of the service account that pods act as. */
  identity: "roles/iam.workloadIdentityUser",
} as const;

/** Of the container. */
export const AZURE_ROLE = {
  title: "Storage Blob Data Contributor",
  id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
} as const;

/** What whoever runs `up` needs, by type of what is made: to make, read, change and delete it. A test holds the types against those that are made. */
export const DEPLOYER_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucket:Bucket": [
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:ListBucket",
    "s3:GetBucket*",
    "s3:GetAccelerateConfiguration",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:PutBucketTagging",
    "s3:ListTagsForResource",
    "s3:TagResource",
    "s3:UntagResource",
  ],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    "s3:GetBucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "s3:GetEncryptionConfiguration",
    "s3:PutEncryptionConfiguration",
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ["s3:GetBucketVersioning", "s3:PutBucketVersioning"],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
  ],
  "aws:s3/bucketPolicy:BucketPolicy": [
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
  ],
  "aws:iam/role:Role": [
    "iam:CreateRole",
    "iam:GetRole",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
    "iam:UpdateAssumeRolePolicy",
    "iam:DeleteRole",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:ListRolePolicies",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
  ],
  "aws:iam/rolePolicy:RolePolicy": [
    "iam:GetRolePolicy",
    "iam:PutRolePolicy",
    "iam:DeleteRolePolicy",
  ],
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": [
    "eks:CreatePodIdentityAssociation",
    "eks:DescribePodIdentityAssociation",
    "eks:UpdatePodIdentityAssociation",
    "eks:DeletePodIdentityAssociation",
    "eks:TagResource",
    "eks:UntagResource",
    "iam:GetRole",
    "iam:PassRole",
  ],
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
  "azure-native:storage:StorageAccount": [
    "Microsoft.Storage/storageAccounts/read",
    "Microsoft.Storage/storageAccounts/write",
    "Microsoft.Storage/storageAccounts/delete",
    // Where it has a key of its own.
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
  ],
  "azure-native:storage:BlobServiceProperties": [
    "Microsoft.Storage/storageAccounts/blobServices/read",
    "Microsoft.Storage/storageAccounts/blobServices/write",
  ],
  "azure-native:storage:BlobContainer": [
    "Microsoft.Storage/storageAccounts/blobServices/containers/read",
    "Microsoft.Storage/storageAccounts/blobServices/containers/write",
    "Microsoft.Storage/storageAccounts/blobServices/containers/delete",
  ],
  "azure-native:storage:ManagementPolicy": [
    "Microsoft.Storage/storageAccounts/managementPolicies/read",
    "Microsoft.Storage/storageAccounts/managementPolicies/write",
    "Microsoft.Storage/storageAccounts/managementPolicies/delete",
  ],
  "azure-native:managedidentity:UserAssignedIdentity": [
    "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/write",
    "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
  ],
  "azure-native:managedidentity:FederatedIdentityCredential": [
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete",
  ],
  "azure-native:authorization:RoleAssignment": [
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
  ],
  "azure-native:network:PrivateEndpoint": [
    "Microsoft.Network/privateEndpoints/read",
    "Microsoft.Network/privateEndpoints/write",
    "Microsoft.Network/privateEndpoints/delete",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.Storage/storageAccounts/privateEndpointConnectionsApproval/action",
  ],
  "azure-native:network:PrivateDnsZoneGroup": [
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/delete",
    "Microsoft.Network/privateDnsZones/join/action",
  ],
};
