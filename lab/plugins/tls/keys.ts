/** ECDSA P-256 keys, and the forms in which the official plugin gives them out. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  webcrypto,
} from "node:crypto";
import type { KeyObject } from "node:crypto";

export const keyAlgorithm = "ECDSA";
export const signingAlgorithm = { name: "ECDSA", hash: "SHA-256" };
const webAlgorithm = { name: "ECDSA", namedCurve: "P-256" };

export interface PrivateKeyForms {
  id: string;
  privateKeyPem: string;
  privateKeyPemPkcs8: string;
  privateKeyOpenssh: string;
  publicKeyPem: string;
  publicKeyOpenssh: string;
  publicKeyFingerprintMd5: string;
  publicKeyFingerprintSha256: string;
}

export function generatePrivateKey(): PrivateKeyForms {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const ssh = sshPublicKey(publicKey);
  return {
    id: hashId(publicKey.export({ type: "spki", format: "der" })),
    privateKeyPem: privateKey.export({ type: "sec1", format: "pem" }).toString(),
    privateKeyPemPkcs8: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    privateKeyOpenssh: sshPrivateKey(privateKey, ssh),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    publicKeyOpenssh: `${sshType} ${ssh.toString("base64")}\n`,
    publicKeyFingerprintMd5: createHash("md5")
      .update(ssh)
      .digest("hex")
      .replace(/..(?=.)/g, "$&:"),
    publicKeyFingerprintSha256: `SHA256:${createHash("sha256").update(ssh).digest("base64").replace(/=+$/, "")}`,
  };
}

export interface KeyPair {
  web: webcrypto.CryptoKeyPair;
  /** The public key as DER (SubjectPublicKeyInfo). */
  spki: Buffer;
}

/** The key pair of a private key in PEM; keys that this stand-in cannot sign with are refused. */
export async function parsePrivateKey(
  pem: string,
  refuse: (what: string) => string,
): Promise<KeyPair> {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error("The private key is not one in PEM.");
  }
  if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw new Error(
      refuse(`private keys other than ECDSA P-256 (this one is ${key.asymmetricKeyType})`),
    );
  }
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  const { subtle } = webcrypto;
  return {
    web: {
      privateKey: await subtle.importKey("pkcs8", pkcs8, webAlgorithm, false, ["sign"]),
      publicKey: await subtle.importKey("spki", spki, webAlgorithm, true, ["verify"]),
    },
    spki,
  };
}

/** SHA-1 of the key's point, the key identifier of RFC 5280, 4.2.1.2 (1). */
export function keyIdentifier(spki: Buffer): string {
  return createHash("sha1").update(spki.subarray(-65)).digest("hex");
}

export function hashId(content: Buffer): string {
  return createHash("sha1").update(content).digest("hex");
}

const sshType = "ecdsa-sha2-nistp256";
const sshCurve = "nistp256";

function sshString(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function sshPublicKey(key: KeyObject): Buffer {
  const point = key.export({ type: "spki", format: "der" }).subarray(-65);
  return Buffer.concat([sshString(sshType), sshString(sshCurve), sshString(point)]);
}

/** PROTOCOL.key of OpenSSH, without a passphrase. */
function sshPrivateKey(key: KeyObject, publicKey: Buffer): string {
  const scalar = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
  // A multiple-precision integer is positive only while its first bit is not set.
  const mpint = (scalar[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), scalar]) : scalar;
  const check = randomBytes(4);
  const content = Buffer.concat([check, check, publicKey, sshString(mpint), sshString("")]);
  const padding = Buffer.from(Array.from({ length: -content.length & 7 }, (_, index) => index + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const header = [
    Buffer.from("openssh-key-v1\0"),
    sshString("none"),
    sshString("none"),
    sshString(""),
    one,
  ];
  const all = Buffer.concat([
    ...header,
    sshString(publicKey),
    sshString(Buffer.concat([content, padding])),
  ]);
  const lines = all.toString("base64").replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}-----END OPENSSH PRIVATE KEY-----\n`;
}
