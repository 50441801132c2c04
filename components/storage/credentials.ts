import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectLabels } from "../kit/labels";
import { BUCKET_ROLE } from "./role";

export const ACCESS_KEY_ID = "accessKeyId";
export const SECRET_ACCESS_KEY = "secretAccessKey";
/** The same two as a configuration file of curl, so that they never stand in a list of processes. */
export const CURL_CONFIG = "curl.conf";

export interface CredentialsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly accessKeyId: pulumi.Input<string>;
  readonly secretAccessKey: pulumi.Input<string>;
}

export function createCredentials(
  name: string,
  { namespace, accessKeyId, secretAccessKey }: CredentialsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
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
    opts,
  );
}

/** Quoted as https://curl.se/docs/manpage.html#-K says: keys may hold anything. */
export function curlConfig(accessKeyId: string, secretAccessKey: string): string {
  const user = `${accessKeyId}:${secretAccessKey}`.replace(/[\\"]/g, "\\$&");
  return `user = "${user}"\n`;
}
