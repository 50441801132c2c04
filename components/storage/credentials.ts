import type * as K8s from "@pulumi/kubernetes";
import type * as Pulumi from "@pulumi/pulumi";
import { objectLabels } from "../kit/labels";
import type { BucketRequest } from "./cloud";
import type { ObjectStoreConnection } from "./connection";
import { BUCKET_ROLE } from "./role";
import { loadSdk } from "./sdk";

const ACCESS_KEY_ID = "accessKeyId";
const SECRET_ACCESS_KEY = "secretAccessKey";
/** The same two as a configuration file of curl: they never appear in a list of processes. */
export const CURL_CONFIG = "curl.conf";

/** Keys of a user of a store that speaks S3. */
export interface StaticKeys {
  readonly accessKeyId: Pulumi.Input<string>;
  readonly secretAccessKey: Pulumi.Input<string>;
}

/** Puts the keys into a Secret beside the pods that use the bucket. */
export function createCredentials({
  name,
  parent,
  namespace,
  given: { accessKeyId, secretAccessKey },
}: Omit<BucketRequest<StaticKeys>, "checked">): K8s.core.v1.Secret {
  const k8s = loadSdk<typeof K8s>("@pulumi/kubernetes");
  const pulumi = loadSdk<typeof Pulumi>("@pulumi/pulumi");
  const curl = pulumi.all([accessKeyId, secretAccessKey]).apply(([id, key]) => curlConfig(id, key));
  return new k8s.core.v1.Secret(
    `${name}-credentials`,
    {
      metadata: { name: `${name}-credentials`, namespace, labels: objectLabels(BUCKET_ROLE) },
      stringData: {
        [ACCESS_KEY_ID]: accessKeyId,
        [SECRET_ACCESS_KEY]: pulumi.secret(secretAccessKey),
        [CURL_CONFIG]: pulumi.secret(curl),
      },
    },
    { parent },
  );
}

/** The part of a connection that says where pods find the keys. An empty name: they have none. */
export function credentialsIn(secret: string): Partial<ObjectStoreConnection> {
  if (secret === "") return {};
  return {
    credentialsSecret: secret,
    accessKeyIdKey: ACCESS_KEY_ID,
    secretAccessKeyKey: SECRET_ACCESS_KEY,
  };
}

/** Quoted as https://curl.se/docs/manpage.html#-K says: keys may hold anything. */
export function curlConfig(accessKeyId: string, secretAccessKey: string): string {
  const user = `${accessKeyId}:${secretAccessKey}`.replace(/[\\"]/g, "\\$&");
  return `user = "${user}"\n`;
}
