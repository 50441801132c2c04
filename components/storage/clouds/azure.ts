import type * as Authorization from "@pulumi/azure-native/authorization";
import type * as Identity from "@pulumi/azure-native/managedidentity";
import type * as Network from "@pulumi/azure-native/network";
import type * as Storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { defaultColdClass } from "../lifecycle";
import { AZURE_ROLE } from "../permissions";
import { loadSdk, type CloudBucketArgs, type MadeBucket } from "./cloud";

/** A storage account with one container, and a managed identity that pods act as by workload identity. */
export function createAzureContainer(args: CloudBucketArgs): MadeBucket {
  const storage = loadSdk<typeof Storage>("@pulumi/azure-native/storage");
  const { name, parent, asked, checked } = args;
  const kept = { parent, protect: asked.protect ?? true };
  const resourceGroupName = checked.resourceGroup;
  const account = new storage.StorageAccount(
    `${name}-account`,
    {
      accountName: checked.storageAccount,
      resourceGroupName,
      location: checked.region,
      kind: "StorageV2",
      sku: { name: `Standard_${asked.redundancy ?? "ZRS"}` },
      accessTier: "Hot",
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      // Identities only: whoever has an account key has everything.
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      publicNetworkAccess: asked.privateEndpointSubnet === undefined ? "Enabled" : "Disabled",
      ...encryption(args),
      tags: asked.tags,
    },
    kept,
  );
  const of = { accountName: account.name, resourceGroupName };
  const { recoveryDays } = asked;
  new storage.BlobServiceProperties(
    `${name}-blobs`,
    {
      ...of,
      blobServicesName: "default",
      // Versions would expire by their own age, not by the time since they were deleted.
      deleteRetentionPolicy:
        recoveryDays === undefined ? { enabled: false } : { enabled: true, days: recoveryDays },
      // A container that somebody deleted by hand comes back.
      containerDeleteRetentionPolicy: { enabled: true, days: 7 },
    },
    { parent },
  );
  const container = new storage.BlobContainer(
    `${name}-container`,
    { ...of, containerName: checked.container, publicAccess: "None" },
    kept,
  );
  const rules = lifecycle(args);
  if (rules.length > 0) {
    new storage.ManagementPolicy(
      `${name}-lifecycle`,
      { ...of, managementPolicyName: "default", policy: { rules } },
      { parent },
    );
  }
  const { clientId, before } = createIdentity(args, container.id);
  const reached = createPrivateEndpoint(args, account);
  const { region } = checked;
  const location = pulumi.output({
    storageAccount: account.name,
    container: container.name,
    region,
    clientId,
  });
  return { location, before: [...before, ...reached] };
}

function encryption({ asked, checked }: CloudBucketArgs) {
  if (asked.key === undefined) return {};
  const identity = checked.keyIdentity as pulumi.Output<string>;
  const [vault, name, version] = [0, 1, 2].map((part) =>
    checked.apply(
      ({ key = "" }) => /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]+))?$/.exec(key)?.[part + 1],
    ),
  );
  return {
    identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
    encryption: {
      keySource: "Microsoft.Keyvault",
      keyVaultProperties: { keyVaultUri: vault, keyName: name, keyVersion: version },
      encryptionIdentity: { encryptionUserAssignedIdentity: identity },
    },
  };
}

function lifecycle({ asked, checked }: CloudBucketArgs) {
  const { coldAfterDays, coldClass = defaultColdClass("azure"), expireAfterDays } = asked;
  const filters = {
    blobTypes: ["blockBlob"],
    prefixMatch: [pulumi.interpolate`${checked.container}/`],
  };
  const rule = (name: string, actions: object) => ({
    name,
    enabled: true,
    type: "Lifecycle",
    definition: { filters, actions },
  });
  const after = (days: number) => ({ daysAfterModificationGreaterThan: days });
  return [
    ...(coldAfterDays === undefined
      ? []
      : [rule("colder", { baseBlob: { [`tierTo${coldClass}`]: after(coldAfterDays) } })]),
    ...(expireAfterDays === undefined
      ? []
      : [rule("expired", { baseBlob: { delete: after(expireAfterDays) } })]),
  ];
}

function createIdentity(
  { name, parent, asked, checked, pods }: CloudBucketArgs,
  containerId: pulumi.Output<string>,
) {
  const managedidentity = loadSdk<typeof Identity>("@pulumi/azure-native/managedidentity");
  const authorization = loadSdk<typeof Authorization>("@pulumi/azure-native/authorization");
  const resourceGroupName = checked.resourceGroup;
  const identity = new managedidentity.UserAssignedIdentity(
    `${name}-identity`,
    {
      resourceName: checked.storageAccount,
      resourceGroupName,
      location: checked.region,
      tags: asked.tags,
    },
    { parent },
  );
  const federated = new managedidentity.FederatedIdentityCredential(
    `${name}-workload-identity`,
    {
      federatedIdentityCredentialResourceName: "kubernetes",
      resourceName: identity.name,
      resourceGroupName,
      issuer: checked.oidcIssuer,
      subject: pulumi.interpolate`system:serviceaccount:${pods.namespace}:${pods.serviceAccount}`,
      audiences: ["api://AzureADTokenExchange"],
    },
    { parent },
  );
  const granted = new authorization.RoleAssignment(
    `${name}-objects`,
    {
      scope: containerId,
      principalId: identity.principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: containerId.apply(
        (id) =>
          `${id.split("/").slice(0, 3).join("/")}/providers/Microsoft.Authorization/roleDefinitions/${AZURE_ROLE.id}`,
      ),
    },
    { parent },
  );
  return { clientId: identity.clientId, before: [federated, granted] };
}

function createPrivateEndpoint(
  { name, parent, asked, checked }: CloudBucketArgs,
  account: Storage.StorageAccount,
): pulumi.Resource[] {
  if (asked.privateEndpointSubnet === undefined) return [];
  const network = loadSdk<typeof Network>("@pulumi/azure-native/network");
  const resourceGroupName = checked.resourceGroup;
  const endpoint = new network.PrivateEndpoint(
    `${name}-endpoint`,
    {
      privateEndpointName: checked.storageAccount,
      resourceGroupName,
      location: checked.region,
      subnet: { id: checked.privateEndpointSubnet },
      privateLinkServiceConnections: [
        { name: "blob", privateLinkServiceId: account.id, groupIds: ["blob"] },
      ],
      tags: asked.tags,
    },
    { parent },
  );
  if (asked.privateDnsZone === undefined) return [endpoint];
  const named = new network.PrivateDnsZoneGroup(
    `${name}-endpoint-dns`,
    {
      privateDnsZoneGroupName: "default",
      privateEndpointName: endpoint.name,
      resourceGroupName,
      privateDnsZoneConfigs: [{ name: "blob", privateDnsZoneId: checked.privateDnsZone }],
    },
    { parent },
  );
  return [endpoint, named];
}
