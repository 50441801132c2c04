import { createPrivateKey, webcrypto } from "node:crypto";
import { type EdgeIdentity, ORGANIZATION, subjectOf, x509 } from "@heliograph/heliograph/model";
import type { Tls } from "../../../src/cli/cluster/http";
import type { ScenarioContext } from "../context.js";
import { hubContract } from "./hub.js";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 86_400_000;

/** A client's certificate with its key: the half of `Tls` that says who one is. */
export type Identity = Required<Pick<Tls, "certificate" | "key">>;

/** Something that signs certificates: the lab's own authority, or one that nobody trusts. */
export interface Authority {
  readonly name: string;
  readonly key: CryptoKey;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The hub's authority. Its key comes out of the state of the hub's stack, and is kept in memory
 * only.
 */
export async function hubAuthority(lab: ScenarioContext): Promise<Authority> {
  const { code, stdout, stderr } = await lab.pulumi([
    "stack",
    "export",
    "--show-secrets",
    "--stack",
    "ops",
  ]);
  if (code !== 0) throw new Error(stderr);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: Resource[] } };
  const output = (type: string, name: string, property: string) => {
    const found = deployment.resources.find(({ urn }) => urn.endsWith(`${type}::${name}`))
      ?.outputs?.[property];
    if (found === undefined) throw new Error(`The state of ops has no ${property} of ${name}.`);
    return plain(found);
  };
  const generation = (await hubContract(lab)).authority?.signing ?? 1;
  const certificate = new x509.X509Certificate(
    output("SelfSignedCert", `pki-ca-${generation}`, "certPem"),
  );
  const pem = output("PrivateKey", `pki-ca-${generation}-key`, "privateKeyPem");
  const pkcs8 = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  const key = await webcrypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
  return { name: certificate.subject, key };
}

/** An authority under the name of another one, as anybody can make it. */
export async function foreignAuthority({ name }: Authority): Promise<Authority> {
  return { name, key: (await newKeys()).privateKey };
}

/** A certificate as the hub makes them for its edges, and its key. */
export async function mint(
  authority: Authority,
  edge: EdgeIdentity,
  validity: Validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + day) },
): Promise<Identity> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: subjectName(edge),
    issuer: authority.name,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    notBefore: validity.from,
    notAfter: validity.to,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await pemOf(keys.privateKey) };
}

/** A new key and the request for it, as an edge's own stack makes them. */
export async function askForCertificate(
  edge: EdgeIdentity,
): Promise<{ request: string; key: string }> {
  const keys = await newKeys();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subjectName(edge),
    keys,
    signingAlgorithm: algorithm,
  });
  return { request: `${request.toString("pem")}\n`, key: await pemOf(keys.privateKey) };
}

/** In the order in which the attributes are encoded. */
function subjectName(edge: EdgeIdentity): string {
  const { organizationalUnit, commonName } = subjectOf(edge);
  return `O=${ORGANIZATION},OU=${organizationalUnit},CN=${commonName}`;
}

async function newKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
}

async function pemOf(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

interface Resource {
  readonly urn: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A text of the state; secret ones are wrapped, and JSON inside. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.parse((value as { plaintext: string }).plaintext) as string;
}
