import * as pulumi from "@pulumi/pulumi";

export const ALGORITHM = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;

/** Certificates and requests are public, though made with a secret key: a provider may mark them, and then no other stack could read them. */
export function publicPem(pem: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.output(pem));
}
