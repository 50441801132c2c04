import { z } from "zod";
import { OBJECT_PREFIX, OBJECT_PREFIX_EXPECTED } from "../../components/contract/names";
import { described, name, text, whole } from "../../components/kit/fields";

const bucketName = text("Name of the bucket", "heliograph-metrics");
const newBucketName = text(
  "Name of the bucket, which nobody else in the world may have",
  "contoso-heliograph-metrics",
);

const prefix = described(
  z.string().regex(OBJECT_PREFIX).optional(),
  `First part of the name of every object, for a bucket that cells share: ${OBJECT_PREFIX_EXPECTED}`,
  "main",
);

/** How a bucket that is made is kept. */
const kept = (key: string, keyExample: string, classes: string, classExample: string) => ({
  key: text(
    `Own key for encryption: ${key}; one that the cloud manages where left out`,
    keyExample,
  ).optional(),
  recoveryDays: whole(
    "Days for which what was overwritten or deleted can be brought back; it is gone at once where left out",
    [1, 365],
    30,
  ).optional(),
  coldAfterDays: whole(
    "Days after which objects move to a colder class; never where left out",
    [1, 3650],
    30,
  ).optional(),
  coldClass: text(`That class: ${classes}; the first where left out`, classExample).optional(),
  expireAfterDays: whole(
    "Days after which the cloud deletes objects, whatever backends do; never where left out",
    [1, 36_500],
    400,
  ).optional(),
  protect: described(
    z.boolean().default(true),
    "Whether Pulumi refuses to delete what holds data: true or false",
    true,
  ),
  tags: described(
    z.record(z.string(), z.string()).optional(),
    "Tags of what is made, as text to text",
    {
      team: "sre",
    },
  ),
});

const azure = {
  existing: z.strictObject({
    storageAccount: text("Storage account that holds the container", "contosoheliograph"),
    container: text("Blob container in that account", "metrics"),
    clientId: text(
      "Client id of the managed identity that may write to it (workload identity)",
      "00000000-0000-0000-0000-000000000000",
    ),
    region: text(
      "Region of the account, where that is not of the public cloud (China, US government), or is to be held against the cell's",
      "uaenorth",
    ).optional(),
  }),
  create: z.strictObject({
    storageAccount: text(
      "Name of the storage account, which nobody else in the world may have: 3 to 24 lower-case letters and digits",
      "contosometrics",
    ),
    container: text("Name of the blob container", "metrics"),
    region: text("Region, as `az account list-locations` names it", "uaenorth"),
    resourceGroup: text("Resource group of everything that is made; it must exist", "heliograph"),
    oidcIssuer: text(
      "OIDC issuer (URL) of the cluster, whose service account may act as the managed identity",
      "https://uaenorth.oic.prod-aks.azure.com/00000000-0000-0000-0000-000000000000/",
    ),
    redundancy: text(
      "Copies of everything: LRS (one building), ZRS (three zones), or GRS, GZRS, RAGRS, RAGZRS (the paired region, too); ZRS where left out",
      "LRS",
    ).optional(),
    keyIdentity: text(
      "Managed identity (resource id) that may use `key`",
      "/subscriptions/...",
    ).optional(),
    privateEndpointSubnet: text(
      "Subnet (id) for a private endpoint; the account is then reached through it only",
      "/subscriptions/...",
    ).optional(),
    privateDnsZone: text(
      "Private DNS zone (id) privatelink.blob.core.windows.net that gets the endpoint's address",
      "/subscriptions/...",
    ).optional(),
    ...kept(
      "URL of a Key Vault key",
      "https://contoso.vault.azure.net/keys/heliograph",
      "Cool or Cold",
      "Cold",
    ),
  }),
};

