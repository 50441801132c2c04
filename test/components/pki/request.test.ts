/**
 * Proves: the hub signs a request only where subject, key and extensions are exactly what the
 * inventory derives. Does not prove: that the requests of the TLS provider pass; the lab's first
 * `up` does.
 */
import * as x509 from "../../../components/kit/x509";
import { describe, expect, test } from "vitest";
import { requestIssues } from "../../../components/pki/request";
import { makeRequest } from "../../support/requests";

const dev = { name: "dev", keyGeneration: 1 };

describe("a request is refused unless it is exactly the inventory's", () => {
  test("the edge's own request is fine", async () => {
    expect(requestIssues(dev, await makeRequest())).toEqual([]);
  });

  test("attributes in another order are the same subject", async () => {
    expect(
      requestIssues(dev, await makeRequest({ subject: "CN=dev,O=heliograph,OU=key-1" })),
    ).toEqual([]);
  });

  test("another edge's subject: the message names both", async () => {
    const [issue, ...others] = requestIssues(
      dev,
      await makeRequest({ subject: "O=heliograph,OU=key-1,CN=prd" }),
    );
    expect(others).toEqual([]);
    expect(issue).toEqual({
      path: [],
      got: "a request with subject CN=prd,OU=key-1,O=heliograph",
      expected: "subject CN=dev,OU=key-1,O=heliograph: edge dev with its key generation 1",
      lines: "// the request that the edge's own stack makes: output `request` of its MtlsPki",
    });
  });

  test.each([
    [
      "an older key generation",
      { subject: "O=heliograph,OU=key-0,CN=dev" },
      "subject CN=dev,OU=key-1",
    ],
    [
      "one attribute too many",
      { subject: "O=heliograph,OU=key-1,CN=dev,L=Dubai" },
      "subject CN=dev,OU=key-1",
    ],
    [
      "a second common name",
      { subject: "O=heliograph,OU=key-1,CN=dev,CN=prd" },
      "subject CN=dev,OU=key-1",
    ],
    ["an empty subject", { subject: "" }, "subject CN=dev,OU=key-1"],
    ["another case", { subject: "O=heliograph,OU=key-1,CN=DEV" }, "subject CN=dev,OU=key-1"],
    ["an RSA key", { key: "RSA" as const }, "an ECDSA P-256 key"],
    ["another curve", { key: "P-384" as const }, "an ECDSA P-256 key"],
    [
      "an alternative name",
      { extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "prd" }])] },
      "no extension",
    ],
    ["an authority", { extensions: [new x509.BasicConstraintsExtension(true)] }, "no extension"],
  ])("%s", async (_what, options, expected) => {
    const issues = requestIssues(dev, await makeRequest(options));
    expect(issues.map((issue) => issue.expected)).toEqual([expect.stringContaining(expected)]);
  });

  test("something that is no request at all", () => {
    expect(requestIssues(dev, "-----BEGIN CERTIFICATE REQUEST-----\n...")).toMatchObject([
      { expected: "a certificate request of edge dev in PEM" },
    ]);
  });
});
