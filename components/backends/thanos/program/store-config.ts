import type { ObjectStoreConnection } from "../../../storage/connection";

/** How every part of Thanos is told its bucket: https://thanos.io/tip/thanos/storage.md/ */
type ThanosStoreConfig = { readonly prefix?: string } & (
  | {
      readonly type: "S3";
      readonly config: {
        readonly bucket: string;
        readonly endpoint: string;
        readonly region: string;
        readonly insecure: boolean;
        readonly bucket_lookup_type: "path" | "auto";
      };
    }
  | { readonly type: "GCS"; readonly config: { readonly bucket: string } }
  | {
      readonly type: "AZURE";
      readonly config: {
        readonly storage_account: string;
        readonly container: string;
        readonly endpoint: string;
      };
    }
);

/**
 * No credential is written here: clients look for them where the platform puts them, as those of
 * the other backends do.
 */
export function thanosStoreConfig(bucket: ObjectStoreConnection): ThanosStoreConfig {
  return { ...locationOf(bucket), ...(bucket.prefix && { prefix: bucket.prefix }) };
}

function locationOf(bucket: ObjectStoreConnection): ThanosStoreConfig {
  switch (bucket.protocol) {
    case "s3":
      return {
        type: "S3",
        config: {
          bucket: bucket.bucket,
          endpoint: bucket.endpoint,
          region: bucket.region,
          insecure: bucket.insecure,
          bucket_lookup_type: bucket.pathStyle ? "path" : "auto",
        },
      };
    case "gcs":
      return { type: "GCS", config: { bucket: bucket.bucket } };
    case "azure":
      return {
        type: "AZURE",
        config: {
          storage_account: bucket.storageAccount,
          container: bucket.bucket,
          endpoint: bucket.endpoint,
        },
      };
    default:
      throw new Error(
        `Thanos knows no object store with protocol ${bucket.protocol}: expected s3, gcs or azure`,
      );
  }
}
