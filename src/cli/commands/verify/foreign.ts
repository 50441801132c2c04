import { subjectOf, type EdgeIdentity } from "../../../../components/contract/identity";
import * as x509 from "../../../../components/kit/x509";
import type { Tls } from "../../cluster/http";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** The best that somebody can do who lacks the hub's CA: the very subject of an edge, signed by a CA of their own under the name of the hub's. */
export async function foreignIdentity(
  edge: EdgeIdentity,
  issuer: string,
): Promise<Required<Pick<Tls, "certificate" | "key">>> {
  const { organization, organizationalUnit, commonName } = subjectOf(edge);
  const [authority, leaf] = await Promise.all([generate(), generate()]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `O=${organization}, OU=${organizationalUnit}, CN=${commonName}`,
    issuer,
    publicKey: leaf.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", leaf.privateKey);
  return {
    certificate: certificate.toString("pem"),
    key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
  };
}

async function generate(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
}
