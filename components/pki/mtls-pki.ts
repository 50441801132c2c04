import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { subjectOf } from "../contract/identity";
import { ConfigurationError, refuse } from "../kit/problems";
import { requestProblems } from "./request";

/** One-year leaves, so that a forgotten one is found out soon; a CA that outlives several of them. Hours, as the provider counts. */
const LEAF_HOURS = 365 * 24;
const RENEWAL_WINDOW_HOURS = 90 * 24;
const AUTHORITY_HOURS = 10 * 365 * 24;

const ALGORITHM = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;

/** A certificate request of an edge, and what the inventory says it must hold. */
export interface PkiRequestArgs {
  /** Which of the edge's keys is trusted; part of the subject. */
  keyGeneration: number;
  /** The request (PEM), made by the edge. */
  requestPem: pulumi.Input<string>;
}

/** The hub's half: the authority, the gateway's certificate, and the certificates of edges. */
export interface PkiAuthorityArgs {
  /** DNS names under which edges reach the gateway; the first is its common name. At least one. */
  serverNames: string[];
  /** IP addresses under which edges reach the gateway. Defaults to none. */
  serverAddresses?: string[];
  /** Requests to sign, by edge name. Defaults to none. Each is checked first: see `requestProblems`. */
  requests?: Record<string, PkiRequestArgs>;
  /** CA certificates (PEM) trusted beside the own one, while a CA is being replaced. Defaults to none. */
  additionalTrust?: string[];
}

/** The edge's half: its private key, which never leaves its stack, and the request that goes to the hub. */
export interface PkiIdentityArgs {
  /** Name of the edge in the hub's inventory. */
  edge: string;
  /** Counts the keys of the edge, from 1. Defaults to 1. Another number makes another key. */
  keyGeneration?: number;
}

/** Give `authority` at the hub, `identity` at an edge, both where one stack is both. */
export interface MtlsPkiArgs {
  authority?: PkiAuthorityArgs;
  identity?: PkiIdentityArgs;
}

/**
 * Identities for mutual TLS between edges and their hub: ECDSA P-256 throughout, leaves valid for one year and renewed by an update within their last
 * 90 days. It costs nothing in the cluster: keys and certificates live in the stack's state, private keys as secrets.
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
  /** The edge's certificate request (PEM). Empty without `identity`. */
  readonly request: pulumi.Output<string>;
  /** Secret: the edge's private key (PEM). Empty without `identity`. */
  readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: MtlsPkiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:MtlsPki", name, {}, opts);
    checkArgs(name, args);

    const identity = args.identity && createIdentity(this, name, args.identity);
    const authority = args.authority && createAuthority(this, name, args.authority, identity);

    this.trustBundle = pulumi.output(authority?.trustBundle ?? []);
    this.serverCertificate = pulumi.output(authority?.serverCertificate ?? "");
    this.serverPrivateKey = pulumi.secret(authority?.serverKey.privateKeyPem ?? "");
    this.certificates = pulumi.output(authority?.certificates ?? {});
    this.request = publicPem(identity?.request.certRequestPem ?? "");
    this.privateKey = pulumi.secret(identity?.key.privateKeyPem ?? "");
    this.registerOutputs({
      trustBundle: this.trustBundle,
      serverCertificate: this.serverCertificate,
      serverPrivateKey: this.serverPrivateKey,
      certificates: this.certificates,
      request: this.request,
      privateKey: this.privateKey,
    });
  }
}

interface Identity {
  readonly edge: string;
  readonly keyGeneration: number;
  readonly key: tls.PrivateKey;
  readonly request: tls.CertRequest;
}

function createIdentity(parent: MtlsPki, name: string, { edge, keyGeneration = 1 }: PkiIdentityArgs): Identity {
  const key = new tls.PrivateKey(`${name}-identity-key-${keyGeneration}`, ALGORITHM, { parent });
  const request = new tls.CertRequest(
    `${name}-identity-request-${keyGeneration}`,
    { privateKeyPem: key.privateKeyPem, subject: subjectOf({ name: edge, keyGeneration }) },
    { parent },
  );
  return { edge, keyGeneration, key, request };
}

