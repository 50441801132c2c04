import type { ObjectStoreCreationArgs, ObjectStoreLocationArgs, ObjectStoreProvider } from "./args";

export type Section = "existing" | "create";
export type Field = keyof ObjectStoreLocationArgs | keyof ObjectStoreCreationArgs;
type Examples = Readonly<Partial<Record<Field, unknown>>>;

interface Fields {
  /** Those that there must be, each with an example. */
  readonly needed: Examples;
  /** Exactly one of these: how pods get their identity, where there are several ways. */
  readonly oneOf?: Examples;
  readonly optional?: Examples;
}

const KEPT: Examples = {
  recoveryDays: 30,
  coldAfterDays: 30,
  expireAfterDays: 400,
  protect: true,
  tags: { team: "sre" },
};

/** The fields of each provider; the others belong to other providers. */
export const FIELDS: Readonly<Record<ObjectStoreProvider, Readonly<Record<Section, Fields>>>> = {
  azure: {
    existing: {
      needed: {
        storageAccount: "contosoheliograph",
        container: "metrics",
        clientId: "00000000-0000-0000-0000-000000000000",
      },
      optional: { region: "uaenorth" },
    },
    create: {
      needed: {
        storageAccount: "contosoheliograph",
        container: "metrics",
        region: "uaenorth",
        resourceGroup: "heliograph",
        oidcIssuer: "https://uaenorth.oic.prod-aks.azure.com/00000000-0000-0000-0000-000000000000/",
      },
      optional: {
        ...KEPT,
        coldClass: "Cool",
        redundancy: "ZRS",
        key: "https://contoso.vault.azure.net/keys/heliograph",
        keyIdentity:
          "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/heliograph/providers/Microsoft.ManagedIdentity/userAssignedIdentities/heliograph-key",
        privateEndpointSubnet:
          "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/ops/subnets/endpoints",
        privateDnsZone:
          "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/network/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net",
      },
    },
  },
  gcs: {
    existing: {
      needed: {
        bucket: "heliograph-metrics",
        serviceAccount: "heliograph@project.iam.gserviceaccount.com",
      },
    },
    create: {
      needed: {
        bucket: "contoso-heliograph-metrics",
        region: "me-central1",
        project: "contoso-ops",
      },
      optional: {
        ...KEPT,
        coldClass: "NEARLINE",
        clusterProject: "contoso-clusters",
        key: "projects/contoso-ops/locations/me-central1/keyRings/heliograph/cryptoKeys/metrics",
      },
    },
  },
  s3: {
    existing: {
      needed: { bucket: "heliograph-metrics", region: "me-central-1" },
      oneOf: { roleArn: "arn:aws:iam::123456789012:role/heliograph-metrics", podIdentity: true },
    },
    create: {
      needed: { bucket: "contoso-heliograph-metrics", region: "me-central-1" },
      oneOf: {
        oidcProviderArn:
          "arn:aws:iam::123456789012:oidc-provider/oidc.eks.me-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
        eksCluster: "ops",
      },
      optional: {
        ...KEPT,
        coldClass: "STANDARD_IA",
        key: "arn:aws:kms:me-central-1:123456789012:key/00000000-0000-0000-0000-000000000000",
      },
    },
  },
  "s3-compatible": {
    existing: compatible(),
    create: compatible(),
  },
};

function compatible(): Fields {
  return {
    needed: {
      bucket: "heliograph-metrics",
      endpoint: "minio.example.com:9000",
      accessKeyId: "AKIAEXAMPLE",
      secretAccessKey: "...",
    },
    optional: { region: "us-east-1", insecure: true },
  };
}

/** A bucket that is there, for lines to paste. */
export function existingExample(provider: ObjectStoreProvider): Examples {
  const { needed, oneOf = {} } = FIELDS[provider].existing;
  return { ...needed, ...Object.fromEntries(Object.entries(oneOf).slice(0, 1)) };
}
