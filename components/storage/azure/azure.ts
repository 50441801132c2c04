import type { Cloud } from "../cloud";
import { NO_CONNECTION, text } from "../connection";
import { lifecycleIssues } from "../lifecycle";
import { neededWith } from "../sections";
import { AZURE_CREATE, AZURE_EXISTING } from "./args";
import { AZURE_COLD_CLASSES, createAzureContainer } from "./create-container";
import { AZURE_DEPLOYER, AZURE_ROLE } from "./permissions";
import { AZURE_REGIONS } from "./regions";

export const AZURE: Cloud<"azure"> = {
  provider: "azure",
  regions: AZURE_REGIONS,
  existing: { fields: AZURE_EXISTING },
  create: {
    fields: AZURE_CREATE,
    check: (values, retentionDays) => [
      ...neededWith(AZURE.create, "privateDnsZone", "privateEndpointSubnet", values),
      ...neededWith(AZURE.create, "keyIdentity", "key", values),
      ...neededWith(AZURE.create, "key", "keyIdentity", values),
      ...lifecycleIssues("azure", AZURE_COLD_CLASSES, values, retentionDays),
    ],
  },
  address: ({ storageAccount = "", container = "" }) => `azure ${storageAccount}/${container}`,
  owner: ({ storageAccount }) => `storage account ${storageAccount}`,
  renamed: (values, section, suffix) =>
    section === "existing"
      ? { ...values, container: `${text(values["container"])}-${suffix}` }
      : {
          ...values,
          storageAccount: `${text(values["storageAccount"])}${suffix.replaceAll("-", "")}`,
        },
  connection: ({ storageAccount, container, clientId, region }) => ({
    ...NO_CONNECTION,
    protocol: "azure",
    bucket: text(container),
    endpoint: blobDomain(text(region)),
    storageAccount: text(storageAccount),
    serviceAccountAnnotations: { "azure.workload.identity/client-id": text(clientId) },
    podLabels: { "azure.workload.identity/use": "true" },
  }),
  createBucket: createAzureContainer,
  lifecycleRules: { "azure-native:storage:ManagementPolicy": ["policy", "rules"] },
  placeholders: {
    "azure-native:storage:StorageAccount": ({ accountName }) => ({ name: accountName }),
    "azure-native:storage:BlobContainer": ({ containerName }) => ({ name: containerName }),
    "azure-native:managedidentity:UserAssignedIdentity": () => ({
      clientId: "00000000-0000-0000-0000-000000000000",
    }),
  },
  podPermissions: [
    { on: "the container", permissions: [`${AZURE_ROLE.title} (${AZURE_ROLE.id})`] },
  ],
  deployerPermissions: AZURE_DEPLOYER,
};

/** The domain of storage accounts, which differs in Azure's sovereign clouds. */
function blobDomain(region: string): string {
  if (region.startsWith("china")) return "blob.core.chinacloudapi.cn";
  return /^us(gov|dod)/.test(region) ? "blob.core.usgovcloudapi.net" : "blob.core.windows.net";
}
