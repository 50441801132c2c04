import type { ObjectStoreConnection } from "./connection";

/** Where the credential chain of S3 clients looks for static keys. */
export const S3_KEY_VARIABLES = {
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
