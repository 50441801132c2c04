import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { keepingFields, lacks, matches, named, region, shaped, type NameRule } from "../fields";
import { AZURE_ROLE } from "./permissions";
import { AZURE_REGIONS } from "./regions";

/** A container of Azure Blob Storage. Give exactly one of `existing` and `create`. */
export interface AzureContainerArgs {
  /** An existing container. Defaults to none. */
  existing?: AzureContainerLocationArgs;
  /** A container to create. Defaults to none. */
  create?: AzureContainerCreationArgs;
}

/** An existing container, and the identity that may use it. */
export interface AzureContainerLocationArgs {
  /** Storage account that holds the container. */
  storageAccount: pulumi.Input<string>;
  /** Blob container in the storage account. */
  container: pulumi.Input<string>;
  /**
   * Client id of the managed identity that pods use (Microsoft Entra workload identity). It needs
   * the role Storage Blob Data Contributor on the container.
   */
  clientId: pulumi.Input<string>;
  /**
   * Region of the storage account. Required for accounts in China and of the US government, which
   * have other domains. Defaults to a region of the public cloud.
   */
  region?: pulumi.Input<string>;
}

/**
 * A storage account with one container, which is private, encrypted and accepts only TLS, and the
 * managed identity with which pods use it. The cloud deletes no objects unless `expireAfterDays` is
 * given, because backends delete data at the end of a tenant's retention.
 */
export interface AzureContainerCreationArgs {
  /** Name of the storage account, unique in the world: 3 to 24 lower-case letters and digits. */
  storageAccount: pulumi.Input<string>;
  /** Name of the blob container. */
  container: pulumi.Input<string>;
  /** Region, as `az account list-locations` names it, e.g. `uaenorth`. */
  region: pulumi.Input<string>;
  /** Existing resource group for everything that is created. */
  resourceGroup: pulumi.Input<string>;
  /** URL of the cluster's OIDC issuer. The service account may use the managed identity. */
  oidcIssuer: pulumi.Input<string>;
  /**
   * Copies of the data: `LRS` in one building, `ZRS` in three zones; `GRS`, `GZRS`, `RAGRS` and
   * `RAGZRS` also in the paired region. Defaults to `ZRS`, which not every region has.
   */
  redundancy?: string;
  /**
   * Id of the subnet for a private endpoint. The account can then be reached only through it.
   * Defaults to none.
   */
  privateEndpointSubnet?: pulumi.Input<string>;
  /**
   * Id of the private DNS zone `privatelink.blob.core.windows.net` that gets the endpoint's
   * address. Needs `privateEndpointSubnet`. Defaults to none: you then have to publish the address
   * yourself.
   */
  privateDnsZone?: pulumi.Input<string>;
  /** URL of a Key Vault key for encryption. Needs `keyIdentity`. Defaults to keys of Microsoft. */
  key?: pulumi.Input<string>;
  /** Resource id of a managed identity that may use `key`. Required with `key`. */
  keyIdentity?: pulumi.Input<string>;
  /**
   * Number of days for which overwritten or deleted objects can be restored, 1 to 365 (soft
   * delete). Backends rewrite every block a few times, and you pay for the storage of all of that.
   * Defaults to none.
   */
  recoveryDays?: number;
  /**
   * Number of days after which objects move to a colder class, which is cheaper to store and more
   * expensive to read, and still answers at once. Defaults to never.
   */
  coldAfterDays?: number;
  /** The colder class: `Cool` or `Cold`. Defaults to `Cool`. */
  coldClass?: string;
  /**
   * Number of days after which the cloud deletes objects, regardless of the backends. It must be at
   * least a week more than `retentionDays`. Defaults to never.
   */
  expireAfterDays?: number;
  /** Whether Pulumi refuses to delete resources that hold data. Defaults to true. */
  protect?: boolean;
  /** Tags of the created resources. Defaults to none. */
  tags?: Record<string, string>;
}

/**
 * Reserved words, as far as an account could be called so:
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name
 */
const RESERVED = new RegExp(
  "^(access|azure|bing|bizspark|biztalk|cortana|directx|dotnet|dynamics|excel|exchange|" +
    "forefront|groove|hololens|hyperv|kinect|lync|msdn|o365|office|office365|onedrive|onenote|" +
    "outlook|powerpoint|sharepoint|skype|visio|visualstudio|xbox)$",
);

/** https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name */
const ACCOUNT_RULES: readonly NameRule[] = [
  [matches(/^.{3,24}$/), "3 to 24 characters"],
  [matches(/^[a-z0-9]+$/), "lower-case letters and digits only"],
  [lacks(RESERVED), "not a reserved word"],
  [lacks(/microsoft|windows/), "does not contain microsoft or windows, which are reserved"],
  [lacks(/^login/), "does not begin with login, which is reserved"],
];

/**
 * https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
 */
