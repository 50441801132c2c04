import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distinguishedName } from "../../components/contract/identity";
import type { GatewayClient } from "../../components/hub/gateway/config";
import { reloaderScript } from "../../components/hub/gateway/reloader";
import { GatewayFixture } from "./support/gateway";
import { program } from "./support/programs";
import { run, until, type RunningProgram } from "./support/server";

const client = (edge: string): GatewayClient => ({
  key: { subject: distinguishedName({ name: edge, keyGeneration: 1 }) },
  edge,
  tenant: edge,
  cell: "main",
});

describe("the reloader, beside the real NGINX", () => {
  let gateway: GatewayFixture;
  let reloader: RunningProgram;

  beforeAll(async () => {
    gateway = await GatewayFixture.start([client("dev")]);
    const paths = {
      config: gateway.folder,
      run: join(gateway.folder, "run"),
      temporary: "",
      accessLog: "",
    };
    reloader = run("/bin/sh", ["-c", reloaderScript({ paths }, 0.2)], {
      env: { PATH: [dirname(program("nginx", "nginx")), process.env["PATH"]].join(delimiter) },
    });
  });
  afterAll(async () => {
    await reloader?.stop();
    await gateway?.stop();
  });

  it("loads a changed list of clients", async () => {
    const intended = gateway.write([client("dev"), client("stg")]);
    expect(await gateway.health()).not.toBe(intended);
    await gateway.hasLoaded(intended);
  });

  it("loads a changed list of trusted authorities", async () => {
    const foreign = await gateway.foreignEdge("O=heliograph, OU=key-1, CN=dev");
    expect((await gateway.call({ credentials: foreign.credentials })).status).toBe(503);
    gateway.replace("clientTrust", `${gateway.edges.cert}\n${foreign.authority}\n`);
    await until("the other authority is trusted too", async () =>
      (await gateway.call({ credentials: foreign.credentials })).status === 200 ? true : undefined,
    );
  });

  it("keeps the old configuration when the new one is wrong, says so, and takes the next good one", async () => {
    const before = await gateway.health();
    gateway.replace("config", "http {");
    await until("the reloader refuses", async () =>
      reloader.output().includes("the old configuration stays in force") ? true : undefined,
    );
    const line = reloader.output().trim().split("\n").at(-1) ?? "";
    expect(JSON.parse(line)).toMatchObject({
      reload: expect.stringContaining("unexpected end of file"),
    });
    expect(await gateway.health()).toBe(before);
    await gateway.hasLoaded(gateway.write([client("prd")]));
  });
});
