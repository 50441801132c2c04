import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IDENTITY_FILES, IDENTITY_SECRET } from "../contract/cluster-names";
import { refuse, type Issue } from "../kit/issues";
import { PART_OF } from "../kit/labels";

/** The edge's certificate and key, and the CA certificates that it trusts. */
export interface EdgeIdentityArgs {
  readonly certificate: pulumi.Input<string>;
  readonly privateKey: pulumi.Input<string>;
  readonly trustBundle: pulumi.Input<string[]>;
}

/** One Secret, mounted as a directory by everything that sends to the hub. */
export function createIdentity(
  name: string,
  namespace: pulumi.Input<string>,
  { certificate, privateKey, trustBundle }: EdgeIdentityArgs,
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

/** Kinds of PEM blocks, as between their dashes. */
const PEM_KINDS = {
  certificate: "CERTIFICATE",
  privateKey: "PRIVATE KEY",
  trustBundle: "CERTIFICATE",
} as const;

/** Checked once it is known: the hub would reject an agent with an empty certificate for ever. */
function checkedPem(
  field: keyof typeof PEM_KINDS,
  pem: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.output(pem).apply((text) => {
    refuse("Identity of the edge", pemIssues(field, text));
    return text;
  });
}

/** The value is not repeated: it may be a key. */
export function pemIssues(field: keyof typeof PEM_KINDS, pem: string): Issue[] {
  const kind = PEM_KINDS[field];
  if (new RegExp(`^-----BEGIN ([A-Z]+ )?${kind}-----$`, "m").test(pem)) return [];
  return [
    {
      path: ["hub", field],
      expected: `PEM with a ${kind.toLowerCase()}`,
      example: `-----BEGIN ${kind}-----...`,
    },
  ];
}
