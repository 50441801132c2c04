import type { AzureContainerCreationArgs } from "../../../components/storage/azure/args";
import type { GcsBucketCreationArgs } from "../../../components/storage/gcs/args";
import type { S3BucketCreationArgs } from "../../../components/storage/s3/args";

interface Creations {
  readonly azure: AzureContainerCreationArgs;
  readonly gcs: GcsBucketCreationArgs;
  readonly s3: S3BucketCreationArgs;
}

const subscription = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups";

/** What has to be said of a bucket to make, by cloud. */
export const LEAST = {
  s3: {
    bucket: "contoso-heliograph-metrics",
    region: "me-central-1",
    oidcProviderArn:
      "arn:aws:iam::123456789012:oidc-provider/oidc.eks.me-central-1.amazonaws.com/id/EXAMPLE",
  },
  gcs: { bucket: "contoso-heliograph-metrics", region: "me-central1", project: "contoso-ops" },
  azure: {
    storageAccount: "contosometrics",
    container: "metrics",
    region: "uaenorth",
    resourceGroup: "heliograph",
    oidcIssuer: "https://uaenorth.oic.prod-aks.azure.com/tenant/cluster/",
  },
} as const satisfies Creations;

const kept = {
  recoveryDays: 30,
  coldAfterDays: 60,
  expireAfterDays: 400,
  protect: false,
  tags: { team: "sre" },
};

/** All that can be said. */
export const EVERYTHING = {
  s3: {
    bucket: "contoso-heliograph-metrics",
    region: "me-central-1",
    eksCluster: "ops",
    key: "arn:aws:kms:me-central-1:123456789012:key/00000000-0000-0000-0000-00000000000b",
    coldClass: "GLACIER_IR",
    ...kept,
  },
  gcs: {
    ...LEAST.gcs,
    clusterProject: "contoso-clusters",
    key: "projects/contoso-ops/locations/me-central1/keyRings/heliograph/cryptoKeys/metrics",
    coldClass: "COLDLINE",
    ...kept,
  },
  azure: {
    ...LEAST.azure,
    redundancy: "GZRS",
    key: "https://contoso.vault.azure.net/keys/heliograph/0123456789abcdef",
    keyIdentity: `${subscription}/heliograph/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key`,
    privateEndpointSubnet: `${subscription}/network/providers/Microsoft.Network/virtualNetworks/ops/subnets/endpoints`,
    privateDnsZone: `${subscription}/network/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net`,
    coldClass: "Cold",
    ...kept,
  },
} as const satisfies Creations;
