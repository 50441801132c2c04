import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { ORGANIZATION } from "../contract/identity";
import { refuse } from "../kit/issues";
import { bundleOf, createCas, signingIssues, signWith, type SigningArgs } from "./ca";
import { ALGORITHM, publicPem } from "./keys";

/** What a hub shows to edges that it queries where they are. */
export interface PkiQueryIdentityArgs {
  /** Generations of its CA that edges trust: see `PkiAuthorityArgs`. Defaults to `[1]`. */
  trustedGenerations?: number[];
  /** Which of them signs. Defaults to the lowest. */
  signingGeneration?: number;
  /** Days for which the certificate is valid. From 1. Defaults to 365. */
  leafDays?: pulumi.Input<number>;
  /** Days before its end from which an update renews it, at most `leafDays`. Defaults to 90. */
  renewBeforeDays?: pulumi.Input<number>;
}

/**
 * The identity with which a hub queries edges, signed by CAs that sign nothing else: programs that
 * take queries check the CA alone, and the hub's own vouches for every edge.
 */
export class PkiQueryIdentity extends pulumi.ComponentResource {
  /** CA certificates (PEM) that edges trust for queries. */
  readonly trustBundle: pulumi.Output<string[]>;
  /** The hub's certificate (PEM). */
  readonly certificate: pulumi.Output<string>;
  /** Secret: its private key (PEM). */
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