const CONTAINER_RULES: readonly NameRule[] = [
  [matches(/^.{3,63}$/), "3 to 63 characters"],
  [matches(/^[-a-z0-9]+$/), "lower-case letters, digits and '-' only"],
  [matches(/^[a-z0-9].*[a-z0-9]$/), "begins and ends with a letter or a digit"],
  [lacks(/--/), "no two '-' side by side"],
];

const storageAccount = (what: string) =>
  named(what, "contosoheliograph", "a storage account", ACCOUNT_RULES);
const container = (what: string) => named(what, "metrics", "a container", CONTAINER_RULES);
const uuid = "00000000-0000-0000-0000-000000000000";
const group = (name: string) => `/subscriptions/${uuid}/resourceGroups/${name}/providers`;

export const AZURE_EXISTING = {
  storageAccount: storageAccount("Storage account that holds the container"),
  container: container("Blob container in the storage account"),
  clientId: shaped(
    "Client id of the managed identity that pods use (Microsoft Entra workload identity). " +
      `It needs the role ${AZURE_ROLE.title} on the container.`,
    uuid,
    [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "the client id of a managed identity: a GUID"],
  ),
  region: region(
    "Region of the storage account. Required for accounts in China and of the US government, " +
      "which have other domains. If it is given, it is compared with the region of the cell.",
    "uaenorth",
    "azure",
    AZURE_REGIONS,
  ).optional(),
} satisfies Record<keyof AzureContainerLocationArgs, z.ZodType>;

export const AZURE_CREATE = {
  storageAccount: storageAccount(
    "Name of the storage account, unique in the world: 3 to 24 lower-case letters and digits",
  ),
  container: container("Name of the blob container"),
  region: region(
    "Region, as `az account list-locations` names it",
    "uaenorth",
    "azure",
    AZURE_REGIONS,
  ),
  resourceGroup: shaped("Existing resource group for everything that is created", "heliograph", [
    /^[-\w.()]{0,89}[-\w()]$/,
    "1 to 90 letters, digits, '-', '_', '.', '(' and ')', not ending with '.'",
  ]),
  oidcIssuer: shaped(
    "URL of the cluster's OIDC issuer. Service accounts of pods may then use the managed identity.",
    `https://uaenorth.oic.prod-aks.azure.com/${uuid}/`,
    [/^https:\/\/\S+$/, "the https URL of the cluster's OIDC issuer"],
  ),
  redundancy: shaped(
    "Copies of the data: LRS in one building, ZRS in three zones, or GRS, GZRS, RAGRS and RAGZRS " +
      "also in the paired region. Defaults to ZRS, which not every region has.",
    "ZRS",
    [/^(LRS|ZRS|GRS|GZRS|RAGRS|RAGZRS)$/, "one of LRS, ZRS, GRS, GZRS, RAGRS, RAGZRS"],
  ).optional(),
  keyIdentity: shaped(
    "Resource id of a managed identity that may use `key`. Required with `key`.",
    `${group("heliograph")}/Microsoft.ManagedIdentity/userAssignedIdentities/heliograph-key`,
    [
      /^\/subscriptions\/.+\/userAssignedIdentities\/[^/]+$/i,
      "the resource id of a managed identity",
    ],
  ).optional(),
  privateEndpointSubnet: shaped(
    "Id of the subnet for a private endpoint. The account can then be reached only through it. " +
      "Defaults to none.",
    `${group("network")}/Microsoft.Network/virtualNetworks/ops/subnets/endpoints`,
    [
      /^\/subscriptions\/.+\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i,
      "the resource id of a subnet",
    ],
  ).optional(),
  privateDnsZone: shaped(
    "Id of the private DNS zone privatelink.blob.core.windows.net that gets the endpoint's " +
      "address. Needs `privateEndpointSubnet`. Defaults to none. You then publish the address " +
      "yourself.",
    `${group("network")}/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net`,
    [
      /^\/subscriptions\/.+\/privateDnsZones\/privatelink\.blob\.[^/]+$/i,
      "the resource id of a private DNS zone privatelink.blob...",
    ],
  ).optional(),
  key: shaped(
    "URL of a Key Vault key for encryption. Needs `keyIdentity`. Defaults to keys of Microsoft.",
    "https://contoso.vault.azure.net/keys/heliograph",
    [/^https:\/\/[^/]+\/keys\/[^/]+(\/[^/]+)?$/, "the URL of a Key Vault key"],
  ).optional(),
  ...keepingFields("Cool or Cold", "Cold", {
    provider: "azure",
    key: /^[^<>%&\\?/]{1,128}$/,
    value: /^.{0,256}$/,
    rule: "keys of 1 to 128 characters, none of <>%&\\?/, and values of at most 256",
  }),
} satisfies Record<keyof AzureContainerCreationArgs, z.ZodType>;
