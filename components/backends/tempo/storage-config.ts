import type { ObjectStoreConnection } from "../../storage/connection";

/** What of section `storage.trace` is about the bucket: https://grafana.com/docs/tempo/latest/configuration/#storage */
export type TempoBucketConfig =
  | {
      readonly backend: "s3";
      readonly s3: {
        readonly bucket: string;
        readonly prefix?: string;
        readonly endpoint: string;
        readonly region: string;
        readonly insecure: boolean;
        readonly forcepathstyle: boolean;
      };
    }
  | {
      readonly backend: "gcs";
      readonly gcs: { readonly bucket_name: string; readonly prefix?: string };
    }
  | {
      readonly backend: "azure";
      readonly azure: {
        readonly storage_account_name: string;
        readonly container_name: string;
        readonly endpoint_suffix: string;
        readonly use_federated_token: true;
        readonly prefix?: string;
      };
    };

/**
 * No credential is written here. Left out, Tempo looks for them where the platform puts them: the environment (static keys of S3), the token that
 * workload identity mounts (S3, Azure), or the metadata server (GCS).
 */
export function tempoBucketConfig(bucket: ObjectStoreConnection): TempoBucketConfig {
  const prefix = bucket.prefix ? { prefix: bucket.prefix } : {};
  switch (bucket.protocol) {
    case "s3":
      return {
        backend: "s3",
        s3: {
          bucket: bucket.bucket,
          ...prefix,
          endpoint: bucket.endpoint,
          region: bucket.region,
          insecure: bucket.insecure,
          forcepathstyle: bucket.pathStyle,
        },
      };
    case "gcs":
      return { backend: "gcs", gcs: { bucket_name: bucket.bucket, ...prefix } };
    case "azure":
      return {
        backend: "azure",
        azure: {
          storage_account_name: bucket.storageAccount,
          container_name: bucket.bucket,
          endpoint_suffix: bucket.endpoint,
          use_federated_token: true,
          ...prefix,
        },
      };
    default:
      throw new Error(
        `Tempo knows no object store with protocol ${bucket.protocol}: expected s3, gcs or azure`,
      );
  }
}
