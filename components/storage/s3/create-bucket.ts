import type * as Eks from "@pulumi/aws/eks";
import type * as Iam from "@pulumi/aws/iam";
import type * as S3 from "@pulumi/aws/s3";
import type * as pulumi from "@pulumi/pulumi";
import type { BucketRequest, UsableBucket } from "../cloud";
import { defaultColdClass, type ColdClasses } from "../lifecycle";
import { loadSdk } from "../sdk";
import type { S3BucketCreationArgs } from "./args";
import { podPolicy, policyDocument } from "./permissions";

export const S3_COLD_CLASSES: ColdClasses = {
  STANDARD_IA: 30,
  INTELLIGENT_TIERING: 1,
  GLACIER_IR: 1,
};

type Request = BucketRequest<S3BucketCreationArgs>;

/** A bucket, and a role that pods assume by the cluster's OIDC provider or EKS Pod Identity. */
export function createS3Bucket(args: Request): UsableBucket {
  const s3 = loadSdk<typeof S3>("@pulumi/aws/s3");
  const { name, parent, given, checked } = args;
  const { region } = checked;
  const bucket = new s3.Bucket(
    `${name}-bucket`,
    { bucket: checked.bucket, region, tags: given.tags, forceDestroy: false },
    { parent, protect: given.protect ?? true },
  );
  const of = { bucket: bucket.bucket, region };
  const closed = new s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  const encrypted = new s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...of, rules: [encryption(args)] },
    { parent },
  );
  if (given.recoveryDays !== undefined) {
    new s3.BucketVersioning(
      `${name}-versioning`,
      { ...of, versioningConfiguration: { status: "Enabled" } },
      { parent },
    );
  }
  new s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { ...of, rules: lifecycle(args) },
    { parent },
  );
  // S3 takes one change of a bucket's access at a time.
  new s3.BucketPolicy(
    `${name}-tls`,
    { ...of, policy: tlsOnly(bucket.arn) },
    { parent, dependsOn: closed },
  );

  const { role, before } = createRole(args, bucket);
  const roleArn = given.eksCluster === undefined ? role.arn : undefined;
  return { location: { ...of, roleArn }, before: [closed, encrypted, ...before] };
}

function encryption({ given, checked }: Request) {
  if (given.key === undefined)
    return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: checked.key },
    // Fewer requests to the key, which are paid for.
    bucketKeyEnabled: true,
  };
}

const WHOLE_BUCKET = { status: "Enabled", filter: { prefix: "" } };

function lifecycle({ given }: Request) {
  const {
    coldAfterDays,
    coldClass = defaultColdClass(S3_COLD_CLASSES),
    expireAfterDays,
    recoveryDays,
  } = given;
  return [
    {
      id: "unfinished-uploads",
      ...WHOLE_BUCKET,
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    },
    ...(coldAfterDays === undefined
      ? []
      : [
          {
            id: "colder",
            ...WHOLE_BUCKET,
            transitions: [{ days: coldAfterDays, storageClass: coldClass }],
          },
        ]),
    ...(expireAfterDays === undefined
      ? []
      : [{ id: "expired", ...WHOLE_BUCKET, expiration: { days: expireAfterDays } }]),
    ...(recoveryDays === undefined
      ? []
      : [
          {
            id: "versions",
            ...WHOLE_BUCKET,
            noncurrentVersionExpiration: { noncurrentDays: recoveryDays },
            // The mark of a deleted object outlives its last version, and is listed each time.
            expiration: { expiredObjectDeleteMarker: true },
          },
        ]),
  ];
}

function tlsOnly(arn: pulumi.Output<string>): pulumi.Output<string> {
  return arn.apply((arn) => {
    const everything = { Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] };
    const deny = (Sid: string, Condition: object) => ({
      Effect: "Deny",
      Sid,
      ...everything,
      Condition,
    });
    return policyDocument(
      deny("PlainHttp", { Bool: { "aws:SecureTransport": "false" } }),
      deny("OldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
    );
  });
}

function createRole({ name, parent, given, checked, pods }: Request, bucket: S3.Bucket) {
  const iam = loadSdk<typeof Iam>("@pulumi/aws/iam");
  const trust = checked.apply(({ oidcProviderArn }) =>
    pods.apply(({ namespace, serviceAccount }) =>
      oidcProviderArn
        ? byOidc(oidcProviderArn, `system:serviceaccount:${namespace}:${serviceAccount}`)
        : BY_POD_IDENTITY,
    ),
  );
  const role = new iam.Role(
    `${name}-role`,
    {
      name: checked.bucket,
      description: bucket.bucket.apply((bucket) => `Pods that use the bucket ${bucket}`),
      assumeRolePolicy: trust,
      tags: given.tags,
    },
    { parent },
  );
  const policy = bucket.arn.apply((arn) => checked.apply(({ key }) => podPolicy(arn, key)));
  const granted = new iam.RolePolicy(
    `${name}-role-policy`,
    { role: role.name, policy },
    { parent },
  );
  if (given.eksCluster === undefined) return { role, before: [granted] };
  const eks = loadSdk<typeof Eks>("@pulumi/aws/eks");
  const association = new eks.PodIdentityAssociation(
    `${name}-pod-identity`,
    {
      clusterName: checked.eksCluster as pulumi.Output<string>,
      region: checked.region,
      namespace: pods.namespace,
      serviceAccount: pods.serviceAccount,
      roleArn: role.arn,
      tags: given.tags,
    },
    { parent },
  );
  return { role, before: [granted, association] };
}

function byOidc(provider: string, subject: string): string {
  const issuer = provider.slice(provider.indexOf("oidc-provider/") + "oidc-provider/".length);
  return policyDocument({
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: provider },
    Condition: {
      StringEquals: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: "sts.amazonaws.com" },
    },
  });
}

const BY_POD_IDENTITY = policyDocument({
  Effect: "Allow",
  Action: ["sts:AssumeRole", "sts:TagSession"],
  Principal: { Service: "pods.eks.amazonaws.com" },
});
