/**
 * Proves: on every way in of the table, the real NGINX lets the same clients in, and makes of the
 * backend's answers what the table says.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { distinguishedName } from "../../components/contract/identity";
import { RETRIED_INSTEAD } from "../../components/hub/gateway/answers";
import { ingestLocations } from "../../components/hub/gateway/ingest";
import type { Credentials } from "./support/certificates";
import { GatewayFixture } from "./support/gateway";

const HTTP_WAYS = ingestLocations().filter(({ protocol }) => protocol !== "OTLP/gRPC");
const OTLP = HTTP_WAYS.filter(({ protocol }) => protocol === "OTLP/HTTP");
const PUSH = HTTP_WAYS.filter(({ protocol }) => protocol !== "OTLP/HTTP");

const client = (edge: string, cell: string) => ({
  key: { subject: distinguishedName({ name: edge, keyGeneration: 1 }) },
  edge,
  tenant: "tenant-a",
  cell,
});

describe("ways in, on the real NGINX", () => {
  let gateway: GatewayFixture;
  const credentials: Record<string, Credentials> = {};

  beforeAll(async () => {
    gateway = await GatewayFixture.start([client("dev", "main"), client("bare", "bare")]);
    for (const name of ["dev", "bare", "stg"])
      credentials[name] = await gateway.edges.issue(`O=heliograph, OU=key-1, CN=${name}`);
  });
  afterAll(() => gateway?.stop());
  beforeEach(() => {
    gateway.received.length = 0;
    gateway.backendStatus = 200;
  });

  const call = (who: string | undefined, call: Parameters<GatewayFixture["call"]>[0]) =>
    gateway.call({
      credentials: who === undefined ? undefined : credentials[who],
      body: Buffer.from("data"),
      ...call,
    });
  const refused = async (who: string | undefined, path: string, text: string) => {
    expect(await call(who, { path })).toEqual({ status: 503, body: expect.stringContaining(text) });
    expect(gateway.received).toEqual([]);
  };

  it.each(HTTP_WAYS)("$signal pass over $protocol: $path", async ({ path }) => {
    await call("dev", { path, headers: { "X-Scope-OrgID": "tenant-b" } });
    expect(gateway.received).toMatchObject([
      { url: path, bytes: 4, headers: { "x-scope-orgid": "tenant-a" } },
    ]);
  });

  it.each(HTTP_WAYS)(
    "$path is closed without a certificate, and to one that is not listed",
    async ({ path }) => {
      await refused(undefined, path, "a client certificate is needed");
      await refused("stg", path, "not in the hub's inventory, or revoked: CN=stg,OU=key-1");
    },
  );

  it.each(HTTP_WAYS.filter(({ signal }) => signal !== "metrics"))(
    "$path is 503 where the edge's cell does not store $signal",
    ({ path, signal }) => refused("bare", path, `cell bare of this hub stores no ${signal}`),
  );

  it.each(HTTP_WAYS)(
    "reading $path is 405, and a body above the backend's limit 413",
    async ({ path }) => {
      expect(await call("dev", { path, method: "GET" })).toEqual({
        status: 405,
        body: expect.stringMatching("writes only"),
      });
      const tooLarge = await call("dev", { path, body: Buffer.alloc(4 * 2 ** 20 + 1) });
      expect(tooLarge).toEqual({
        status: 413,
        body: expect.stringMatching("larger than the backends take"),
      });
      expect(gateway.received).toEqual([]);
    },
  );

  describe("the backend's answers", () => {
    const answer = async (path: string, status: number) => {
      gateway.backendStatus = status;
      return call("dev", { path });
    };

    it.each(PUSH)("pass with their text: $protocol", async ({ path }) => {
      for (const status of [400, 413, 429, 500, 503, 529])
        expect(await answer(path, status)).toEqual({
          status,
          body: `the backend's own words, status ${status}\n`,
        });
    });

    it.each(OTLP)("say something about the data, or become 503: $path", async ({ path }) => {
      for (const status of [400, 429, 502, 503, 504])
        expect(await answer(path, status)).toEqual({
          status,
          body: `the backend's own words, status ${status}\n`,
        });
      for (const status of RETRIED_INSTEAD)
        expect(await answer(path, status)).toEqual({
          status: 503,
          body: `the backend could not take it now: it answered ${status}\n`,
        });
      expect((await answer(path, 413)).status).toBe(413);
    });
  });

  it("the log has the signal, and what the backend answered", () => {
    const traces = { path: "/v1/traces", signal: "traces", status: 503, upstreamStatus: "500" };
    expect(gateway.log).toContainEqual(expect.objectContaining(traces));
  });
});
