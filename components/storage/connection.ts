/**
 * Everything that a backend has to know about a bucket. It is flat and contains no secret, so that
 * one stack can export it and another can read it. An empty text means that the field does not
 * apply.
 */
export interface ObjectStoreConnection {
  /** Interface of the store: `s3`, `gcs` or `azure`. */
  protocol: string;
  /** Name of the bucket; with Azure, of the container. */
  bucket: string;
  /** First part of the name of every object, if the bucket is shared. */
  prefix: string;
  /**
   * Host and port of the endpoint, without a scheme; with Azure the domain of the accounts. Empty
   * for `gcs`, whose clients know it.
   */
  endpoint: string;
  /** Region that is used in signatures (`s3`). */
  region: string;
  /** Whether to use plain HTTP. */
  insecure: boolean;
  /** Whether the name of the bucket is in the path (`host/bucket`) instead of the host name. */
  pathStyle: boolean;
  /** Storage account that holds the container (`azure`). */
  storageAccount: string;
  /**
   * Name of the Secret with static keys, in the namespace of the pods. Empty with workload
   * identity.
   */
  credentialsSecret: string;
  /** Key of the access key id in that Secret. */
  accessKeyIdKey: string;
  /** Key of the secret access key in that Secret. */
  secretAccessKeyKey: string;
  /** Annotations of the service account whose pods may use the bucket (workload identity). */
  serviceAccountAnnotations: Record<string, string>;
  /** Labels of the pods that may use the bucket (workload identity). */
  podLabels: Record<string, string>;
}

/** Region of signatures where the store does not name one: most take it. */
export const DEFAULT_REGION = "us-east-1";

/** A connection with nothing in it but what does not depend on the cloud. */
export const NO_CONNECTION: Omit<ObjectStoreConnection, "protocol" | "bucket"> = {
  prefix: "",
  endpoint: "",
  region: "",
  insecure: false,
  pathStyle: false,
  storageAccount: "",
  credentialsSecret: "",
  accessKeyIdKey: "",
  secretAccessKeyKey: "",
  serviceAccountAnnotations: {},
  podLabels: {},
};

/** Variables from which the credential chain of S3 clients takes static keys. */
const S3_KEY_VARIABLES = {
  accessKeyId: "AWS_ACCESS_KEY_ID",
  secretAccessKey: "AWS_SECRET_ACCESS_KEY",
} as const;

/** Environment variables with the static keys of a bucket; none with workload identity. */
export function staticKeys({
  credentialsSecret,
  accessKeyIdKey,
  secretAccessKeyKey,
}: ObjectStoreConnection) {
  if (!credentialsSecret) return [];
  const variable = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: credentialsSecret, key } },
  });
  return [
    variable(S3_KEY_VARIABLES.accessKeyId, accessKeyIdKey),
    variable(S3_KEY_VARIABLES.secretAccessKey, secretAccessKeyKey),
  ];
}

/** A value of a location, which is a text or absent. */
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
