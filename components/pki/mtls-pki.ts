import * as pulumi from "@pulumi/pulumi";
import { issueUnless, refuse, under, type Issue } from "../kit/issues";
import { authorityIssues, createAuthority, type PkiAuthorityArgs } from "./authority";
import { createIdentity, identityIssues, type PkiIdentityArgs } from "./identity";
import { createQueryIdentity } from "./query-identity";

/** The hub's half: see `PkiAuthorityArgs`. */
export interface MtlsPkiAuthorityArgs extends PkiAuthorityArgs {
  /**
   * Whether a certificate is made with which the hub queries edges where they are, by CAs that sign
   * nothing else: see `PkiQueryIdentity`. Defaults to false.
   */
  queries?: boolean;
}

/** Give `authority` at the hub, `identity` at an edge, both where one stack is both. */
export interface MtlsPkiArgs {
  /** The hub's half. */
  authority?: MtlsPkiAuthorityArgs;
  /** The edge's half. */
  identity?: PkiIdentityArgs;
}

/**
 * Identities for mutual TLS between edges and their hub, for a stack that may be either or both. It
 * is made of `PkiAuthority`, `PkiQueryIdentity` and `PkiIdentity`: use those where a stack is one of
 * them for sure, since their outputs are never empty.
 *
 * An edge makes its own key and a request; the request is public and is all that the hub needs; the
 * hub compares it with its inventory, and signs it. It costs nothing in the cluster.
 *
 * Throws a `ConfigurationError` for arguments that contradict each other, and for a request that
 * asks for anything else than the inventory derives.
 */
export class MtlsPki extends pulumi.ComponentResource {
  /** CA certificates (PEM) to trust; two while a CA is being replaced. Empty without `authority`. */
  readonly trustBundle: pulumi.Output<string[]>;
  /** The gateway's certificate (PEM). Empty without `authority`. */
  readonly serverCertificate: pulumi.Output<string>;
  /** Secret: the gateway's private key (PEM). Empty without `authority`. */
  readonly serverPrivateKey: pulumi.Output<string>;
  /** Signed certificates (PEM) by edge name. */
  readonly certificates: pulumi.Output<Record<string, string>>;
  /** CA certificates (PEM) that edges trust for queries. Empty unless `authority.queries`. */
  readonly queryTrust: pulumi.Output<string[]>;
  /** The certificate (PEM) for queries to edges. Empty unless `authority.queries`. */
  readonly queryCertificate: pulumi.Output<string>;
  /** Secret: its private key (PEM). Empty unless `authority.queries`. */
  readonly queryPrivateKey: pulumi.Output<string>;
  /** The edge's certificate request (PEM). Empty without `identity`. */
  readonly request: pulumi.Output<string>;
  /** Secret: the edge's private key (PEM). Empty without `identity`. */
  readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: MtlsPkiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:MtlsPki", name, {}, opts);
    const subject = `MtlsPki ${name}`;
    refuse(subject, argsIssues(args));

    const identity = args.identity && createIdentity(this, `${name}-identity`, args.identity);
    const authority =
      args.authority &&
      createAuthority(subject, this, name, {
        ...args.authority,
        requests: {
          ...args.authority.requests,
          ...ownRequest(args.identity, identity?.requestPem),
        },
      });
    const queries = args.authority?.queries
      ? createQueryIdentity(subject, this, `${name}-query`, `${name}-query`, args.authority)
      : undefined;

    this.trustBundle = authority?.trustBundle ?? pulumi.output([]);
    this.serverCertificate = authority?.serverCertificate ?? pulumi.output("");
    this.serverPrivateKey = authority?.serverPrivateKey ?? pulumi.secret("");
    this.certificates = pulumi.output(authority?.certificates ?? {});
    this.queryTrust = queries?.trustBundle ?? pulumi.output([]);
    this.queryCertificate = queries?.certificate ?? pulumi.output("");
    this.queryPrivateKey = queries?.privateKey ?? pulumi.secret("");
    this.request = identity?.request ?? pulumi.output("");
    this.privateKey = identity?.privateKey ?? pulumi.secret("");
    this.registerOutputs({
      trustBundle: this.trustBundle,
      serverCertificate: this.serverCertificate,
      serverPrivateKey: this.serverPrivateKey,
      certificates: this.certificates,
      ...(queries && {
        queryTrust: this.queryTrust,
        queryCertificate: this.queryCertificate,
        queryPrivateKey: this.queryPrivateKey,
      }),
      request: this.request,
      privateKey: this.privateKey,
    });
  }
}

function argsIssues({ authority, identity }: MtlsPkiArgs): Issue[] {
  return [
    ...issueUnless(!!authority || !!identity, ["authority, identity"], {
      expected: "authority at a hub, identity at an edge, or both",
      exampleAt: ["identity"],
      example: { edge: "dev" },
    }),
    ...(authority ? under(["authority"], authorityIssues(authority)) : []),
    ...(identity ? under(["identity"], identityIssues(identity)) : []),
  ];
}

/** The request of a stack that is an edge of its own hub. */
function ownRequest(
  identity: PkiIdentityArgs | undefined,
  requestPem: pulumi.Output<string> | undefined,
) {
  if (!identity || !requestPem) return {};
  const { edge, keyGeneration = 1, queried } = identity;
  return { [edge]: { keyGeneration, queried, requestPem } };
}