function createAuthority(parent: MtlsPki, name: string, args: PkiAuthorityArgs, own: Identity | undefined) {
  const caKey = new tls.PrivateKey(`${name}-ca-1-key`, ALGORITHM, { parent });
  const ca = new tls.SelfSignedCert(
    `${name}-ca-1`,
    {
      privateKeyPem: caKey.privateKeyPem,
      subject: { commonName: "Heliograph CA 1", organization: "heliograph" },
      isCaCertificate: true,
      setSubjectKeyId: true,
      validityPeriodHours: AUTHORITY_HOURS,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
    },
    { parent },
  );
  const sign = (child: string, certRequestPem: pulumi.Input<string>, use: "server_auth" | "client_auth") =>
    new tls.LocallySignedCert(
      child,
      {
        certRequestPem,
        caPrivateKeyPem: caKey.privateKeyPem,
        caCertPem: ca.certPem,
        setSubjectKeyId: true,
        validityPeriodHours: LEAF_HOURS,
        earlyRenewalHours: RENEWAL_WINDOW_HOURS,
        allowedUses: ["digital_signature", use],
      },
      { parent },
    );

  const serverKey = new tls.PrivateKey(`${name}-gateway-key`, ALGORITHM, { parent });
  const serverRequest = new tls.CertRequest(
    `${name}-gateway-request`,
    {
      privateKeyPem: serverKey.privateKeyPem,
      subject: { commonName: args.serverNames[0], organization: "heliograph" },
      dnsNames: args.serverNames,
      ipAddresses: args.serverAddresses ?? [],
    },
    { parent },
  );
  const server = sign(`${name}-gateway`, serverRequest.certRequestPem, "server_auth");

  const ownRequest = own && {
    [own.edge]: { keyGeneration: own.keyGeneration, requestPem: own.request.certRequestPem },
  };
  const certificates = Object.fromEntries(
    Object.entries({ ...args.requests, ...ownRequest }).map(([edge, { keyGeneration, requestPem }]) => {
      const checked = checkedRequest(edge, keyGeneration, requestPem);
      return [edge, publicPem(sign(`${name}-edge-${edge}`, checked, "client_auth").certPem)];
    }),
  );
  const trustBundle = publicPem(ca.certPem).apply((own) => [own, ...(args.additionalTrust ?? [])]);
  return { serverCertificate: publicPem(server.certPem), serverKey, certificates, trustBundle };
}

/** Certificates and requests are public, though made with a secret key: a provider may mark them, and then no other stack could read them. */
function publicPem(pem: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.output(pem));
}

/** A request that only the engine knows is checked behind the value itself: nothing can be signed past it. */
function checkedRequest(name: string, keyGeneration: number, pem: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(pem).apply((request) => {
    refuse(`Inventory entry ${name}`, requestProblems({ name, keyGeneration }, request));
    return request;
  });
}

function checkArgs(name: string, { authority, identity }: MtlsPkiArgs): void {
  const example = `new MtlsPki("${name}", { identity: { edge: "dev" } })`;
  if (!authority && !identity) {
    throw new ConfigurationError(`MtlsPki ${name}`, [
      { path: "authority, identity", expected: "authority at a hub, identity at an edge, or both", paste: example },
    ]);
  }
  if (authority && authority.serverNames.length === 0) {
    throw new ConfigurationError(`MtlsPki ${name}`, [
      {
        path: "authority.serverNames",
        got: authority.serverNames,
        expected: "at least one DNS name of the gateway",
        paste: `serverNames: ["ingest.ops.example.com"]`,
      },
    ]);
  }
  // Requests that are known now are checked before the first resource is made, and all at once.
  const known = Object.entries(authority?.requests ?? {}).flatMap(([edge, { keyGeneration, requestPem }]) =>
    typeof requestPem === "string" ? requestProblems({ name: edge, keyGeneration }, requestPem) : [],
  );
  refuse("Inventory", known);
}
