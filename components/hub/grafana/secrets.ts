import { createHmac } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { objectLabels } from "../../kit/labels";
import { curlConfig } from "../../storage/credentials";
import { GRAFANA } from "../roles";
import type { HubGrafanaArgs } from "./args";
import { ADMIN_USER, SECRET_FILES } from "./config";

export interface GrafanaSecrets {
  readonly object: k8s.core.v1.Secret;
  /** Changes with everything that Grafana reads at its start, and reveals nothing of it. */
  fingerprint(config: pulumi.Output<string>): pulumi.Output<string>;
}

/**
 * Secrets that are not given are derived from a private key: nothing else that our providers create
 * is random, the same in each update, and encrypted in the state.
 */
export function createSecrets(
  name: string,
  namespace: pulumi.Input<string>,
  { adminPassword, database, oidc }: HubGrafanaArgs,
  opts: pulumi.CustomResourceOptions,
): GrafanaSecrets {
  const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts)
    .privateKeyPem;
  const derived = (purpose: string) => pulumi.secret(key).apply((pem) => derive(pem, purpose));
  const password =
    adminPassword === undefined ? derived("admin password") : pulumi.secret(adminPassword);
  const given = {
    ...(database && { [SECRET_FILES.databasePassword]: pulumi.secret(database.password) }),
    ...(oidc && { [SECRET_FILES.clientSecret]: pulumi.secret(oidc.clientSecret) }),
  };
  const object = new k8s.core.v1.Secret(
    `${name}-secrets`,
    {
      metadata: { name: GRAFANA.name, namespace, labels: objectLabels(GRAFANA) },
      stringData: {
        [SECRET_FILES.adminPassword]: password,
        // What Grafana encrypts in its database: every pod, and every later one, needs the same.
        [SECRET_FILES.secretKey]: derived("secret key"),
        [SECRET_FILES.curl]: password.apply((known) => curlConfig(ADMIN_USER, known)),
        ...given,
      },
    },
    opts,
  );
  const secret = pulumi.output(given).apply((known) => JSON.stringify(known));
  return {
    object,
    fingerprint: (config) =>
      pulumi.unsecret(
        pulumi
          .all([key, secret, config])
          .apply(([pem, text, known]) => derive(pem, `${known}${text}`).slice(0, 16)),
      ),
  };
}

function derive(pem: string, purpose: string): string {
  return createHmac("sha256", pem).update(purpose).digest("base64url").slice(0, 32);
}
