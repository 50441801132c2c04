/**
 * Proves (mocks): which resources MtlsPki makes, their names and parents, what it asks of the
 * provider, what it refuses. Does not prove: that the certificates are good; test/lab/plugins and
 * the lab's `verify` do.
 */
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MtlsPki } from "../../../components/pki/mtls-pki";
import { ConfigurationError } from "../../../components/kit/issues";
import { makeRequest } from "../../support/requests";
import { recordResources, resolved, settled, type Recorded } from "../../support/mocks";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));
afterEach(settled);

const find = (name: string) => resources.find((resource) => resource.name === name)!;

describe("an edge", () => {
  test("makes its key and a request with the subject of its key generation, and nothing else", async () => {
    const pki = new MtlsPki("pki", { identity: { edge: "dev", keyGeneration: 3 } });
    await resolved(pki.request);
    expect(resources.map(({ name }) => name)).toEqual([
      "pki",
      "pki-identity-key-3",
      "pki-identity-request-3",
    ]);
    expect(find("pki-identity-key-3").inputs).toMatchObject({
      algorithm: "ECDSA",
      ecdsaCurve: "P256",
    });
    expect(find("pki-identity-request-3").inputs["subject"]).toEqual({
      organization: "heliograph",
      organizationalUnit: "key-3",
      commonName: "dev",
    });
  });

  test("keeps its key secret, and its request public", async () => {
    const pki = new MtlsPki("pki", { identity: { edge: "dev" } });
    expect(await pulumi.isSecret(pki.privateKey)).toBe(true);
    expect(await pulumi.isSecret(pki.request)).toBe(false);
  });
});

describe("a hub", () => {
  test("signs the gateway for servers and edges for clients, never an authority", async () => {
    const requestPem = await makeRequest();
    const pki = new MtlsPki("pki", {
      authority: {
        serverNames: ["ingest.example.com"],
        serverAddresses: ["10.0.0.1"],
        requests: { dev: { keyGeneration: 1, requestPem } },
      },
    });
    expect(Object.keys(await resolved(pki.certificates))).toEqual(["dev"]);
    expect(find("pki-gateway-request").inputs).toMatchObject({
      dnsNames: ["ingest.example.com"],
      ipAddresses: ["10.0.0.1"],
    });
    expect(find("pki-gateway").inputs["allowedUses"]).toEqual(["digital_signature", "server_auth"]);
    expect(find("pki-edge-dev").inputs["allowedUses"]).toEqual([
      "digital_signature",
      "client_auth",
    ]);
    expect(find("pki-edge-dev").inputs["certRequestPem"]).toBe(requestPem);
    for (const leaf of ["pki-gateway", "pki-edge-dev"])
      expect(find(leaf).inputs["isCaCertificate"] ?? false).toBe(false);
  });

  test("trusts the authorities it is given beside its own", async () => {
    const pki = new MtlsPki("pki", {
      authority: { serverNames: ["a.example.com"], additionalTrust: ["OLD CA"] },
    });
    expect(await resolved(pki.trustBundle)).toEqual(["pki-ca-1.certPem", "OLD CA"]);
  });

  test("trusts two generations of its authority while it is replaced, and signs with one", async () => {
    const requestPem = await makeRequest();
    const pki = new MtlsPki("pki", {
      authority: {
        serverNames: ["a.example.com"],
        requests: { dev: { keyGeneration: 1, requestPem } },
        trustedGenerations: [2, 1],
        signingGeneration: 2,
      },
    });
    expect(await resolved(pki.trustBundle)).toEqual(["pki-ca-1.certPem", "pki-ca-2.certPem"]);
    expect(find("pki-ca-2").inputs["subject"]).toMatchObject({ commonName: "Heliograph CA 2" });
    for (const leaf of ["pki-gateway", "pki-edge-dev"])
      expect(find(leaf).inputs["caCertPem"]).toBe("pki-ca-2.certPem");
  });

  test("counts validity and renewal in the hours of the provider", async () => {
    const pki = new MtlsPki("pki", {
      authority: { serverNames: ["a.example.com"], leafDays: 2, renewBeforeDays: 1 },
    });
    await resolved(pki.serverCertificate);
    expect(find("pki-gateway").inputs).toMatchObject({
      validityPeriodHours: 48,
      earlyRenewalHours: 24,
    });
    expect(find("pki-ca-1").inputs).toMatchObject({ validityPeriodHours: 87_600 });
  });

  test("refuses an authority that contradicts itself, with everything that is wrong", () => {
    const authority = {
      serverNames: [],
      trustedGenerations: [1, 1],
      signingGeneration: 2,
      leafDays: 30,
    };
    expect(() => new MtlsPki("pki", { authority })).toThrow(
      /4 problems.*serverNames.*trustedGenerations.*signingGeneration.*renewBeforeDays/s,
    );
  });

  test("signs its own edge from the request made beside it", async () => {
    const own = await makeRequest({ subject: "O=heliograph,OU=key-1,CN=ops" });
    resources = recordResources({ "pki-identity-request-1": { certRequestPem: own } });
    const pki = new MtlsPki("pki", {
      authority: { serverNames: ["a.example.com"] },
      identity: { edge: "ops" },
    });
    expect(Object.keys(await resolved(pki.certificates))).toEqual(["ops"]);
    expect(find("pki-edge-ops").inputs["certRequestPem"]).toBe(own);
  });

  test("refuses, before anything is signed, a request of dev that asks to be prd", async () => {
    const requestPem = await makeRequest({ subject: "O=heliograph,OU=key-1,CN=prd" });
    const make = () =>
      new MtlsPki("pki", {
        authority: {
          serverNames: ["a.example.com"],
          requests: { dev: { keyGeneration: 1, requestPem } },
        },
      });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(
      /subject CN=prd,OU=key-1,O=heliograph"\n.*subject CN=dev,OU=key-1,O=heliograph/s,
    );
    await settled();
    expect(resources.filter(({ type }) => type.startsWith("tls:"))).toEqual([]);
  });
});

test("every child is named after the component and stands under it", async () => {
  const pki = new MtlsPki("pki", { authority: { serverNames: ["a.example.com"] } });
  await resolved(pki.serverCertificate);
  const children = resources.filter(({ name }) => name !== "pki");
  expect(children.length).toBeGreaterThan(3);
  for (const child of children)
    expect(child).toMatchObject({ name: expect.stringMatching(/^pki-/), parent: "pki" });
});

test("neither half given", () => {
  expect(() => new MtlsPki("pki", {})).toThrow(/authority at a hub, identity at an edge, or both/);
});
