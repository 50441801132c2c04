import type { ObjectStoreConnection } from "../../storage/connection";
import type { AlertMetrics } from "../backend";

/** Counters of a client for buckets that several backends share, by the prefix of their names. */
export function bucketCounters(prefix: string): AlertMetrics["bucket"] {
  return {
    failures: `${prefix}_bucket_operation_failures_total`,
    operations: `${prefix}_bucket_operations_total`,
  };
}

/** A bucket, as the configuration of several backends describes it. */
export interface ObjectStoreConfig {
  readonly storage_prefix?: string;
  readonly s3?: {
    readonly bucket_name: string;
    readonly endpoint: string;
    readonly region: string;
    readonly insecure: boolean;
    readonly bucket_lookup_type: "path" | "auto";
  };
  readonly gcs?: { readonly bucket_name: string };
  readonly azure?: {
    readonly account_name: string;
    readonly container_name: string;
    readonly endpoint_suffix: string;
  };
}

/**
 * No credential is written here. Left out, clients look for them where the platform puts them: the
 * environment (static keys of S3), the token that workload identity mounts (S3, Azure), or the
 * metadata server (GCS).
 */
export function objectStoreConfig(bucket: ObjectStoreConnection): ObjectStoreConfig {
  return { ...(bucket.prefix && { storage_prefix: bucket.prefix }), ...locationOf(bucket) };
}

function locationOf(bucket: ObjectStoreConnection): ObjectStoreConfig {
  switch (bucket.protocol) {
    case "s3":
      return {
        s3: {
          bucket_name: bucket.bucket,
          endpoint: bucket.endpoint,
          region: bucket.region,
          insecure: bucket.insecure,
          bucket_lookup_type: bucket.pathStyle ? "path" : "auto",
        },
      };
    case "gcs":
      return { gcs: { bucket_name: bucket.bucket } };
    case "azure":
      // Not every client knows an endpoint by itself.
      return {
        azure: {
          account_name: bucket.storageAccount,
          container_name: bucket.bucket,
          endpoint_suffix: bucket.endpoint,
        },
      };
    default:
      throw new Error(
        `no backend knows an object store with protocol ${bucket.protocol}: expected s3, gcs or azure`,
      );
  }
}
