import type * as pulumi from "@pulumi/pulumi";
import type { ImageArgs } from "../kit/images";

/** Who runs the object store. `s3-compatible`: anything that speaks S3 and is not Amazon's. */
export const ObjectStoreProvider = {
  Azure: "azure",
  Gcs: "gcs",
  S3: "s3",
  S3Compatible: "s3-compatible",
} as const;
export type ObjectStoreProvider = (typeof ObjectStoreProvider)[keyof typeof ObjectStoreProvider];

/** A bucket that is there, and the identity that may use it. Which fields belong to which provider is said with each. */
export interface ObjectStoreLocationArgs {
  /** Name of the bucket. `s3`, `gcs`, `s3-compatible`. */
  bucket?: pulumi.Input<string>;
  /** Storage account that holds the container. `azure`. */
  storageAccount?: pulumi.Input<string>;
  /** Blob container in the storage account. `azure`. */
  container?: pulumi.Input<string>;
  /** Client id of the managed identity that pods act as (Microsoft Entra workload identity). `azure`. */
  clientId?: pulumi.Input<string>;
  /** Google service account (e-mail) that pods act as (GKE workload identity). `gcs`. */
  serviceAccount?: pulumi.Input<string>;
  /** Role that pods assume (IAM roles for service accounts). `s3`, or `podIdentity`. */
  roleArn?: pulumi.Input<string>;
  /** Whether pods get their role by an association that EKS Pod Identity has for their service account. `s3`, instead of `roleArn`. Defaults to false. */
  podIdentity?: boolean;
  /**
   * Region of the bucket. `s3`; with `s3-compatible` it defaults to `us-east-1`, which most endpoints take; with `azure` to one of the public cloud, where
   * accounts of China and of the US government are not.
   */
  region?: pulumi.Input<string>;
  /** Host and port, without a scheme. `s3-compatible`. */
  endpoint?: pulumi.Input<string>;
  /** Whether the endpoint speaks plain HTTP: only where nobody else is on the network. `s3-compatible`. Defaults to false. */
  insecure?: pulumi.Input<boolean>;
  /** Access key id. `s3-compatible`. */
  accessKeyId?: pulumi.Input<string>;
  /** Secret access key. `s3-compatible`. */
  secretAccessKey?: pulumi.Input<string>;
}

/**
 * A bucket to make, private, encrypted, reached by TLS only, and the identity by which pods use it. Nothing in it is deleted by the cloud unless
 * `expireAfterDays` says so: backends delete what is older than their tenants' retention. Which fields belong to which provider is said with each.
 */
