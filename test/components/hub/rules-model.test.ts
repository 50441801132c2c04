import { describe, expect, it } from "vitest";
import { rulesModel } from "../../../components/hub/rules-model";
import { authority } from "../../programs/support/certificates";
import { hubArgs } from "./hub";

const nothing = { namespace: "heliograph-hub", edges: {}, gateway: "", authorities: [] };

describe("what the rules of a cell are made of", () => {
  it("knows where each edge of the cell stands, and of no edge of another cell", () => {
    const { tenants: known, edges } = hubArgs();
    const args = hubArgs({
      tenants: { ...known, eu: { retentionDays: 30, cell: "eu" } },
      edges: { ...edges, far: { ...edges["dev"]!, tenant: "eu" } },
    });
    const { edges: found, tenants } = rulesModel(args, "main", {
      ...nothing,
      edges: { dev: "PEM", gone: "PEM" },
    });
    expect(found.map(({ name, tenant, state }) => [name, tenant, state])).toEqual([
      ["dev", "dev", "signed"],
      ["one", "shared", "waiting"],
      ["two", "shared", "waiting"],
      ["gone", "dev", "revoked"],
    ]);
    expect(tenants).toEqual(["dev", "shared", "eu"]);
  });

  it("reads the ends of certificates, and of several authorities the first", async () => {
    const [first, second] = [await authority("first"), await authority("second")];
    const { cert } = await first.issue("CN=dev");
    const { certificates } = rulesModel(hubArgs(), "main", {
      ...nothing,
      edges: { dev: cert, gone: cert },
      // A chain: its first certificate is the gateway's own.
      gateway: `${cert}\n${first.cert}`,
      authorities: [second.cert, first.cert],
    });
    expect(certificates.map(({ certificate, cluster }) => [certificate, cluster])).toEqual([
      ["edge", "dev"],
      ["gateway", undefined],
      ["authority", undefined],
    ]);
    const days = certificates.map(({ notAfter }) => (notAfter - Date.now() / 1000) / 86_400);
    for (const left of days) {
      expect(left).toBeGreaterThan(1);
      expect(left).toBeLessThan(400);
    }
  });

  it("watches no end of what is no certificate, as where a stack is rendered", () => {
    const placeholder =
      "-----BEGIN CERTIFICATE-----\nrender: placeholder\n-----END CERTIFICATE-----\n";
    const facts = {
      ...nothing,
      edges: { dev: placeholder },
      gateway: placeholder,
      authorities: [placeholder],
    };
    expect(rulesModel(hubArgs(), "main", facts).certificates).toEqual([]);
  });
});
