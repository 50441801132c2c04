/** Proves: what an edge's Secret holds, and what is refused. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIdentity, pemIssues } from "../../../components/edge/identity";
import { recordResources, resolved, settled } from "../../support/mocks";
import { certificate, edgeArgs, privateKey } from "./edge";

beforeEach(() => void recordResources());
afterEach(settled);

describe("the identity", () => {
  test("holds the trust bundle as one file, and its key as a secret", async () => {
    const other = certificate.replace("MIIB", "MIIC");
    const secret = createIdentity(
      "edge-identity",
      "heliograph",
      { ...edgeArgs.hub, trustBundle: [certificate, other] },
      {},
    );
    expect(await resolved(secret.stringData)).toEqual({
      "tls.crt": certificate,
      "tls.key": privateKey,
      "ca.crt": `${certificate}\n${other}`,
    });
    expect(await resolved(secret.type)).toBe("kubernetes.io/tls");
  });

  test.each(["certificate", "privateKey", "trustBundle"] as const)(
    "is refused without its %s",
    (field) => {
      expect(pemIssues(field, "")).toMatchObject([{ path: ["hub", field] }]);
      expect(JSON.stringify(pemIssues(field, "s3cret"))).not.toContain("s3cret");
      expect(pemIssues(field, field === "privateKey" ? privateKey : certificate)).toEqual([]);
    },
  );

  test("takes a key for no certificate, and a certificate for no key", () => {
    expect(pemIssues("certificate", privateKey)).toHaveLength(1);
    expect(pemIssues("privateKey", certificate)).toHaveLength(1);
  });
});
