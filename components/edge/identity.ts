import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IDENTITY_SECRET, IDENTITY_FILES } from "../contract/places";
import { PART_OF } from "../kit/labels";
import { refuse } from "../kit/problems";
import { PEM_KINDS, pemProblems } from "./check";
import type { EdgeHubArgs } from "./args";

/** The edge's certificate and key, and whom it trusts: one Secret, mounted as a directory by everything that sends to the hub. */
export function createIdentity(
  name: string,
  namespace: pulumi.Input<string>,
  { certificate, privateKey, trustBundle }: EdgeHubArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const bundle = pulumi.output(trustBundle).apply((certificates) => certificates.join("\n"));
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: {
        name: IDENTITY_SECRET,
        namespace,
        labels: { "app.kubernetes.io/part-of": PART_OF, "app.kubernetes.io/managed-by": "pulumi" },
      },
      type: "kubernetes.io/tls",
      stringData: {
        [IDENTITY_FILES.certificate]: checkedPem("certificate", certificate),
        [IDENTITY_FILES.privateKey]: checkedPem("privateKey", privateKey),
        [IDENTITY_FILES.trustBundle]: checkedPem("trustBundle", bundle),
      },
    },
    opts,
  );
}

/** Checked once the engine knows it: an agent with an empty certificate would start, and be refused by the hub for ever. */
function checkedPem(
  field: keyof typeof PEM_KINDS,
  pem: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.output(pem).apply((text) => {
    refuse("Identity of the edge", pemProblems(field, text));
    return text;
  });
}
