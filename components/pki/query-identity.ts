import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { ORGANIZATION } from "../contract/identity";
import { refuse } from "../kit/issues";
import { bundleOf, createCas, signingIssues, signWith, type SigningArgs } from "./ca";
import { ALGORITHM, publicPem } from "./keys";

/** Arguments of the identity with which a hub queries edges. */
export interface PkiQueryIdentityArgs {
  /** Generations of its CA that edges trust, as in `PkiAuthorityArgs`. Defaults to `[1]`. */
  trustedGenerations?: number[];
  /** The trusted generation that signs. Defaults to the lowest. */
  signingGeneration?: number;
  /** Number of days for which the certificate is valid, from 1. Defaults to 365. */
  leafDays?: pulumi.Input<number>;
  /**
   * Number of days before its end from which an update renews the certificate, at most `leafDays`.
   * Defaults to 90.
   */
  renewBeforeDays?: pulumi.Input<number>;
}

/**
 * The identity with which a hub queries edges. It has a CA of its own that signs nothing else,
 * because an edge checks only the CA of a client that queries it, and the hub's other CA also signs
 * every edge.
 *
 * Throws a `ConfigurationError` with every issue of the arguments.
 */
export class PkiQueryIdentity extends pulumi.ComponentResource {
  /** CA certificates (PEM) that edges trust for queries. */
  readonly trustBundle: pulumi.Output<string[]>;
  /** The hub's certificate (PEM) for queries. */
  readonly certificate: pulumi.Output<string>;
  /** Secret: the private key (PEM) of that certificate. */
  readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: PkiQueryIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:PkiQueryIdentity", name, {}, opts);
    const subject = `PkiQueryIdentity ${name}`;
    refuse(subject, signingIssues(args));
    const identity = createQueryIdentity(subject, this, name, `${name}-certificate`, args);
    this.trustBundle = identity.trustBundle;
    this.certificate = identity.certificate;
    this.privateKey = identity.privateKey;
    this.registerOutputs({ ...identity });
  }
}

interface QueryIdentity {
  readonly trustBundle: pulumi.Output<string[]>;
  readonly certificate: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
}

export function createQueryIdentity(
  subject: string,
  parent: pulumi.Resource,
  name: string,
  certificateName: string,
  args: SigningArgs,
): QueryIdentity {
  const { cas, signer } = createCas(parent, name, "Heliograph query CA", args);
  const key = new tls.PrivateKey(`${name}-key`, ALGORITHM, { parent });
  const request = new tls.CertRequest(
    `${name}-request`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: "global-query", organization: ORGANIZATION },
    },
    { parent },
  );
  const sign = signWith(subject, parent, signer, args);
  const certificate = sign(certificateName, request.certRequestPem, ["client_auth"]);
  return {
    trustBundle: bundleOf(cas),
    certificate: publicPem(certificate.certPem),
    privateKey: pulumi.secret(key.privateKeyPem),
  };
}
