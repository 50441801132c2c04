/** What pods may do with a bucket: the role that is created for them has it, your own needs it. */
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

/** What a deployer needs to create, read, change and delete it, by type of resource. */
export const S3_DEPLOYER = {
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
} as const;
