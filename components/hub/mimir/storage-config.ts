import type { ObjectStoreConnection } from "../../storage/connection";

/** Section `blocks_storage` without what is the same for every store: https://grafana.com/docs/mimir/latest/configure/configuration-parameters/#blocks_storage */
export type MimirBucketConfig = { readonly storage_prefix?: string } & MimirBackend;

type MimirBackend =
  | {
      readonly backend: "s3";
      readonly s3: {
        readonly bucket_name: string;
        readonly endpoint: string;
        readonly region: string;
        readonly insecure: boolean;
        readonly bucket_lookup_type: "path" | "auto";
      };
    }
  | { readonly backend: "gcs"; readonly gcs: { readonly bucket_name: string } }
  | { readonly backend: "azure"; readonly azure: { readonly account_name: string; readonly container_name: string } };

/**
 * No credential is written here. Left out, Mimir looks for them where the platform puts them: the environment (static keys of S3), the token that
 * workload identity mounts (S3, Azure), or the metadata server (GCS).
 */
export function mimirBucketConfig(bucket: ObjectStoreConnection): MimirBucketConfig {
  return { ...(bucket.prefix && { storage_prefix: bucket.prefix }), ...backendOf(bucket) };
}

function backendOf(bucket: ObjectStoreConnection): MimirBackend {
  switch (bucket.protocol) {
    case "s3":
      return {
        backend: "s3",
        s3: {
          bucket_name: bucket.bucket,
          endpoint: bucket.endpoint,
          region: bucket.region,
          insecure: bucket.insecure,
          bucket_lookup_type: bucket.pathStyle ? "path" : "auto",
        },
      };
    case "gcs":
      return { backend: "gcs", gcs: { bucket_name: bucket.bucket } };
    case "azure":
      return { backend: "azure", azure: { account_name: bucket.storageAccount, container_name: bucket.bucket } };
    default:
      throw new Error(`Mimir knows no object store with protocol ${bucket.protocol}: expected s3, gcs or azure`);
  }
}
