/**
 * What a backend has to know of a bucket, whoever made it and wherever it is: the one type between storage and backends. Flat and without a secret, so
 * that it may be exported by one stack and read by another. An empty text means "does not apply".
 */
export interface ObjectStoreConnection {
  /** Interface that the store speaks: `s3`, `gcs` or `azure`. */
  protocol: string;
  /** Name of the bucket; with Azure, of the container. */
  bucket: string;
  /** First part of the name of every object, where the bucket is shared. */
  prefix: string;
  /** Host and port of the endpoint, without a scheme; with Azure the domain below which accounts are. Empty where clients know it: `gcs`. */
  endpoint: string;
  /** Region used in signatures (`s3`). */
  region: string;
  /** Whether the endpoint speaks plain HTTP. */
  insecure: boolean;
  /** Whether the bucket stands in the path (`host/bucket`) and not in the host name: most S3-compatible endpoints. */
  pathStyle: boolean;
  /** Storage account that holds the container (`azure`). */
  storageAccount: string;
  /** Kubernetes Secret with static keys, in the namespace of the pods that use the bucket. Empty with workload identity. */
  credentialsSecret: string;
  /** Key in that Secret that holds the access key id. */
  accessKeyIdKey: string;
  /** Key in that Secret that holds the secret access key. */
  secretAccessKeyKey: string;
  /** Annotations of the service account whose pods may use the bucket (workload identity). */
  serviceAccountAnnotations: Record<string, string>;
  /** Labels of the pods that may use the bucket (workload identity). */
  podLabels: Record<string, string>;
}
