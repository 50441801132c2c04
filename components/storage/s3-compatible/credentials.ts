import type * as K8s from "@pulumi/kubernetes";
import type * as Pulumi from "@pulumi/pulumi";
import { objectLabels } from "../../kit/labels";
import type { BucketRequest } from "../cloud";
import { loadSdk } from "../sdk";
import type { S3CompatibleBucketLocationArgs } from "./args";
import { BUCKET_ROLE } from "./role";

export const ACCESS_KEY_ID = "accessKeyId";
export const SECRET_ACCESS_KEY = "secretAccessKey";
/** The same two as a configuration file of curl: they never appear in a list of processes. */
export const CURL_CONFIG = "curl.conf";

export function createCredentials({
  name,
  parent,
  namespace,
  given: { accessKeyId, secretAccessKey },
}: BucketRequest<S3CompatibleBucketLocationArgs>): K8s.core.v1.Secret {
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

/** Quoted as https://curl.se/docs/manpage.html#-K says: keys may hold anything. */
export function curlConfig(accessKeyId: string, secretAccessKey: string): string {
  const user = `${accessKeyId}:${secretAccessKey}`.replace(/[\\"]/g, "\\$&");
  return `user = "${user}"\n`;
}
