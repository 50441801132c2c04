import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { AUTHORITY_DAYS, LEAF_DAYS, RENEW_BEFORE_DAYS } from "../contract/certificates";
import { ORGANIZATION } from "../contract/identity";
import { refuse } from "../kit/problems";
import { ALGORITHM, publicPem } from "./keys";
import type { MtlsPki, PkiAuthorityArgs, PkiRequestArgs } from "./mtls-pki";
import { requestProblems } from "./request";

export interface Authority {
  readonly trustBundle: pulumi.Output<string[]>;
  readonly serverCertificate: pulumi.Output<string>;
  readonly serverKey: tls.PrivateKey;
  readonly certificates: Record<string, pulumi.Output<string>>;
  readonly queries?: QueryIdentity;
}

/** With what the hub queries edges in place, and what edges trust for that. */
interface QueryIdentity {
  readonly trust: pulumi.Output<string[]>;
  readonly certificate: pulumi.Output<string>;
  readonly key: tls.PrivateKey;
}

/** A CA for each trusted generation; one of them signs the gateway and the edges. */
export function createAuthority(
  parent: MtlsPki,
  name: string,
  args: PkiAuthorityArgs,
  ownRequest: Record<string, PkiRequestArgs>,
): Authority {
  const { cas, signer } = createCas(parent, name, "Heliograph CA", args);
  const sign = signWith(parent, signer, args);

  const { serverKey, request } = createServerRequest(parent, name, args);
  const server = sign(`${name}-gateway`, request.certRequestPem, "server_auth");
  const certificates = Object.entries({ ...args.requests, ...ownRequest }).map(([edge, asked]) => {
    const uses = asked.queried
      ? (["client_auth", "server_auth"] as const)
      : (["client_auth"] as const);
    const certificate = sign(`${name}-edge-${edge}`, checkedRequest(edge, asked), ...uses);
    return [edge, publicPem(certificate.certPem)] as const;
  });
  return {
    trustBundle: bundleOf(cas).apply((bundle) => [...bundle, ...(args.additionalTrust ?? [])]),
    serverCertificate: publicPem(server.certPem),
    serverKey,
    certificates: Object.fromEntries(certificates),
    ...(args.queries && { queries: createQueryIdentity(parent, name, args) }),
  };
}

/** By CAs of their own: programs that take queries look at the CA alone, and that of the hub vouches for every edge. */
function createQueryIdentity(parent: MtlsPki, name: string, args: PkiAuthorityArgs): QueryIdentity {
  const { cas, signer } = createCas(parent, `${name}-query`, "Heliograph query CA", args);
  const key = new tls.PrivateKey(`${name}-query-key`, ALGORITHM, { parent });
  const request = new tls.CertRequest(
    `${name}-query-request`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: "global-query", organization: ORGANIZATION },
    },
    { parent },
  );
  const certificate = signWith(parent, signer, args)(
    `${name}-query`,
    request.certRequestPem,
    "client_auth",
  );
  return { trust: bundleOf(cas), certificate: publicPem(certificate.certPem), key };
}

/** One for each trusted generation. */
function createCas(parent: MtlsPki, name: string, title: string, args: PkiAuthorityArgs) {
  const { trusted, signing } = generationsOf(args);
  const cas = trusted.map((generation) => createCa(parent, name, title, generation));
  const signer = cas[trusted.indexOf(signing)];
  if (!signer)
    throw new Error(
      `checkArgs lets no authority through whose generation ${signing} signs and is not trusted`,
    );
  return { cas, signer };
}

function bundleOf(cas: readonly Ca[]): pulumi.Output<string[]> {
  return pulumi.all(cas.map(({ certificate }) => publicPem(certificate.certPem)));
}

/** In the order of their numbers, so that nothing changes where a list is only written in another order. */
export function generationsOf({ trustedGenerations = [1], signingGeneration }: PkiAuthorityArgs) {
  const trusted = [...trustedGenerations].sort((a, b) => a - b);
  return { trusted, signing: signingGeneration ?? trusted[0] ?? 1 };
}

interface Ca {
  readonly key: tls.PrivateKey;
  readonly certificate: tls.SelfSignedCert;
}

function createCa(parent: MtlsPki, name: string, title: string, generation: number): Ca {
  const key = new tls.PrivateKey(`${name}-ca-${generation}-key`, ALGORITHM, { parent });
  const certificate = new tls.SelfSignedCert(
    `${name}-ca-${generation}`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: `${title} ${generation}`, organization: ORGANIZATION },
      isCaCertificate: true,
      setSubjectKeyId: true,
      validityPeriodHours: AUTHORITY_DAYS * 24,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
    },
    { parent },
  );
  return { key, certificate };
}

function signWith(parent: MtlsPki, { key, certificate }: Ca, args: PkiAuthorityArgs) {
  const { leafDays = LEAF_DAYS, renewBeforeDays = RENEW_BEFORE_DAYS } = args;
  return (
    child: string,
    certRequestPem: pulumi.Input<string>,
    ...uses: ("server_auth" | "client_auth")[]
  ) =>
    new tls.LocallySignedCert(
      child,
      {
        certRequestPem,
        caPrivateKeyPem: key.privateKeyPem,
        caCertPem: certificate.certPem,
        setSubjectKeyId: true,
        validityPeriodHours: leafDays * 24,
        earlyRenewalHours: renewBeforeDays * 24,
        allowedUses: ["digital_signature", ...uses],
      },
      { parent },
    );
}

function createServerRequest(
  parent: MtlsPki,
  name: string,
  { serverNames, serverAddresses = [] }: PkiAuthorityArgs,
) {
  const serverKey = new tls.PrivateKey(`${name}-gateway-key`, ALGORITHM, { parent });
  const request = new tls.CertRequest(
    `${name}-gateway-request`,
    {
      privateKeyPem: serverKey.privateKeyPem,
      subject: { commonName: serverNames[0], organization: ORGANIZATION },
      dnsNames: serverNames,
      ipAddresses: serverAddresses,
    },
    { parent },
  );
  return { serverKey, request };
}

/** A request that only the engine knows is checked behind the value itself: nothing can be signed past it. */
function checkedRequest(
  name: string,
  { keyGeneration, queried, requestPem }: PkiRequestArgs,
): pulumi.Output<string> {
  return pulumi.output(requestPem).apply((request) => {
    refuse(`Inventory entry ${name}`, requestProblems({ name, keyGeneration, queried }, request));
    return request;
  });
}
