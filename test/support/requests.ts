import * as x509 from "../../components/kit/x509";

const KEYS = {
  "P-256": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  "P-384": { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  RSA: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
} as const;

export interface RequestOptions {
  readonly subject?: string;
  readonly key?: keyof typeof KEYS;
  readonly extensions?: x509.Extension[];
}

/** A certificate request; by default the one that edge `dev` would make for its first key. */
export async function makeRequest(options: RequestOptions = {}): Promise<string> {
  const { subject = "O=heliograph,OU=key-1,CN=dev", key = "P-256", extensions = [] } = options;
  const algorithm = KEYS[key];
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys: keys as CryptoKeyPair,
    signingAlgorithm: algorithm,
    extensions,
  });
  return request.toString("pem");
}