const s3 = {
  existing: z.strictObject({
    bucket: bucketName,
    region: text("Region of the bucket", "me-central-1"),
    roleArn: text(
      "Role that pods assume (IRSA), or `podIdentity`",
      "arn:aws:iam::123456789012:role/heliograph-metrics",
    ).optional(),
    podIdentity: described(
      z.boolean().default(false),
      "Whether an EKS Pod Identity association gives pods their role, instead of `roleArn`: true or false",
      true,
    ),
  }),
  create: z.strictObject({
    bucket: newBucketName,
    region: text("Region of the bucket", "me-central-1"),
    oidcProviderArn: text(
      "IAM OIDC provider (ARN) of the cluster, whose service account may assume the role (IRSA), or `eksCluster`",
      "arn:aws:iam::123456789012:oidc-provider/oidc.eks.me-central-1.amazonaws.com/id/EXAMPLE",
    ).optional(),
    eksCluster: text(
      "EKS cluster with the Pod Identity agent, which gives pods the role, instead of `oidcProviderArn`",
      "ops",
    ).optional(),
    ...kept(
      "ARN of a KMS key in the bucket's region",
      "arn:aws:kms:me-central-1:123456789012:key/...",
      "STANDARD_IA, INTELLIGENT_TIERING or GLACIER_IR",
      "GLACIER_IR",
    ),
  }),
};

const gcs = {
  existing: z.strictObject({
    bucket: bucketName,
    serviceAccount: text(
      "Google service account that pods act as (workload identity)",
      "heliograph@project.iam.gserviceaccount.com",
    ),
  }),
  create: z.strictObject({
    bucket: newBucketName,
    region: text("Region, or several in one, of the bucket", "me-central1"),
    project: text("Project of the bucket", "contoso-ops"),
    clusterProject: text(
      "Project of the cluster; that of the bucket where left out",
      "contoso-clusters",
    ).optional(),
    ...kept(
      "name of a Cloud KMS key in the bucket's region",
      "projects/contoso-ops/locations/me-central1/keyRings/heliograph/cryptoKeys/metrics",
      "NEARLINE, COLDLINE or ARCHIVE",
      "COLDLINE",
    ),
  }),
};

/** Exactly one of the two, which a check of its own sees to. */
const either = <E extends z.ZodType, C extends z.ZodType>({
  existing,
  create,
}: {
  existing: E;
  create: C;
}) => ({
  prefix,
  existing: existing.optional(),
  create: create.optional(),
});

/** A bucket (or container) that someone made already, or one to make. Identity before static keys. */
export const bucket = described(
  z.discriminatedUnion("provider", [
    z.strictObject({ provider: z.literal("azure"), ...either(azure) }),
    z.strictObject({ provider: z.literal("s3"), ...either(s3) }),
    z.strictObject({ provider: z.literal("gcs"), ...either(gcs) }),
    z.strictObject({
      provider: z.literal("s3-compatible"),
      prefix,
      create: described(
        z.boolean().default(false),
        "Whether to make the bucket where it does not exist: true or false",
        true,
      ),
      bucket: bucketName,
      endpoint: text("Host and port of the endpoint, without a scheme", "minio.example.com:9000"),
      region: described(
        z.string().default("us-east-1"),
        "Region used in signatures; most endpoints take any",
        "us-east-1",
      ),
      insecure: described(
        z.boolean().default(false),
        "Whether the endpoint speaks plain HTTP: true or false (true only where nobody else is on the network)",
        false,
      ),
      credentials: name(
        "Name of the entry in `heliograph:secrets` `objectStores` that holds its keys",
        "lab",
      ),
    }),
  ]),
  "A bucket, by provider: azure, s3, gcs or s3-compatible",
  {
    provider: "azure",
    existing: {
      storageAccount: "contosoheliograph",
      container: "metrics",
      clientId: "00000000-0000-0000-0000-000000000000",
    },
  },
);

export type BucketSection = z.output<typeof bucket>;
/** A bucket of a cloud, which is there or to be made. */
export type CloudBucketSection = Exclude<BucketSection, { provider: "s3-compatible" }>;
