import * as pulumi from "@pulumi/pulumi";
import { isLater } from "../kit/later";

export const ALGORITHM = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;

/**
 * Certificates and requests are public, though they are made with a secret key: a provider may mark
 * them as secret, and then no other stack could read them.
 */
export function publicPem(pem: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.output(pem));
}

/** A list some of whose elements only the engine will know, as one output; others stay as is. */
export function gathered<T>(list: pulumi.Input<pulumi.Input<T>[]>): pulumi.Input<T[]> {
  return Array.isArray(list) && list.some(isLater)
    ? (pulumi.output(list) as pulumi.Output<T[]>)
    : (list as pulumi.Input<T[]>);
}
