/**
 * Proves: the real NGINX tells the real counter of each request, by edge and answer, and goes on
 * without it. Does not prove: that each of them is counted; datagrams may be lost where the machine
 * is short of time.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distinguishedName } from "../../components/contract/identity";
import type { GatewayClient } from "../../components/hub/gateway/config";
import { counterFlags } from "../../components/hub/gateway/pod";
import type { Credentials } from "./support/certificates";
import { GatewayFixture } from "./support/gateway";
import { program } from "./support/programs";
import { freePorts, run, until, type RunningProgram } from "./support/server";

const client = (edge: string): GatewayClient => ({
  key: { subject: distinguishedName({ name: edge, keyGeneration: 1 }) },
  edge,
  tenant: edge,
  cell: "main",
});

describe("the counter, beside the real NGINX", () => {
  let gateway: GatewayFixture;
  let counter: RunningProgram;
  let url: string;
  const credentials: Record<string, Credentials> = {};

  const start = async () => {
    const [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    const flags = counterFlags({ counter: gateway.ports.counter, requests: `127.0.0.1:${port}` });
    counter = run(program("statsd-exporter", "statsd_exporter"), flags);
    await until("the counter answers", async () =>
      (await fetch(`${url}/-/healthy`)).ok ? true : undefined,
    );
  };
  const counted = async () =>
    (await (await fetch(`${url}/metrics`)).text())
      .split("\n")
      .filter((line) => line.startsWith("heliograph_"))
      .sort();
  const call = async (name?: string) =>
    (await gateway.call({ credentials: name ? credentials[name] : undefined })).status;

  beforeAll(async () => {
    gateway = await GatewayFixture.start([client("dev"), client("stg")]);
    await gateway.hasLoaded(gateway.reload([client("dev")], [client("stg")]));
    for (const name of ["dev", "stg", "stranger"])
      credentials[name] = await gateway.edges.issue(`O=heliograph, OU=key-1, CN=${name}`);
    credentials["forged"] = (
      await gateway.foreignEdge("O=heliograph, OU=key-1, CN=dev")
    ).credentials;
  });
  afterAll(async () => {
    await counter?.stop();
    await gateway?.stop();
  });

  it("is not needed: without it the gateway serves", async () => {
    for (let round = 0; round < 4; round += 1) expect(await call("dev")).toBe(200);
  });

  it("counts by edge, also of one that is revoked, and by who answered what", async () => {
    await start();
    // The first datagram after a refused one is given up.
    await call();
    for (const name of ["dev", "dev", "stg", "stranger", "forged", undefined]) await call(name);
    gateway.backendStatus = 400;
    await call("dev");
    gateway.backendStatus = 500;
    await gateway.call({ credentials: credentials["dev"], path: "/v1/traces?x=1" });
    gateway.backendStatus = 200;
    const metric = "heliograph_gateway_requests_total";
    await until("all are counted", async () => ((await counted()).length >= 7 ? true : undefined));
    expect((await counted()).map((line) => line.replace(/\} .*$/, "}"))).toEqual([
      `${metric}{answered_by="gateway",edge="dev",protocol="remote write",signal="metrics",status="503",verified="FAILED"}`,
      `${metric}{answered_by="gateway",edge="stg",protocol="remote write",signal="metrics",status="503",verified="SUCCESS"}`,
      `${metric}{answered_by="gateway",protocol="remote write",signal="metrics",status="503",verified="NONE"}`,
      `${metric}{answered_by="gateway",protocol="remote write",signal="metrics",status="503",verified="SUCCESS"}`,
      `${metric}{answered_by="mimir",edge="dev",protocol="remote write",signal="metrics",status="200",verified="SUCCESS"}`,
      `${metric}{answered_by="mimir",edge="dev",protocol="remote write",signal="metrics",status="400",verified="SUCCESS"}`,
      `${metric}{answered_by="tempo",edge="dev",protocol="OTLP/HTTP",signal="traces",status="503",verified="SUCCESS"}`,
    ]);
    expect(await counted()).toContain(
      `${metric}{answered_by="mimir",edge="dev",protocol="remote write",signal="metrics",status="200",verified="SUCCESS"} 2`,
    );
  });

  it("is missed by nobody when it dies, and counts again when it is back", async () => {
    await counter.stop();
    for (let round = 0; round < 4; round += 1) expect(await call("dev")).toBe(200);
    await start();
    await until("it counts again", async () => {
      await call("dev");
      return (await counted()).length > 0 ? true : undefined;
    });
  });
});
