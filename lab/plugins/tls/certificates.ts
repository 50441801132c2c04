/**
 * Requests and certificates as Go's crypto/x509 makes them for the official plugin: same
 * extensions, same order.
 */
import "reflect-metadata"; // @peculiar/x509 needs it before it is loaded
import { randomBytes } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { hashId, keyIdentifier, signingAlgorithm } from "./keys";
import type { KeyPair } from "./keys";
import { extendedKeyUsages, keyUsages } from "./schema";
import type { CertificateOptions, Names, Subject } from "./schema";

/**
 * Subject attributes in the order in which Go writes them, by the short names of @peculiar/x509 or
 * their OIDs.
 */
const attributes: [keyof Subject, string][] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
];
const emailAddress = "1.2.840.113549.1.9.1";

function nameOf(subject: Subject): x509.Name {
  const parts = attributes.flatMap(([key, oid]) => {
    const value = subject[key];
    const values = value === undefined ? [] : [value].flat();
    return values.length > 0 ? [{ [oid]: values.map(directoryString) }] : [];
  });
  const email =
    subject.emailAddress === undefined
      ? []
      : [{ [emailAddress]: [{ ia5String: subject.emailAddress }] }];
  return new x509.Name([...parts, ...email]);
}

function directoryString(value: string): { printableString: string } | { utf8String: string } {
  return x509.Name.isPrintableString(value) ? { printableString: value } : { utf8String: value };
}

/** The subject of a request: like Go, without attributes that are not in the list above. */
function copySubject(name: x509.Name): Subject {
  const subject: Subject = {};
  for (const [key, oid] of attributes) {
    const values = name.getField(oid);
    const [first] = values;
    if (first === undefined) continue;
    if (key === "streetAddresses") subject.streetAddresses = values;
    else subject[key] = first;
  }
  return subject;
}

function alternativeNames(names: x509.JsonGeneralNames, subject: x509.Name): x509.Extension[] {
  if (names.length === 0) return [];
  // Without a subject the alternative names are all there is to go by.
  return [new x509.SubjectAlternativeNameExtension(names, subject.toJSON().length === 0)];
}

function generalNames({
  dnsNames = [],
  ipAddresses = [],
  uris = [],
}: Names): x509.JsonGeneralNames {
  return [
    ...dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...ipAddresses.map((value) => ({ type: "ip" as const, value })),
    ...uris.map((value) => ({ type: "url" as const, value })),
  ];
}

export interface Request {
  id: string;
  pem: string;
}

export async function createRequest(names: Names, key: KeyPair): Promise<Request> {
  const name = nameOf(names.subject ?? {});
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: name.toJSON(),
    keys: key.web,
    signingAlgorithm,
    extensions: alternativeNames(generalNames(names), name),
  });
  return { id: hashId(Buffer.from(request.rawData)), pem: `${request.toString("pem")}\n` };
}

export interface Certificate {
  id: string;
  pem: string;
  validityStartTime: string;
  validityEndTime: string;
}

export function createSelfSigned(
  names: Names,
  options: CertificateOptions & { setAuthorityKeyId?: boolean | undefined },
  key: KeyPair,
): Promise<Certificate> {
  const subject = nameOf(names.subject ?? {});
  const ownIdentifier =
    options.isCaCertificate || options.setSubjectKeyId ? keyIdentifier(key.spki) : undefined;
  if (options.setAuthorityKeyId && !ownIdentifier) {
    throw new Error(
      "setAuthorityKeyId needs a subject key identifier: set isCaCertificate or setSubjectKeyId.",
    );
  }
  return sign({
    subject,
    issuer: subject,
    authorityKeyIdentifier: options.setAuthorityKeyId ? ownIdentifier : undefined,
    alternativeNames: generalNames(names),
    publicKey: key.spki,
    signingKey: key.web.privateKey,
    options,
  });
}

/**
 * Subject, public key and alternative names come from the request, whose signature must be right.
 */
export async function signRequest(
  requestPem: string,
  caPem: string,
  caKey: KeyPair,
  options: CertificateOptions,
): Promise<Certificate> {
  const request = parse("certRequestPem", () => new x509.Pkcs10CertificateRequest(requestPem));
  if (!(await request.verify()))
    throw new Error("certRequestPem: the signature of the request is not its key's.");
  const ca = parse("caCertPem", () => new x509.X509Certificate(caPem));
  if (!Buffer.from(ca.publicKey.rawData).equals(caKey.spki)) {
    throw new Error("caPrivateKeyPem is not the key of the certificate in caCertPem.");
  }
  const asked = request.extensions.find(
    (extension) => extension instanceof x509.SubjectAlternativeNameExtension,
  );
  return sign({
    subject: nameOf(copySubject(request.subjectName)),
    issuer: ca.subjectName,
    authorityKeyIdentifier: ca.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    alternativeNames: (asked?.names.toJSON() ?? []).filter(({ type }) =>
      ["dns", "ip", "url"].includes(type),
    ),
    publicKey: Buffer.from(request.publicKey.rawData),
    signingKey: caKey.web.privateKey,
    options,
  });
}

function parse<T>(property: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(
      `${property} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

interface Template {
  subject: x509.Name;
  issuer: x509.Name;
  authorityKeyIdentifier: string | undefined;
  alternativeNames: x509.JsonGeneralNames;
  publicKey: Buffer;
  signingKey: CryptoKey;
  options: CertificateOptions;
}

async function sign(template: Template): Promise<Certificate> {
  const { options, subject } = template;
  if (options.isCaCertificate && subject.toJSON().length === 0) {
    throw new Error("The certificate of a certificate authority needs a subject.");
  }
  const serialNumber = randomBytes(16).toString("hex");
  const notBefore = new Date();
  const notAfter = new Date(notBefore.getTime() + options.validityPeriodHours * 3_600_000);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber,
    subject,
    issuer: template.issuer,
    notBefore,
    notAfter,
    publicKey: new x509.PublicKey(new Uint8Array(template.publicKey)),
    signingKey: template.signingKey,
    signingAlgorithm,
    extensions: extensionsOf(template),
  });
  return {
    id: BigInt(`0x${serialNumber}`).toString(),
    pem: `${certificate.toString("pem")}\n`,
    validityStartTime: notBefore.toISOString(),
    validityEndTime: notAfter.toISOString(),
  };
}

function extensionsOf({ options, publicKey, subject, ...template }: Template): x509.Extension[] {
  const usages = options.allowedUses.reduce(
    (bits, use) => bits | (use in keyUsages ? keyUsages[use as keyof typeof keyUsages] : 0),
    0,
  );
  const extended = options.allowedUses.flatMap((use) =>
    use in extendedKeyUsages ? [extendedKeyUsages[use as keyof typeof extendedKeyUsages]] : [],
  );
  const { isCaCertificate = false, maxPathLength = -1, setSubjectKeyId = false } = options;
  // The official plugin loses a maximum of 0: Go takes it for "not set".
  const pathLength = isCaCertificate && maxPathLength > 0 ? maxPathLength : undefined;
  const authority = template.authorityKeyIdentifier;
  return [
    ...(usages ? [new x509.KeyUsagesExtension(usages, true)] : []),
    ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
    new x509.BasicConstraintsExtension(isCaCertificate, pathLength, true),
    ...(isCaCertificate || setSubjectKeyId
      ? [new x509.SubjectKeyIdentifierExtension(keyIdentifier(publicKey))]
      : []),
    ...(authority ? [new x509.AuthorityKeyIdentifierExtension(authority)] : []),
    ...alternativeNames(template.alternativeNames, subject),
  ];
}
