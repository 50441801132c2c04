import { afterEach, describe, expect, it } from "vitest";
import { gateway, shutOut } from "../../../src/cli/commands/verify/checks/gateway";
import { writtenAndRead } from "../../../src/cli/commands/verify/checks/probe";
import type { GatewayPod } from "../../../src/cli/commands/verify/hub";
import { runChecks } from "../../../src/cli/commands/verify/check";
import { fakeHub, type GatewayRules, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

const edgeOf = async (rules: GatewayRules) =>
  (await fakeHub(servers, ["dev", "prd", "stg"], rules)).edge("dev");

describe("the gateway is asked as the edge, as nobody, and as an impostor", () => {
  it("and is well when it takes the edge alone", async () => {
    expect(await gateway.run(await edgeOf({}))).toMatchObject({ status: "passed", brief: "1 pod" });
  });

  it.each<[string, GatewayRules, string[]]>([
    [
      "takes whoever comes",
      { takes: () => true },
      [
        "gateway-a answers 200 to no certificate",
        "gateway-a answers 200 to the edge's subject signed by a foreign CA",
      ],
    ],
    [
      "looks at the name alone",
      { takes: ({ name }) => name === "dev" },
      ["gateway-a answers 200 to the edge's subject signed by a foreign CA"],
    ],
    [
      "takes nobody",
      { takes: () => false },
      ["gateway-a answers 503 to the edge's certificate: refused"],
    ],
    [
      "answers reads",
      { reads: 200 },
      ["gateway-a answers 200 to a read of the write path", "gateway-a answers 200 to a query"],
    ],
  ])("and is not when it %s", async (_, rules, problems) => {
    const { status, detail } = await gateway.run(await edgeOf(rules));
    expect(status).toBe("failed");
    expect(detail.split("; ")).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });

  it("and fails where its certificate is for another name", async () => {
    const { hub, edge } = await fakeHub(servers, ["dev"]);
    const { contract } = hub;
    const renamed = {
      ...hub,
      contract: { ...contract, gateway: { ...contract.gateway, serverName: "ingest.example.com" } },
    };
    const asked = { ...(await edge("dev")), hub: renamed };
    const tls = async () => ({
      ...(await (await edge("dev")).tls()),
      serverName: "ingest.example.com",
    });
    const [result] = await runChecks([gateway], { ...asked, tls }, { deadline: 0 });
    expect(result).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("does not match certificate's altnames"),
      next: "kubectl --context test --namespace heliograph-hub logs --container nginx --tail 20 --selector app.kubernetes.io/instance=gateway",
    });
  });
});

describe("a revoked edge", () => {
  it("is well when its certificate is refused", async () => {
    expect(await shutOut.run(await edgeOf({ takes: () => false }))).toMatchObject({
      status: "passed",
      brief: "refused",
    });
  });

  it("is not when its certificate is still taken", async () => {
    expect(await shutOut.run(await edgeOf({}))).toMatchObject({
      status: "failed",
      detail: "the revoked certificate is not refused by gateway-a",
    });
  });
});

describe.each([
  ["metrics", "sample"],
  ["logs", "log line"],
  ["traces", "trace"],
] as const)("of %s, a %s", (signal, name) => {
  const check = writtenAndRead(signal);

  it("is read back through the edge's tenant and no other, whatever tenant the client asks for", async () => {
    const outcome = await check.run(await edgeOf({}));
    expect(outcome).toMatchObject({
      status: "passed",
      detail: expect.stringContaining("from none of 2 others"),
    });
  });

  it("is written through every pod of the gateway", async () => {
    let writes = 0;
    const edge = await edgeOf({ tenantsFor: (name) => (writes++ === 0 ? [name] : []) });
    const [pod] = await edge.hub.gateways();
    const hub = {
      ...edge.hub,
      gateways: async () => [pod, { ...pod, pod: "gateway-b" }] as GatewayPod[],
    };
    expect(await writtenAndRead(signal, 1).run({ ...edge, hub })).toMatchObject({
      status: "failed",
    });
    expect(writes).toBe(2);
  });

  it("is found in the tenant that the client asked for, where the gateway believes the client", async () => {
    const outcome = await check.run(await edgeOf({ tenantsFor: (_, header) => [header ?? ""] }));
    expect(outcome).toMatchObject({
      status: "failed",
      detail:
        "what edge dev writes is read in tenant prd of cell main; its tenant is dev of cell main",
    });
  });

  it("is found when it is copied into another tenant", async () => {
    const outcome = await check.run(await edgeOf({ tenantsFor: (name) => [name, "stg"] }));
    expect(outcome).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("tenant stg of cell main"),
    });
  });

  it("is missed when it is lost on the way", async () => {
    const outcome = await writtenAndRead(signal, 1).run(await edgeOf({ tenantsFor: () => [] }));
    expect(outcome).toMatchObject({
      status: "failed",
      detail: `the write was taken, but tenant dev does not have the ${name} after 1 s`,
    });
  });

  it("fails with the gateway's own words where it is refused", async () => {
    const outcome = await check.run(await edgeOf({ takes: () => false }));
    expect(outcome).toMatchObject({
      status: "failed",
      detail: "gateway-a answers 503 to the write: refused",
    });
  });
});
