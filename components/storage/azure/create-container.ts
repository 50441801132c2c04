import type * as Authorization from "@pulumi/azure-native/authorization";
import type * as Identity from "@pulumi/azure-native/managedidentity";
import type * as Network from "@pulumi/azure-native/network";
import type * as Storage from "@pulumi/azure-native/storage";
import type * as pulumi from "@pulumi/pulumi";
import type { BucketRequest, UsableBucket } from "../cloud";
import { defaultColdClass, type ColdClasses } from "../lifecycle";
import { loadSdk } from "../sdk";
import type { AzureContainerCreationArgs } from "./args";
import { AZURE_ROLE } from "./permissions";

export const AZURE_COLD_CLASSES: ColdClasses = { Cool: 1, Cold: 1 };

type Request = BucketRequest<AzureContainerCreationArgs>;

/** A storage account with one container, and a managed identity that pods act as. */
export function createAzureContainer(args: Request): UsableBucket {
  const storage = loadSdk<typeof Storage>("@pulumi/azure-native/storage");
  const { name, parent, given, checked } = args;
  const kept = { parent, protect: given.protect ?? true };
  const resourceGroupName = checked.resourceGroup;
  const account = new storage.StorageAccount(
    `${name}-account`,
    {
      accountName: checked.storageAccount,
      resourceGroupName,
      location: checked.region,
      kind: "StorageV2",
      sku: { name: `Standard_${given.redundancy ?? "ZRS"}` },
      accessTier: "Hot",
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      // Identities only: whoever has an account key has everything.
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      publicNetworkAccess: given.privateEndpointSubnet === undefined ? "Enabled" : "Disabled",
      ...encryption(args),
      tags: given.tags,
    },
    kept,
  );
  const of = { accountName: account.name, resourceGroupName };
  const { recoveryDays } = given;
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
  const location = {
    storageAccount: account.name,
    container: container.name,
    region,
    clientId,
  };
  return { location, before: [...before, ...reached] };
}

function encryption({ given, checked }: Request) {
  if (given.key === undefined) return {};
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

function lifecycle({ given, checked }: Request) {
  const {
    coldAfterDays,
    coldClass = defaultColdClass(AZURE_COLD_CLASSES),
    expireAfterDays,
  } = given;
  const filters = {
    blobTypes: ["blockBlob"],
    prefixMatch: [checked.container.apply((container) => `${container}/`)],
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

const ROLE = `providers/Microsoft.Authorization/roleDefinitions/${AZURE_ROLE.id}`;

/** `/subscriptions/<id>`: every resource id starts with it. */
const subscriptionOf = (resourceId: string) => resourceId.split("/").slice(0, 3).join("/");

function createIdentity(
  { name, parent, given, checked, pods }: Request,
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
      tags: given.tags,
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
      subject: pods.apply(
        ({ namespace, serviceAccount }) => `system:serviceaccount:${namespace}:${serviceAccount}`,
      ),
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
      roleDefinitionId: containerId.apply((id) => `${subscriptionOf(id)}/${ROLE}`),
    },
    { parent },
  );
  return { clientId: identity.clientId, before: [federated, granted] };
}

function createPrivateEndpoint(
  { name, parent, given, checked }: Request,
  account: Storage.StorageAccount,
): pulumi.Resource[] {
  if (given.privateEndpointSubnet === undefined) return [];
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
      tags: given.tags,
    },
    { parent },
  );
  if (given.privateDnsZone === undefined) return [endpoint];
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
