import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { dnsNamesOf, subjectOf, type EdgeIdentity } from "../contract/identity";
import { createAuthority } from "./authority";
import { checkArgs } from "./check";
import { ALGORITHM, publicPem } from "./keys";

/** A certificate request of an edge, and what the inventory says it must hold. */
export interface PkiRequestArgs {
  /** Which of the edge's keys is trusted; part of the subject. */
  keyGeneration: number;
  /** The request (PEM), made by the edge. */
  requestPem: pulumi.Input<string>;
  /** Whether the hub queries the edge in place: its certificate then also vouches for the edge's query endpoint. Defaults to false. */
  queried?: boolean;
}

/** The hub's half: the authority, the gateway's certificate, and the certificates of edges. */
export interface PkiAuthorityArgs {
  /** DNS names under which edges reach the gateway; the first is its common name. At least one. */
  serverNames: string[];
  /** IP addresses under which edges reach the gateway. Defaults to none. */
  serverAddresses?: string[];
  /** Requests to sign, by edge name. Defaults to none. Each is checked first: see `requestProblems`. */
  requests?: Record<string, PkiRequestArgs>;
  /**
   * Generations of the own CA that are trusted, each with a key of its own; two while the CA is being replaced. Defaults to `[1]`. The key of a generation
   * that is taken out is deleted: the same number later is another CA.
   */
  trustedGenerations?: number[];
  /** Which of them signs; another one re-issues every leaf. Defaults to the lowest. */
  signingGeneration?: number;
  /** CA certificates (PEM) of others that are trusted beside the own. Defaults to none. */
  additionalTrust?: string[];
  /** Days for which the certificates of gateway and edges are valid; another number re-issues them. From 1. Defaults to 365. */
  leafDays?: number;
  /** Days before its end from which an update renews a certificate, at most `leafDays`: that many renew it in every update. Defaults to 90. */
  renewBeforeDays?: number;
  /** Whether a certificate is made with which the hub queries edges in place, by CAs that sign nothing else. Defaults to false. */
  queries?: boolean;
}

/** The edge's half: its private key, which never leaves its stack, and the request that goes to the hub. */
export interface PkiIdentityArgs {
  /** Name of the edge in the hub's inventory. */
  edge: string;
  /** Counts the keys of the edge, from 1. Defaults to 1. Another number makes another key. */
  keyGeneration?: number;
  /** Whether the hub queries the edge in place. Defaults to false. */
  queried?: boolean;
}

/** Give `authority` at the hub, `identity` at an edge, both where one stack is both. */
export interface MtlsPkiArgs {
  authority?: PkiAuthorityArgs;
  identity?: PkiIdentityArgs;
}

/**
 * Identities for mutual TLS between edges and their hub: ECDSA P-256 throughout, leaves valid for one year and renewed by an update within their last
 * 90 days, CAs valid for ten years and replaced by trusting two for a while. It costs nothing in the cluster: keys and certificates live in the stack's
 * state, private keys as secrets.
 *
 * An edge makes its own key and a request; the request is public and is all that the hub needs; the hub signs it after holding it against its inventory.
 * Throws a ConfigurationError when a request asks for more, or for something else, than the inventory says.
 */
export class MtlsPki extends pulumi.ComponentResource {
  /** CA certificates (PEM) to trust; a list, because two are trusted while a CA is being replaced. Empty without `authority`. */
  readonly trustBundle: pulumi.Output<string[]>;
  /** The gateway's certificate (PEM). Empty without `authority`. */
  readonly serverCertificate: pulumi.Output<string>;
  /** Secret: the gateway's private key (PEM). Empty without `authority`. */
  readonly serverPrivateKey: pulumi.Output<string>;
  /** Signed certificates (PEM) by edge name. */
  readonly certificates: pulumi.Output<Record<string, string>>;
  /** CA certificates (PEM) that vouch for whoever queries edges in place. Empty unless `authority.queries`. */
  readonly queryTrust: pulumi.Output<string[]>;
  /** The certificate (PEM) with which the hub queries them. Empty unless `authority.queries`. */
  readonly queryCertificate: pulumi.Output<string>;
  /** Secret: its private key (PEM). Empty unless `authority.queries`. */
  readonly queryPrivateKey: pulumi.Output<string>;
  /** The edge's certificate request (PEM). Empty without `identity`. */
  readonly request: pulumi.Output<string>;
  /** Secret: the edge's private key (PEM). Empty without `identity`. */
  readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: MtlsPkiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:MtlsPki", name, {}, opts);
    checkArgs(name, args);

    const identity = args.identity && createIdentity(this, name, args.identity);
    const authority =
      args.authority && createAuthority(this, name, args.authority, ownRequest(identity));

    this.trustBundle = pulumi.output(authority?.trustBundle ?? []);
    this.serverCertificate = pulumi.output(authority?.serverCertificate ?? "");
    this.serverPrivateKey = pulumi.secret(authority?.serverKey.privateKeyPem ?? "");
    this.certificates = pulumi.output(authority?.certificates ?? {});
    this.queryTrust = pulumi.output(authority?.queries?.trust ?? []);
    this.queryCertificate = pulumi.output(authority?.queries?.certificate ?? "");
    this.queryPrivateKey = pulumi.secret(authority?.queries?.key.privateKeyPem ?? "");
    this.request = publicPem(identity?.request.certRequestPem ?? "");
    this.privateKey = pulumi.secret(identity?.key.privateKeyPem ?? "");
    this.registerOutputs({
      trustBundle: this.trustBundle,
      serverCertificate: this.serverCertificate,
      serverPrivateKey: this.serverPrivateKey,
      certificates: this.certificates,
      ...(authority?.queries && {
        queryTrust: this.queryTrust,
        queryCertificate: this.queryCertificate,
        queryPrivateKey: this.queryPrivateKey,
      }),
      request: this.request,
      privateKey: this.privateKey,
    });
  }
}

interface Identity extends EdgeIdentity {
  readonly key: tls.PrivateKey;
  readonly request: tls.CertRequest;
}

function createIdentity(parent: MtlsPki, name: string, args: PkiIdentityArgs): Identity {
  const { edge, keyGeneration = 1, queried = false } = args;
  const key = new tls.PrivateKey(`${name}-identity-key-${keyGeneration}`, ALGORITHM, { parent });
  const identity = { name: edge, keyGeneration, queried };
  const request = new tls.CertRequest(
    `${name}-identity-request-${keyGeneration}`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: subjectOf(identity),
      ...(queried && { dnsNames: dnsNamesOf(identity) }),
    },
    { parent },
  );
  return { ...identity, key, request };
}

function ownRequest(own: Identity | undefined): Record<string, PkiRequestArgs> {
  if (!own) return {};
  const { name, keyGeneration, queried, request } = own;
  return { [name]: { keyGeneration, queried, requestPem: request.certRequestPem } };
}
