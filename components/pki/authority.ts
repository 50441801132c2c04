import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { z } from "zod";
import { ORGANIZATION } from "../contract/identity";
import { described } from "../kit/fields";
import { checkedInput } from "../kit/inputs";
import { inputIssues, isLater } from "../kit/later";
import { refuse, under, type Issue } from "../kit/issues";
import { bundleOf, createCas, map, signingIssues, signWith, type Use } from "./ca";
import { ALGORITHM, gathered, publicPem } from "./keys";
import { requestIssues } from "./request";

/** A certificate request of an edge, and what the inventory says that it must hold. */
export interface PkiRequestArgs {
  /** Generation of the edge's key, from 1. It is part of the certificate's subject. */
  keyGeneration: pulumi.Input<number>;
  /**
   * The certificate request (PEM) that the edge created: output `request` of PkiIdentity or
   * MtlsPki.
   */
  requestPem: pulumi.Input<string>;
  /**
   * Whether the hub queries the edge. Its certificate is then also valid for the edge's query
   * endpoint. Defaults to false.
   */
  queried?: pulumi.Input<boolean>;
}

/** Arguments of the hub's half of mutual TLS. */
export interface PkiAuthorityArgs {
  /**
   * DNS names at which edges reach the gateway, at least one. The first is the common name of its
   * certificate.
   */
  serverNames: pulumi.Input<pulumi.Input<string>[]>;
  /** IP addresses at which edges reach the gateway. Defaults to none. */
  serverAddresses?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Certificate requests to sign, by name of the edge. A request is signed only if its subject, key
   * and extensions are exactly those that the inventory derives. Defaults to none.
   */
  requests?: Record<string, PkiRequestArgs>;
  /**
   * Generations of the hub's CA that are trusted. Each has a key of its own. There are two while
   * the CA is being replaced. If you remove a generation, its key is deleted, and the same number
   * later is another CA. Defaults to `[1]`.
   */
  trustedGenerations?: number[];
  /**
   * The trusted generation that signs. Another one re-issues the certificates of gateway and edges.
   * Defaults to the lowest.
   */
  signingGeneration?: number;
  /** CA certificates (PEM) of other CAs that are trusted too. Defaults to none. */
  additionalTrust?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Number of days for which the certificates of gateway and edges are valid, from 1. Another
   * number re-issues them. Defaults to 365.
   */
  leafDays?: pulumi.Input<number>;
  /**
   * Number of days before its end from which an update renews a certificate, at most `leafDays`. If
   * it equals `leafDays`, every update renews them. Defaults to 90.
   */
  renewBeforeDays?: pulumi.Input<number>;
}

/**
 * The hub's half of mutual TLS: a CA for each trusted generation, a certificate for the gateway,
 * and a certificate for each edge whose request is exactly what the inventory derives. All keys are
 * ECDSA P-256. Certificates of gateway and edges are valid for a year, and updates renew them in
 * their last 90 days. CAs are valid for ten years. Keys and certificates are in the stack's state,
 * private keys as secrets.
 *
 * Throws a `ConfigurationError` for arguments that contradict each other, and for a request that
 * differs from what the inventory derives.
 */
export class PkiAuthority extends pulumi.ComponentResource {
  /**
   * CA certificates (PEM) to trust. There are two of the hub's own while its CA is being replaced.
   */
  readonly trustBundle: pulumi.Output<string[]>;
  /** The gateway's certificate (PEM). */
  readonly serverCertificate: pulumi.Output<string>;
  /** Secret: the gateway's private key (PEM). */
  readonly serverPrivateKey: pulumi.Output<string>;
  /** Signed certificates (PEM) by name of the edge. */
  readonly certificates: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: PkiAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:PkiAuthority", name, {}, opts);
    const subject = `PkiAuthority ${name}`;
    refuse(subject, authorityIssues(args));
    const authority = createAuthority(subject, this, name, args);
    this.trustBundle = authority.trustBundle;
    this.serverCertificate = authority.serverCertificate;
    this.serverPrivateKey = authority.serverPrivateKey;
    this.certificates = pulumi.output(authority.certificates);
    this.registerOutputs({
      trustBundle: this.trustBundle,
      serverCertificate: this.serverCertificate,
      serverPrivateKey: this.serverPrivateKey,
      certificates: this.certificates,
    });
  }
}

const list = (what: string, example: string) =>
  described(z.array(z.string().min(1)), what, [example]);

