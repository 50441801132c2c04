/**
 * What the tls stand-in makes, in the eyes of OpenSSL and OpenSSH, which it shares no code with.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, newAuthority, newKey, types } from "../lab/support/tls";
import type { Authority } from "../lab/support/tls";

const folder = mkdtempSync(join(tmpdir(), "heliograph-tls-"));
let authority: Authority;
let request: string;

beforeAll(async () => {
  authority = await newAuthority();
  const { privateKeyPem = "" } = await newKey();
  const subject = { organization: "heliograph", organizationalUnit: "key-1", commonName: "dev" };
  const names = { dnsNames: ["gateway.example.org"], ipAddresses: ["10.200.0.10"] };
  request = (await made(types.certRequest, { privateKeyPem, subject, ...names }))[
    "certRequestPem"
  ]!;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, ...parameters: string[]): string {
  return execFileSync(program, parameters, { encoding: "utf8", stdio: "pipe", timeout: 20_000 });
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

const signed = async (options: object = {}) => {
  const use = {
    allowedUses: ["digital_signature", "key_agreement", "client_auth"],
    validityPeriodHours: 8760,
  };
  const inputs = { ...authority, certRequestPem: request, ...use, ...options };
  return (await made(types.locallySignedCert, inputs))["certPem"]!;
};
/** The extensions as OpenSSL prints them, whitespace made single. */
const extensions = (pem: string) => {
  const text = run("openssl", "x509", "-in", file("shown.pem", pem), "-noout", "-text");
  return text
    .slice(text.indexOf("X509v3 extensions"), text.indexOf("Signature Algorithm", 200))
    .replace(/\s+/g, " ");
};

describe("OpenSSL", () => {
  it("takes the request for one that its key signed, with subject and names", () => {
    const path = file("request.pem", request);
    const text = run("openssl", "req", "-in", path, "-verify", "-noout", "-text");
    expect(text).toContain("Subject: O = heliograph, OU = key-1, CN = dev");
    expect(text).toContain("DNS:gateway.example.org, IP Address:10.200.0.10");
    expect(text).toContain("ASN1 OID: prime256v1");
    expect(text).toContain("Signature Algorithm: ecdsa-with-SHA256");
  });

  it("verifies the chain, for the use it was made for and no other", async () => {
    const ca = file("ca.pem", authority.caCertPem);
    const leaf = file("leaf.pem", await signed());
    expect(
      run("openssl", "verify", "-x509_strict", "-CAfile", ca, "-purpose", "sslclient", leaf),
    ).toContain("OK");
    expect(() => run("openssl", "verify", "-CAfile", ca, "-purpose", "sslserver", leaf)).toThrow(
      /unsuitable.*purpose/,
    );
    const foreign = file("foreign.pem", (await newAuthority()).caCertPem);
    expect(() => run("openssl", "verify", "-CAfile", foreign, leaf)).toThrow(/verification failed/);
  });

  it("reads in a leaf what was asked for, and that it is no authority", async () => {
    expect(extensions(await signed({ setSubjectKeyId: true }))).toMatch(
      new RegExp(
        [
          "X509v3 Key Usage: critical Digital Signature, Key Agreement",
          "X509v3 Extended Key Usage: TLS Web Client Authentication",
          "X509v3 Basic Constraints: critical CA:FALSE",
          "X509v3 Subject Key Identifier: [0-9A-F:]{59}",
          "X509v3 Authority Key Identifier: [0-9A-F:]{59}",
          "X509v3 Subject Alternative Name: DNS:gateway.example.org, IP Address:10.200.0.10",
        ].join(" "),
      ),
    );
  });

  it("reads in an authority that it signs certificates and lists of revoked ones", () => {
    expect(extensions(authority.caCertPem)).toMatch(
      /X509v3 Key Usage: critical Certificate Sign, CRL Sign X509v3 Basic Constraints: critical CA:TRUE X509v3 Subject/,
    );
  });

  it("computes the key identifier of the authority in the same way", () => {
    const path = file("ca.pem", authority.caCertPem);
    const shown = run("openssl", "x509", "-in", path, "-noout", "-ext", "subjectKeyIdentifier")
      .split("\n")[1]!
      .trim();
    const key = file("ca.key", authority.caPrivateKeyPem);
    const again = [
      "-key",
      key,
      "-subj",
      "/CN=x",
      "-addext",
      "subjectKeyIdentifier=hash",
      "-out",
      join(folder, "again.pem"),
    ];
    run("openssl", "req", "-x509", "-new", ...again);
    const other = run(
      "openssl",
      "x509",
      "-in",
      join(folder, "again.pem"),
      "-noout",
      "-ext",
      "subjectKeyIdentifier",
    );
    expect(other).toContain(shown);
  });

  it("lets a chain be only as long as maxPathLength says", async () => {
    const { privateKeyPem = "" } = await newKey();
    const inputs = {
      privateKeyPem,
      allowedUses: ["cert_signing"],
      validityPeriodHours: 1,
      isCaCertificate: true,
    };
    const root = { ...inputs, subject: { commonName: "root" }, maxPathLength: 2 };
    expect(extensions((await made(types.selfSignedCert, root))["certPem"]!)).toContain(
      "CA:TRUE, pathlen:2",
    );
  });
});

describe("OpenSSH", () => {
  it("reads the private key and finds the same public key and fingerprints", async () => {
    const key = await newKey();
    const path = file("ssh.key", key["privateKeyOpenssh"]!);
    expect(run("ssh-keygen", "-y", "-P", "", "-f", path).trim()).toBe(
      key["publicKeyOpenssh"]!.trim(),
    );
    const shown = (algorithm: string) =>
      run("ssh-keygen", "-l", "-E", algorithm, "-f", path).split(" ")[1];
    expect(shown("sha256")).toBe(key["publicKeyFingerprintSha256"]);
    expect(shown("md5")).toBe(`MD5:${key["publicKeyFingerprintMd5"]}`);
  });
});
