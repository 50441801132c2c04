import type { Signal } from "@heliograph/heliograph";

/**
 * A bucket to make for a signal, by the name of the cloud's plugin, as little of it as can be said.
 */
export const CLOUD_BUCKETS = {
  aws: (signal: Signal) => ({
    provider: "s3",
    create: {
      bucket: `contoso-heliograph-${signal}`,
      region: "me-central-1",
      oidcProviderArn:
        "arn:aws:iam::123456789012:oidc-provider/oidc.eks.me-central-1.amazonaws.com/id/EXAMPLE",
    },
  }),
  gcp: (signal: Signal) => ({
    provider: "gcs",
    create: {
      bucket: `contoso-heliograph-${signal}`,
      region: "me-central1",
      project: "contoso-ops",
    },
  }),
  "azure-native": (signal: Signal) => ({
    provider: "azure",
    create: {
      storageAccount: `contoso${signal}`,
      container: signal,
      region: "uaenorth",
      resourceGroup: "heliograph",
      oidcIssuer: "https://uaenorth.oic.prod-aks.azure.com/tenant/cluster/",
    },
  }),
} as const;

export type Cloud = keyof typeof CLOUD_BUCKETS;
export const clouds = Object.keys(CLOUD_BUCKETS) as Cloud[];
