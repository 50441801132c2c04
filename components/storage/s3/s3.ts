import type { Issue } from "../../kit/issues";
import type { Cloud, Values } from "../cloud";
import { NO_CONNECTION, text } from "../connection";
import { lifecycleIssues } from "../lifecycle";
import { exampleFor } from "../sections";
import { S3_CREATE, S3_EXISTING } from "./args";
import { createS3Bucket, S3_COLD_CLASSES } from "./create-bucket";
import { S3_DEPLOYER, S3_PERMISSIONS } from "./permissions";
import { S3_REGIONS } from "./regions";

export const S3: Cloud<"s3"> = {
  provider: "s3",
  regions: S3_REGIONS,
  existing: { fields: S3_EXISTING, oneOf: ["roleArn", "podIdentity"] },
  create: {
    fields: S3_CREATE,
    oneOf: ["oidcProviderArn", "eksCluster"],
    check: (values, retentionDays) => [
      ...keyElsewhere(values),
      ...lifecycleIssues("s3", S3_COLD_CLASSES, values, retentionDays),
    ],
  },
  address: ({ bucket = "" }) => `s3 ${bucket}`,
  connection: ({ bucket, region, roleArn }) => ({
    ...NO_CONNECTION,
    protocol: "s3",
    bucket: text(bucket),
    region: text(region),
    endpoint: `s3.${text(region)}.${amazonsDomain(text(region))}`,
    // With EKS Pod Identity the association names the service account, which need not know.
    ...(text(roleArn) && {
      serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": text(roleArn) },
    }),
  }),
  createBucket: createS3Bucket,
  // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
  tokenServer: ({ endpoint }) =>
    /\.amazonaws\.(com|com\.cn|eu)$/.test(endpoint)
      ? {
          addresses: ["169.254.170.23/32", "fd00:ec2::23/128"],
          ports: [80],
          why: "the agent of EKS Pod Identity, which has the tokens",
        }
      : undefined,
  lifecycleRules: {
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["rules"],
  },
  placeholders: {
    "aws:iam/role:Role": ({ name }) => ({ arn: `arn:aws:iam::000000000000:role/${text(name)}` }),
  },
  podPermissions: [
    { on: "the bucket", permissions: S3_PERMISSIONS.bucket },
    { on: "its objects", permissions: S3_PERMISSIONS.objects },
    { on: "its key, where it has one", permissions: S3_PERMISSIONS.key },
  ],
  deployerPermissions: S3_DEPLOYER,
};

/** A key elsewhere is refused by the cloud, when half of the rest is created. */
function keyElsewhere({ key, region }: Values): Issue[] {
  const home =
    typeof key === "string" ? /^arn:[-a-z]+:kms:([-a-z0-9]+):/.exec(key)?.[1] : undefined;
  if (!home || typeof region !== "string" || home === region) return [];
  const expected = `the ARN of a KMS key in the bucket's region, ${region}`;
  return [{ path: ["key"], got: key, expected, example: exampleFor(S3.create, "key") }];
}

/** The domain of a region's services. */
function amazonsDomain(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  return region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}
