import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { z } from "zod";
import { dnsNamesOf, subjectOf } from "../contract/identity";
import { described, name as nameField } from "../kit/fields";
import { inputIssues, isLater } from "../kit/later";
import { refuse, type Issue } from "../kit/issues";
import { ALGORITHM, publicPem } from "./keys";

/** Arguments of the edge's half of mutual TLS. */
export interface PkiIdentityArgs {
  /** Name of the edge in the hub's inventory. */
  edge: string;
  /** Generation of the edge's key, from 1. Another number creates another key. Defaults to 1. */
  keyGeneration?: number;
  /**
   * Whether the hub queries the edge. The request then also asks for the name of the edge's query
   * endpoint. Defaults to false.
   */
  queried?: pulumi.Input<boolean>;
}

/**
 * The edge's half of mutual TLS: a private key (ECDSA P-256), which never leaves the edge's stack,
 * and a certificate request. The request is public, and is all that the hub needs.
 *
 * Throws a `ConfigurationError` with every issue of the arguments.
 */
export class PkiIdentity extends pulumi.ComponentResource {
  /** The certificate request (PEM). */
  readonly request: pulumi.Output<string>;
  /** Secret: the private key (PEM). */
  readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: PkiIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:PkiIdentity", name, {}, opts);
    refuse(`PkiIdentity ${name}`, identityIssues(args));
    const { request, privateKey } = createIdentity(this, name, args);
    this.request = request;
    this.privateKey = privateKey;
    this.registerOutputs({ request, privateKey });
  }
}

const FIELDS = {
  edge: nameField("Name of the edge in the hub's inventory", "dev"),
  keyGeneration: described(z.int().min(1).optional(), "a whole number from 1", 1),
  queried: described(z.boolean().optional(), "true or false", true),
};

export function identityIssues(args: PkiIdentityArgs): Issue[] {
  return Object.entries(FIELDS).flatMap(([key, schema]) =>
    inputIssues(schema, [key], args[key as keyof PkiIdentityArgs]),
  );
}

interface Identity {
  readonly request: pulumi.Output<string>;
  /** The request as the provider returns it, which may be marked as secret. */
  readonly requestPem: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
}

export function createIdentity(
  parent: pulumi.Resource,
  name: string,
  { edge, keyGeneration = 1, queried = false }: PkiIdentityArgs,
): Identity {
  const key = new tls.PrivateKey(`${name}-key-${keyGeneration}`, ALGORITHM, { parent });
  const namesIf = (known: boolean) => dnsNamesOf({ name: edge, keyGeneration, queried: known });
  const dnsNames = isLater(queried)
    ? (pulumi.output(queried) as pulumi.Output<boolean>).apply(namesIf)
    : namesIf(queried as boolean);
  const request = new tls.CertRequest(
    `${name}-request-${keyGeneration}`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: subjectOf({ name: edge, keyGeneration }),
      ...(queried !== false && { dnsNames }),
    },
    { parent },
  );
  return {
    request: publicPem(request.certRequestPem),
    requestPem: request.certRequestPem,
    privateKey: pulumi.secret(key.privateKeyPem),
  };
}
