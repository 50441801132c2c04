import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { LEAF_DAYS, objectLabels, RENEW_BEFORE_DAYS } from "@heliograph/heliograph/model";
import { hostOf, type Demo } from "./flows";

/** A certificate that only those trust who were given it: no authority stands behind it. */
export function createCertificate(
  name: string,
  demo: Demo,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
) {
  const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
  const certificate = new tls.SelfSignedCert(
    `${name}-certificate`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: hostOf(demo) },
      dnsNames: [hostOf(demo)],
      validityPeriodHours: LEAF_DAYS * 24,
      earlyRenewalHours: RENEW_BEFORE_DAYS * 24,
      allowedUses: ["digital_signature", "server_auth"],
    },
    opts,
  );
  const secret = new k8s.core.v1.Secret(
    `${name}-tls`,
    {
      metadata: { name: `${demo.app}-tls`, namespace, labels: objectLabels({ name: demo.app }) },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": certificate.certPem, "tls.key": key.privateKeyPem },
    },
    opts,
  );
  return { secret, certificate: certificate.certPem };
}