export interface ObjectStoreCreationArgs {
  /** Name of the bucket, which nobody else in the world may have. `s3`, `gcs`, `s3-compatible`. */
  bucket?: pulumi.Input<string>;
  /** Name of the storage account, which nobody else in the world may have: 3 to 24 lower-case letters and digits. `azure`. */
  storageAccount?: pulumi.Input<string>;
  /** Name of the blob container. `azure`. */
  container?: pulumi.Input<string>;
  /** Region, as the cloud's interfaces name it: `me-central-1`, `me-central1`, `uaenorth`. With `s3-compatible` it defaults to `us-east-1`. */
  region?: pulumi.Input<string>;
  /** IAM OIDC provider (ARN) of the cluster, whose service account may assume the role. `s3`, or `eksCluster`. */
  oidcProviderArn?: pulumi.Input<string>;
  /** EKS cluster in the bucket's region, with the Pod Identity agent, which gives pods the role. `s3`, instead of `oidcProviderArn`. */
  eksCluster?: pulumi.Input<string>;
  /** Project of the bucket. `gcs`. */
  project?: pulumi.Input<string>;
  /** Project of the cluster. `gcs`. Defaults to `project`. */
  clusterProject?: pulumi.Input<string>;
  /** Resource group of everything that is made; it must exist. `azure`. */
  resourceGroup?: pulumi.Input<string>;
  /** OIDC issuer (URL) of the cluster, whose service account may act as the managed identity. `azure`. */
  oidcIssuer?: pulumi.Input<string>;
  /**
   * Copies of everything: `LRS` in one building, `ZRS` in three zones; `GRS`, `GZRS`, `RAGRS` and `RAGZRS` in the paired region, too. `azure`. Defaults to
   * `ZRS`, which not every region has.
   */
  redundancy?: string;
  /** Subnet (id) for a private endpoint; the account is then reached through it only. `azure`. Defaults to none. */
  privateEndpointSubnet?: pulumi.Input<string>;
  /** Private DNS zone (id) `privatelink.blob.core.windows.net` that gets the endpoint's address. `azure`, with a subnet. Defaults to none: you see to it. */
  privateDnsZone?: pulumi.Input<string>;
  /**
   * Own key for encryption: ARN of a KMS key in the bucket's region (`s3`), name of a Cloud KMS key (`gcs`), URL of a Key Vault key (`azure`). Defaults to
   * keys that the cloud manages.
   */
  key?: pulumi.Input<string>;
  /** Managed identity (resource id) that may use `key`. `azure`. */
  keyIdentity?: pulumi.Input<string>;
  /**
   * Days for which what was overwritten or deleted can be brought back, 1 to 365: by versions (`s3`, `gcs`) or soft delete (`azure`). Backends rewrite every
   * block a few times, and all of that is kept and paid for. Defaults to none.
   */
  recoveryDays?: number;
  /** Days after which objects move to a colder class: cheaper to keep, dearer to read, and read at once all the same. Defaults to never. */
  coldAfterDays?: number;
  /**
   * That class. `s3`: `STANDARD_IA`, `INTELLIGENT_TIERING` or `GLACIER_IR`; `gcs`: `NEARLINE`, `COLDLINE` or `ARCHIVE`; `azure`: `Cool` or `Cold`. Defaults to
   * the first.
   */
  coldClass?: string;
  /**
   * Days after which the cloud deletes objects, whatever backends do: at least a week more than `retentionDays`, or it throws. Defaults to never.
   */
  expireAfterDays?: number;
  /** Whether Pulumi refuses to delete what holds data. Defaults to true. */
  protect?: boolean;
  /** Tags (labels in `gcs`) of what is made. Defaults to none. */
  tags?: Record<string, string>;
  /** Host and port, without a scheme. `s3-compatible`. */
  endpoint?: pulumi.Input<string>;
  /** Whether the endpoint speaks plain HTTP: only where nobody else is on the network. `s3-compatible`. Defaults to false. */
  insecure?: pulumi.Input<boolean>;
  /** Access key id. `s3-compatible`. */
  accessKeyId?: pulumi.Input<string>;
  /** Secret access key. `s3-compatible`. */
  secretAccessKey?: pulumi.Input<string>;
}

/** Give exactly one of `existing` and `create`. */
export interface ObjectStoreBucketArgs {
  /** Who runs the store: `azure`, `gcs`, `s3` or `s3-compatible`. */
  provider: ObjectStoreProvider;
  /**
   * First part of the name of every object, for a bucket that is shared with others: letters and digits. Defaults to none. Moving it, like moving the
   * bucket, leaves behind what is stored.
   */
  prefix?: string;
  /** A bucket that somebody else made. */
  existing?: ObjectStoreLocationArgs;
  /** A bucket to make. With `s3-compatible` one that is there already is as good, and it stays when the component is removed. */
  create?: ObjectStoreCreationArgs;
  /**
   * Namespace of the pods that use the bucket; it must exist. With `s3-compatible` the Secret with the keys, and the Job that makes the bucket, go there.
   * Needed there and with `create`.
   */
  namespace?: pulumi.Input<string>;
  /** Kubernetes service account of those pods, which gets the identity. Needed with `create`, except with `s3-compatible`. */
  kubernetesServiceAccount?: pulumi.Input<string>;
  /** Longest retention of what is stored, in days: nothing may expire before it. Needed with `expireAfterDays`. */
  retentionDays?: number;
  /** Where images come from. Defaults to the upstream registries. */
  images?: ImageArgs;
}
