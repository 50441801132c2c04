import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
} from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { Secret, unknown } from "../../lab/plugins/rpc/values";
import { TlsProvider } from "../../lab/plugins/tls/provider";
import { check, create, made, newAuthority, newKey, types } from "./support/tls";
import type { Authority } from "./support/tls";

const clientAuth = "1.3.6.1.5.5.7.3.2";
const serverAuth = "1.3.6.1.5.5.7.3.1";
const hour = 3_600_000;
const edge = { commonName: "dev", organization: "heliograph", organizationalUnit: "key-1" };

describe("private keys", () => {
  it("are ECDSA P-256, given out in the forms of the official plugin", async () => {
    const { state } = await create(types.privateKey, { algorithm: "ECDSA", ecdsaCurve: "P256" });
    for (const form of ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"]) {
      expect(state[form]).toBeInstanceOf(Secret);
    }
    const key = await newKey();
    expect(key["privateKeyPem"]).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
    expect(key["privateKeyPemPkcs8"]).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const [sec1, pkcs8] = [
      createPrivateKey(key["privateKeyPem"]!),
      createPrivateKey(key["privateKeyPemPkcs8"]!),
    ];
    expect(sec1.equals(pkcs8)).toBe(true);
    expect(sec1.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect(createPublicKey(sec1).equals(createPublicKey(key["publicKeyPem"]!))).toBe(true);
    expect(key).toMatchObject({ algorithm: "ECDSA", ecdsaCurve: "P256", rsaBits: 2048 });
  });

  it("have the fingerprints of their OpenSSH form", async () => {
    const key = await newKey();
    const blob = Buffer.from(key["publicKeyOpenssh"]!.split(" ")[1]!, "base64");
    const sha256 = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
    expect(key["publicKeyFingerprintSha256"]).toBe(`SHA256:${sha256}`);
    expect(key["publicKeyFingerprintMd5"]!.replaceAll(":", "")).toBe(
      createHash("md5").update(blob).digest("hex"),
    );
  });
});

describe("certificates", () => {
  let authority: Authority;
  let ca: X509Certificate;
  beforeAll(async () => {
    authority = await newAuthority();
    ca = new X509Certificate(authority.caCertPem);
  });

  async function signed(request: object, options: object = {}): Promise<X509Certificate> {
    const { privateKeyPem = "" } = await newKey();
    const { certRequestPem = "" } = await made(types.certRequest, {
      privateKeyPem,
      subject: edge,
      ...request,
    });
    const use = { allowedUses: ["digital_signature", "client_auth"], validityPeriodHours: 8760 };
    const { certPem = "" } = await made(types.locallySignedCert, {
      ...authority,
      certRequestPem,
      ...use,
      ...options,
    });
    return new X509Certificate(certPem);
  }

  it("of an authority are signed by their own key and say that they are one", () => {
    expect(ca.ca).toBe(true);
    expect(ca.subject).toBe("O=heliograph\nCN=Heliograph CA");
    expect(ca.issuer).toBe(ca.subject);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.publicKey.equals(createPublicKey(authority.caPrivateKeyPem))).toBe(true);
  });

  it("take subject and alternative names from the request", async () => {
    const names = {
      dnsNames: ["gateway.example.org", "*.example.org"],
      ipAddresses: ["10.200.0.10", "2001:db8::1"],
      uris: ["spiffe://heliograph/edge/dev"],
    };
    const certificate = await signed(names);
    expect(certificate.subject).toBe("O=heliograph\nOU=key-1\nCN=dev");
    expect(certificate.issuer).toBe(ca.subject);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual([clientAuth]);
    expect(certificate.subjectAltName).toBe(
      "DNS:gateway.example.org, DNS:*.example.org, IP Address:10.200.0.10, " +
        "IP Address:2001:DB8:0:0:0:0:0:1, URI:spiffe://heliograph/edge/dev",
    );
  });

  it("are valid from now for the hours asked for, under a serial number of their own", async () => {
    const [first, second] = [await signed({}), await signed({}, { validityPeriodHours: 2 })];
    const age = Date.now() - Date.parse(first.validFrom);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(60_000);
    expect(Date.parse(first.validTo) - Date.parse(first.validFrom)).toBe(8760 * hour);
    expect(Date.parse(second.validTo) - Date.parse(second.validFrom)).toBe(2 * hour);
    expect(first.serialNumber).not.toBe(second.serialNumber);
    expect(first.serialNumber).toMatch(/^[0-9A-F]{20,32}$/);
  });

  it("have the id and the outputs of the official plugin", async () => {
    const { privateKeyPem = "" } = await newKey();
    const inputs = {
      privateKeyPem,
      allowedUses: ["server_auth"],
      validityPeriodHours: 1,
      dnsNames: ["x"],
    };
    const { id, state } = await create(types.selfSignedCert, inputs);
    const certificate = new X509Certificate(String(state["certPem"]));
    expect(id).toBe(BigInt(`0x${certificate.serialNumber}`).toString());
    expect(state).toMatchObject({
      keyAlgorithm: "ECDSA",
      readyForRenewal: false,
      earlyRenewalHours: 0,
      isCaCertificate: false,
      setSubjectKeyId: false,
      setAuthorityKeyId: false,
    });
    const recorded = Date.parse(String(state["validityEndTime"]));
    expect(Math.abs(recorded - Date.parse(certificate.validTo))).toBeLessThan(1000);
    expect(certificate.keyUsage).toEqual([serverAuth]);
    expect(certificate.subject).toBeUndefined();
  });

  it("are refused if the request was changed after it was signed", async () => {
    const { privateKeyPem = "" } = await newKey();
    const { certRequestPem = "" } = await made(types.certRequest, { privateKeyPem, subject: edge });
    const der = Buffer.from(certRequestPem.replace(/-----.*-----/g, ""), "base64");
    const forged = Buffer.from(der.toString("latin1").replace("dev", "prd"), "latin1").toString(
      "base64",
    );
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${forged}\n-----END CERTIFICATE REQUEST-----\n`;
    const inputs = {
      ...authority,
      certRequestPem: pem,
      allowedUses: ["client_auth"],
      validityPeriodHours: 1,
    };
    await expect(made(types.locallySignedCert, inputs)).rejects.toThrow(
      "certRequestPem: the signature of the request is not its key's.",
    );
  });

  it("are refused if the authority's key is not that of its certificate", async () => {
    const { privateKeyPem = "" } = await newKey();
    const { certRequestPem = "" } = await made(types.certRequest, { privateKeyPem, subject: edge });
    const inputs = { ...authority, caPrivateKeyPem: privateKeyPem, certRequestPem };
    const use = { allowedUses: ["client_auth"], validityPeriodHours: 1 };
    await expect(made(types.locallySignedCert, { ...inputs, ...use })).rejects.toThrow(
      "caPrivateKeyPem is not the key of the certificate in caCertPem.",
    );
  });

  it("are refused for keys other than ECDSA P-256", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await expect(made(types.certRequest, { privateKeyPem })).rejects.toThrow(
      'This stand-in for the official Pulumi plugin "tls" does not support private keys other than ECDSA P-256 (this one is rsa).',
    );
  });
});

describe("renewal", () => {
  const inputs = {
    allowedUses: ["client_auth"],
    validityPeriodHours: 8760,
    earlyRenewalHours: 2160,
  };
  const end = Date.parse("2027-06-01T00:00:00Z");
  const state = { ...inputs, validityEndTime: new Date(end).toISOString(), readyForRenewal: false };
  const diffAt = (time: number, news: object = inputs) =>
    new TlsProvider(() => new Date(time)).diff({
      id: "1",
      urn: "",
      type: types.locallySignedCert,
      oldInputs: inputs,
      oldState: state,
      inputs: { ...news },
    });

  it("replaces the certificate once its early hours have begun, not a second before", () => {
    expect(diffAt(end - 2160 * hour - 1000).changes).toEqual([]);
    expect(diffAt(end - 2160 * hour).changes).toEqual([
      { path: ["readyForRenewal"], kind: "update", replace: true, ofOutput: true },
    ]);
  });

  it("follows the early hours asked for now, a change that is made in place", () => {
    const changes = diffAt(end - 3000 * hour, { ...inputs, earlyRenewalHours: 2900 }).changes;
    expect(changes).toEqual([{ path: ["earlyRenewalHours"], kind: "update", replace: false }]);
    expect(diffAt(end - 3000 * hour, { ...inputs, earlyRenewalHours: 3001 }).changes).toHaveLength(
      2,
    );
  });

  it("is shown by a refresh", async () => {
    const read = (time: number) =>
      new TlsProvider(() => new Date(time)).read({
        id: "1",
        urn: "",
        type: types.locallySignedCert,
        inputs,
        state,
      });
    expect((await read(end)).state["readyForRenewal"]).toBe(true);
    expect((await read(end - 3000 * hour)).state["readyForRenewal"]).toBe(false);
  });

  it("is the fate of every other change", () => {
    const changes = diffAt(0, {
      ...inputs,
      validityPeriodHours: 1,
      allowedUses: ["server_auth"],
    }).changes;
    expect(changes.map(({ replace }) => replace)).toEqual([true, true]);
  });
});

describe("previews", () => {
  it("do not know what is not made yet, and know the rest", async () => {
    const { id, state } = await create(
      types.certRequest,
      { privateKeyPem: unknown, subject: edge },
      true,
    );
    expect(id).toBe("");
    expect(state).toEqual({
      privateKeyPem: unknown,
      subject: edge,
      certRequestPem: unknown,
      keyAlgorithm: unknown,
    });
  });

  it("take unknown inputs for right", async () => {
    const { failures } = await check(types.certRequest, {
      privateKeyPem: unknown,
      dnsNames: [unknown],
    });
    expect(failures).toEqual([]);
  });
});

describe("refusals", () => {
  const refusal = (what: string) =>
    `This stand-in for the official Pulumi plugin "tls" does not support ${what}. ` +
    "Install the official plugin for that: pulumi plugin install resource tls v5.6.1";
  const certificate = { privateKeyPem: "x", allowedUses: ["client_auth"], validityPeriodHours: 1 };

  it.each([
    [
      types.privateKey,
      { algorithm: "RSA", ecdsaCurve: "P256" },
      "algorithm",
      refusal('keys other than algorithm "ECDSA" with ecdsaCurve "P256"'),
    ],
    [
      types.privateKey,
      { algorithm: "ECDSA" },
      "ecdsaCurve",
      refusal('keys other than algorithm "ECDSA" with ecdsaCurve "P256"'),
    ],
    [
      types.certRequest,
      { privateKeyPem: "x", privateKeyPemWo: "y" },
      "privateKeyPemWo",
      refusal('the property "privateKeyPemWo"'),
    ],
    ["tls:index/other:Other", {}, "", refusal("the resource tls:index/other:Other")],
    [
      types.certRequest,
      { privateKeyPem: "x", subject: { title: "Dr" } },
      "subject.title",
      refusal('the property "title"'),
    ],
  ])("%s %j", async (type, news, property, reason) => {
    expect((await check(type, news)).failures).toEqual([{ property, reason }]);
  });

  it.each<[object, string]>([
    [{ allowedUses: ["flying"] }, "allowedUses.0"],
    [{ validityPeriodHours: -1 }, "validityPeriodHours"],
    [{ validityPeriodHours: 1.5 }, "validityPeriodHours"],
    [{ ipAddresses: ["10.0.0.256"] }, "ipAddresses.0"],
    [{ privateKeyPem: null }, "privateKeyPem"],
  ])("of a certificate with %j", async (wrong, property) => {
    const { failures } = await check(types.selfSignedCert, { ...certificate, ...wrong });
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });

  it("of provider settings", () => {
    expect(new TlsProvider().checkConfig({ proxy: '{"url":"http://x"}' })).toEqual([
      { property: "proxy", reason: refusal('the provider setting "proxy"') },
    ]);
    expect(new TlsProvider().checkConfig({ version: "5.6.1" })).toEqual([]);
  });
});
