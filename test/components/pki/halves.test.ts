/**
 * Proves (mocks): each half of MtlsPki works alone, makes what MtlsPki makes of it, and has no
 * empty output; values that only the engine knows pass, and are checked before anything is signed.
 */
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PkiAuthority, type PkiAuthorityArgs } from "../../../components/pki/authority";
import { PkiIdentity } from "../../../components/pki/identity";
import { MtlsPki } from "../../../components/pki/mtls-pki";
import { PkiQueryIdentity } from "../../../components/pki/query-identity";
import { makeRequest } from "../../support/requests";
import { recordResources, resolved, settled, type Recorded } from "../../support/mocks";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));
afterEach(settled);

/** Types and inputs of the children by name, without the name of the component before theirs. */
const childrenOf = (parent: string) =>
  resources
    .filter((resource) => resource.parent === parent)
    .map(({ type, name, inputs }) => [
      type,
      JSON.parse(JSON.stringify(inputs).replaceAll(`${parent}-`, "")) as object,
      name.replace(`${parent}-`, ""),
    ])
    .sort((one, other) => String(one[2]).localeCompare(String(other[2])));

const serverNames = ["ingest.example.com"];

/** What is thrown, or nothing. */
function refusal(make: () => unknown): string {
  try {
    make();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the authority alone", () => {
  test("makes what MtlsPki makes for a hub", async () => {
    const requests = { dev: { keyGeneration: 1, requestPem: await makeRequest() } };
    const args = { serverNames, requests, trustedGenerations: [1, 2] };
    const alone = new PkiAuthority("one", args);
    new MtlsPki("both", { authority: args });
    expect(await resolved(alone.trustBundle)).toEqual(["one-ca-1.certPem", "one-ca-2.certPem"]);
    expect(await resolved(alone.serverCertificate)).toBe("one-gateway.certPem");
    expect(await resolved(alone.certificates)).toEqual({ dev: "one-edge-dev.certPem" });
    expect(await pulumi.isSecret(alone.serverPrivateKey)).toBe(true);
    expect(await pulumi.isSecret(alone.certificates)).toBe(false);
    await settled();
    expect(childrenOf("one").length).toBeGreaterThan(6);
    expect(childrenOf("one")).toEqual(childrenOf("both"));
  });

  test("takes values that only the engine knows", async () => {
    const args: PkiAuthorityArgs = { serverNames, leafDays: 30, renewBeforeDays: 10 };
    new PkiAuthority("now", { ...args, additionalTrust: ["OLD CA"] });
    const late = new PkiAuthority("late", {
      serverNames: [pulumi.output(serverNames[0]!)],
      leafDays: pulumi.output(30),
      renewBeforeDays: pulumi.output(10),
      additionalTrust: pulumi.output(["OLD CA"]),
    });
    expect(await resolved(late.trustBundle)).toEqual(["late-ca-1.certPem", "OLD CA"]);
    await settled();
    expect(childrenOf("late")).toEqual(childrenOf("now"));
  });

  test("refuses a bundle that is a text, and a request of another edge", async () => {
    const requestPem = await makeRequest({ subject: "O=heliograph,OU=key-1,CN=prd" });
    const message = refusal(
      () =>
        new PkiAuthority("authority", {
          serverNames,
          additionalTrust: "PEM" as unknown as string[],
          requests: { dev: { keyGeneration: 1, requestPem } },
        }),
    );
    expect(message).toBe(`PkiAuthority authority: 2 problems

1. additionalTrust
   got       "PEM"
   expected  a list of CA certificates in PEM, not one text
   paste     additionalTrust: ["-----BEGIN CERTIFICATE-----..."]

2. requests.dev.requestPem
   got       "a request with subject CN=prd,OU=key-1,O=heliograph"
   expected  subject CN=dev,OU=key-1,O=heliograph: edge dev with its key generation 1
   paste     // the request that the edge's own stack makes: output \`request\` of its MtlsPki`);
    expect(refusal(() => new PkiAuthority("a", { serverNames: "gateway" as never }))).toContain(
      "expected  at least one DNS name of the gateway",
    );
  });
});

describe("the edge's half alone", () => {
  test("makes what MtlsPki makes for an edge, below its own name", async () => {
    const alone = new PkiIdentity("identity", { edge: "dev", keyGeneration: 2, queried: true });
    const both = new MtlsPki("pki", {
      identity: { edge: "dev", keyGeneration: 2, queried: pulumi.output(true) },
    });
    expect(await resolved(alone.request)).toBe("identity-request-2.certRequestPem");
    expect(await resolved(both.request)).toBe("pki-identity-request-2.certRequestPem");
    expect(await pulumi.isSecret(alone.privateKey)).toBe(true);
    await settled();
    const inputsOf = (parent: string) =>
      childrenOf(parent).map(([type, inputs]) => [
        type,
        JSON.parse(JSON.stringify(inputs).replaceAll("identity-", "")) as object,
      ]);
    expect(inputsOf("identity")).toEqual(inputsOf("pki"));
  });

  test("refuses a name that no inventory has", () => {
    expect(refusal(() => new PkiIdentity("identity", { edge: "Dev Cluster" }))).toContain(
      "1. edge\n",
    );
  });
});

test("the identity for queries alone", async () => {
  const identity = new PkiQueryIdentity("query", {
    leafDays: pulumi.output(10),
    renewBeforeDays: 5,
  });
  expect(await resolved(identity.trustBundle)).toEqual(["query-ca-1.certPem"]);
  expect(await resolved(identity.certificate)).toBe("query-certificate.certPem");
  expect(await pulumi.isSecret(identity.privateKey)).toBe(true);
});
