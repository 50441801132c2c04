import * as pulumi from "@pulumi/pulumi";
import { issueUnless, refuse, under, type Issue } from "../kit/issues";
import { authorityIssues, createAuthority, type PkiAuthorityArgs } from "./authority";
import { createIdentity, identityIssues, type PkiIdentityArgs } from "./identity";
import { createQueryIdentity } from "./query-identity";

/** Arguments of the hub's half of MtlsPki: those of `PkiAuthorityArgs`, and `queries`. */
export interface MtlsPkiAuthorityArgs extends PkiAuthorityArgs {
  /**
   * Whether to create the certificate with which the hub queries edges, signed by a CA that signs
   * nothing else: see `PkiQueryIdentity`. Defaults to false.
   */
  queries?: boolean;
}

/**
 * Arguments of MtlsPki. Give `authority` at the hub, `identity` at an edge, and both if one stack
 * is both.
 */
export interface MtlsPkiArgs {
  /** The hub's half. Defaults to none. */
  authority?: MtlsPkiAuthorityArgs;
  /** The edge's half. Defaults to none. */
  identity?: PkiIdentityArgs;
}

/**
 * Keys and certificates for mutual TLS between edges and their hub, for a stack that may be a hub,
 * an edge or both. It consists of `PkiAuthority`, `PkiQueryIdentity` and `PkiIdentity`. If you know
 * which of them a stack is, use those, because their outputs are never empty.
 *
 * An edge creates its own key and a certificate request. The request is public, and is all that the
 * hub needs. The hub compares it with its inventory, and signs it. The component deploys nothing to
 * a cluster.
 *
 * Throws a `ConfigurationError` for arguments that contradict each other, and for a request that
 * differs from what the inventory derives.
 */
export class MtlsPki extends pulumi.ComponentResource {
  /**
   * CA certificates (PEM) to trust. There are two while a CA is being replaced. Empty without
   * `authority`.
   */
  readonly trustBundle: pulumi.Output<string[]>;
  /** The gateway's certificate (PEM). Empty without `authority`. */
  readonly serverCertificate: pulumi.Output<string>;
  /** Secret: the gateway's private key (PEM). Empty without `authority`. */
  readonly serverPrivateKey: pulumi.Output<string>;
  /** Signed certificates (PEM) by name of the edge. Empty without `authority`. */
  readonly certificates: pulumi.Output<Record<string, string>>;
  /** CA certificates (PEM) that edges trust for queries. Empty without `authority.queries`. */
  readonly queryTrust: pulumi.Output<string[]>;
  /** The hub's certificate (PEM) for queries to edges. Empty without `authority.queries`. */
  readonly queryCertificate: pulumi.Output<string>;
  /** Secret: the private key (PEM) of that certificate. Empty without `authority.queries`. */
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
