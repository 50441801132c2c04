import { describe, expect, it } from "vitest";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { resolveHub } from "../../../components/hub/resolve";
import { rulesModel as rulesOf, type SignedFacts } from "../../../components/hub/rules";
import { authority } from "../../programs/support/certificates";
import { hubArgs } from "./hub";

const nothing = {
  namespace: "heliograph-hub",
  edges: {},
  gateway: "",
  authorities: [],
  renewBeforeDays: 90,
  runbookBaseUrl: "https://runbooks/#",
};

function rulesModel(args: HubObservabilityArgs, cell: string, facts: SignedFacts) {
  const hub = resolveHub(args);
  return rulesOf(
    hub,
    hub.cells.find(({ name }) => name === cell)!,
    facts,
  );
}

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

  it("finds agents and collectors in the namespaces that their edges name", () => {
    const { edges } = hubArgs();
    expect(rulesModel(hubArgs(), "main", nothing).agentNamespaces).toEqual(["heliograph"]);
    const elsewhere = { ...edges, far: { ...edges["dev"]!, agentNamespace: "observability" } };
    const { agentNamespaces } = rulesModel(hubArgs({ edges: elsewhere }), "main", nothing);
    expect(agentNamespaces).toEqual(["heliograph", "observability"]);
  });
});