const FIELDS = {
  serverNames: described(
    z.array(z.string().min(1)).min(1),
    "at least one DNS name of the gateway",
    ["ingest.ops.example.com"],
  ),
  serverAddresses: list("a list of IP addresses of the gateway", "203.0.113.10").optional(),
  additionalTrust: list(
    "a list of CA certificates in PEM, not one text",
    "-----BEGIN CERTIFICATE-----...",
  ).optional(),
};

/** Everything that is wrong with the arguments, as far as they are known. */
export function authorityIssues(args: PkiAuthorityArgs): Issue[] {
  const fields = Object.entries(FIELDS).flatMap(([key, schema]) => {
    const value = gathered(args[key as keyof typeof FIELDS] ?? []);
    const given = args[key as keyof typeof FIELDS] === undefined ? undefined : value;
    return inputIssues(schema, [key], given).slice(0, 1);
  });
  const requests = Object.entries(args.requests ?? {}).flatMap(([edge, request]) =>
    Object.values(request).some(isLater)
      ? []
      : under(["requests", edge, "requestPem"], knownRequestIssues(edge, request as KnownRequest)),
  );
  return [...fields, ...signingIssues(args), ...requests];
}

type KnownRequest = pulumi.Unwrap<PkiRequestArgs>;

function knownRequestIssues(name: string, { requestPem, ...known }: KnownRequest): Issue[] {
  return requestIssues({ name, ...known }, requestPem);
}

interface Authority {
  readonly trustBundle: pulumi.Output<string[]>;
  readonly serverCertificate: pulumi.Output<string>;
  readonly serverPrivateKey: pulumi.Output<string>;
  readonly certificates: Record<string, pulumi.Output<string>>;
}

/** `subject` is named in what is thrown for values that only the engine knew. */
export function createAuthority(
  subject: string,
  parent: pulumi.Resource,
  name: string,
  args: PkiAuthorityArgs,
): Authority {
  const { cas, signer } = createCas(parent, name, "Heliograph CA", args);
  const sign = signWith(subject, parent, signer, args);
  const { serverKey, request } = createServerRequest(subject, parent, name, args);
  const server = sign(`${name}-gateway`, request.certRequestPem, ["server_auth"]);
  const certificates = Object.entries(args.requests ?? {}).map(([edge, asked]) => {
    const uses = map(asked.queried ?? false, (queried): Use[] =>
      queried ? ["client_auth", "server_auth"] : ["client_auth"],
    );
    const certificate = sign(`${name}-edge-${edge}`, checkedRequest(subject, edge, asked), uses);
    return [edge, publicPem(certificate.certPem)] as const;
  });
  const additional = checkedInput<string[]>(
    subject,
    FIELDS.additionalTrust,
    ["additionalTrust"],
    gathered(args.additionalTrust ?? []),
  );
  return {
    trustBundle: pulumi
      .all([bundleOf(cas), additional])
      .apply(([bundle, others]) => [...bundle, ...others]),
    serverCertificate: publicPem(server.certPem),
    serverPrivateKey: pulumi.secret(serverKey.privateKeyPem),
    certificates: Object.fromEntries(certificates),
  };
}

function createServerRequest(
  subject: string,
  parent: pulumi.Resource,
  name: string,
  args: PkiAuthorityArgs,
) {
  const serverKey = new tls.PrivateKey(`${name}-gateway-key`, ALGORITHM, { parent });
  const checked = (key: "serverNames" | "serverAddresses") =>
    checkedInput<string[]>(subject, FIELDS[key], [key], gathered(args[key] ?? []));
  const serverNames = checked("serverNames");
  const request = new tls.CertRequest(
    `${name}-gateway-request`,
    {
      privateKeyPem: serverKey.privateKeyPem,
      subject: {
        commonName: map(serverNames, ([first = ""]) => first),
        organization: ORGANIZATION,
      },
      dnsNames: serverNames,
      ipAddresses: checked("serverAddresses"),
    },
    { parent },
  );
  return { serverKey, request };
}

/** A request that only the engine knows is checked on the way: nothing else can be signed. */
function checkedRequest(
  subject: string,
  edge: string,
  request: PkiRequestArgs,
): pulumi.Output<string> {
  return pulumi.output(request).apply((known) => {
    refuse(subject, under(["requests", edge, "requestPem"], knownRequestIssues(edge, known)));
    return known.requestPem;
  });
}
