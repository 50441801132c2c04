import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { distinguishedName } from "../../components/contract/identity";
import { gatewayAnswers } from "../../components/hub/gateway/answers";
import { ingestLocations } from "../../components/hub/gateway/ingest";
import type { GatewayClient } from "../../components/hub/gateway/config";
import { authority, type Credentials } from "./support/certificates";
import { GatewayFixture } from "./support/gateway";

const LONG_NAME = "a".repeat(40);

const client = (edge: string, tenant: string, keyGeneration = 1): GatewayClient => ({
  key: { subject: distinguishedName({ name: edge, keyGeneration }) },
  edge,
  tenant,
  cell: "main",
});
/** Subject as a certificate is asked for it: most significant attribute first. */
const subject = (edge: string, keyGeneration = 1) =>
  `O=heliograph, OU=key-${keyGeneration}, CN=${edge}`;

const clients = [
  client("dev", "tenant-a"),
  client("default", "tenant-b"),
  client(LONG_NAME, "tenant-c", 10_000),
];

describe("the gateway, on the real NGINX", () => {
  let gateway: GatewayFixture;
  let dev: Credentials;
  /** Statuses below 500 that a test of this file has seen the gateway itself answer. */
  const seen = new Set<number>();

  beforeAll(async () => {
    gateway = await GatewayFixture.start(clients);
    dev = await gateway.edges.issue(subject("dev"));
  });
  afterAll(() => gateway?.stop());
  beforeEach(() => {
    gateway.received.length = 0;
    gateway.backendStatus = 200;
  });

  const refused = async (
    call: Parameters<GatewayFixture["call"]>[0],
    status: number,
    text: string,
  ) => {
    const answer = await gateway.call({ body: Buffer.from("samples"), ...call });
    expect(answer).toEqual({ status, body: expect.stringContaining(text) });
    expect(gateway.received).toEqual([]);
    if (status < 500) seen.add(status);
  };

  describe("who is let in", () => {
    it("passes a write on, as the tenant of the certificate", async () => {
      const answer = await gateway.call({ credentials: dev, body: Buffer.from("samples") });
      expect(answer.status).toBe(200);
      expect(gateway.received).toMatchObject([
        { url: "/api/v1/push", bytes: 7, headers: { "x-scope-orgid": "tenant-a" } },
      ]);
    });

    it("refuses a client without a certificate with 503", () =>
      refused({}, 503, "a client certificate is needed"));

    it("refuses a certificate of a foreign CA with 503", async () => {
      const foreign = await (await authority("edges")).issue(subject("dev"));
      await refused({ credentials: foreign }, 503, "client certificate refused: FAILED");
    });

    it("refuses an expired certificate with 503", async () => {
      const expired = await gateway.edges.issue(subject("dev"), [-3, -1]);
      await refused(
        { credentials: expired },
        503,
        "client certificate refused: FAILED:certificate has expired",
      );
    });

    it("refuses a certificate that is not valid yet with 503", async () => {
      const early = await gateway.edges.issue(subject("dev"), [1, 3]);
      await refused(
        { credentials: early },
        503,
        "client certificate refused: FAILED:certificate is not yet valid",
      );
    });

    it("refuses a subject that is not in the inventory with 503", async () => {
      const unlisted = await gateway.edges.issue(subject("stg"));
      await refused(
        { credentials: unlisted },
        503,
        "not in the hub's inventory, or revoked: CN=stg,OU=key-1",
      );
    });

    it("refuses another key generation with 503", async () => {
      const older = await gateway.edges.issue(subject("dev", 2));
      await refused({ credentials: older }, 503, "not in the hub's inventory, or revoked");
    });

    it("lets in the longest subject there can be", async () => {
      const credentials = await gateway.edges.issue(subject(LONG_NAME, 10_000));
      expect((await gateway.call({ credentials })).status).toBe(200);
      expect(gateway.received[0]?.headers["x-scope-orgid"]).toBe("tenant-c");
    });

    it("knows an edge by a name that means something in a map of NGINX", async () => {
      const credentials = await gateway.edges.issue(subject("default"));
      expect((await gateway.call({ credentials })).status).toBe(200);
      expect(gateway.received[0]?.headers["x-scope-orgid"]).toBe("tenant-b");
    });
  });

  describe("what a client cannot choose", () => {
    it.each([
      ["one tenant header", { "X-Scope-OrgID": "tenant-b" }],
      ["two tenant headers", { "X-Scope-OrgID": ["tenant-b", "tenant-c"] }],
      ["another case", { "x-SCOPE-orgid": "tenant-b" }],
      ["underscores", { X_Scope_OrgID: "tenant-b" }],
    ])("its tenant: %s", async (_, headers) => {
      expect((await gateway.call({ credentials: dev, headers })).status).toBe(200);
      const { headers: passed } = gateway.received[0]!;
      expect(passed["x-scope-orgid"]).toBe("tenant-a");
      expect(JSON.stringify(passed)).not.toMatch(/tenant-[bc]/);
    });

    it("how the backend behaves: headers that a write does not need stay here", async () => {
      const headers = {
        "Content-Type": "application/x-protobuf",
        "Content-Encoding": "snappy",
        "X-Prometheus-Remote-Write-Version": "0.1.0",
        "X-Mimir-SkipLabelCountValidation": "true",
        Authorization: "Basic Zm9v",
        Cookie: "session=1",
      };
      await gateway.call({ credentials: dev, headers, body: Buffer.from("samples") });
      const passed = Object.keys(gateway.received[0]!.headers).sort();
      expect(passed).toEqual([
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "x-prometheus-remote-write-version",
        "x-scope-orgid",
      ]);
    });
  });

  describe("what is not a write", () => {
    it.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])(
      "%s on the write path is 405",
      async (method) => {
        await refused({ credentials: dev, method }, 405, method === "HEAD" ? "" : "writes only");
      },
    );

    it.each(["/prometheus/api/v1/query?query=up", "/", "/api/v1/push/", "/runtime_config"])(
      "reading %s is 405",
      async (path) => refused({ credentials: dev, method: "GET", path }, 405, "writes only"),
    );

    it("a large POST to another path is 503, too", async () => {
      await refused(
        { credentials: dev, path: "/", body: Buffer.alloc(5 * 2 ** 20) },
        503,
        "nothing is written",
      );
    });

    it.each([
      "/loki/api/v1/query",
      "/otlp/v1/traces",
      "/api/v1/push/",
      "/ingester/flush",
      "/api/v1/push%2f..%2f..%2fflush",
    ])(
      "POST to %s is 503: a client with data waits until somebody mends its address",
      async (path) => refused({ credentials: dev, path }, 503, "nothing is written to this path"),
    );
  });

  describe("requests that NGINX would answer with 4xx itself", () => {
    it("headers that are too large: 503", async () => {
      await refused(
        { credentials: dev, headers: { "X-Long": "x".repeat(40_000) } },
        503,
        "not a request",
      );
    });

    it("an address that is too long: 503", async () => {
      await refused(
        { credentials: dev, path: `/api/v1/push?${"x".repeat(40_000)}` },
        503,
        "not a request",
      );
    });

    it.each([
      ["no Host", "POST /api/v1/push HTTP/1.1\r\n\r\n"],
      ["no HTTP", "samples\r\n\r\n"],
      [
        "two lengths",
        "POST /api/v1/push HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      ],
      [
        "a length that is no number",
        "POST /api/v1/push HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\nab",
      ],
      ["HTTP/2 without agreement", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
      [
        "a broken chunk",
        "POST /api/v1/push HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      ],
    ])("%s: 5xx", async (_, text) => {
      expect(await gateway.raw(text, dev)).toMatch(/^HTTP\/1\.1 50[0-9] /);
      expect(gateway.received).toEqual([]);
    });

    it.each(["TRACE", "CONNECT"])("%s: 405", async (method) => {
      const line = await gateway.raw(`${method} /api/v1/push HTTP/1.1\r\nHost: a\r\n\r\n`, dev);
      expect(line).toMatch(/^HTTP\/1\.1 405 /);
    });

    it("plain HTTP on the TLS port: 503", async () => {
      const response = await fetch(`http://127.0.0.1:${gateway.ports.gateway}/api/v1/push`, {
        method: "POST",
      });
      expect(response.status).toBe(503);
      expect(await response.text()).toContain("HTTPS");
    });

    it("a broken chunk on a path of OTLP: 400", async () => {
      const text =
        "POST /v1/traces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n";
      expect(await gateway.raw(text, dev)).toMatch(/^HTTP\/1\.1 400 /);
      seen.add(400);
    });

    it("a body above the backend's limit: 413, as the backend would", async () => {
      await refused(
        { credentials: dev, body: Buffer.alloc(4 * 2 ** 20 + 1) },
        413,
        "larger than the backends take",
      );
    });

    it("a body at the limit passes", async () => {
      await gateway.call({ credentials: dev, body: Buffer.alloc(4 * 2 ** 20) });
      expect(gateway.received[0]?.bytes).toBe(4 * 2 ** 20);
    });

    it("a write with a condition is a write: no 412", async () => {
      expect((await gateway.call({ credentials: dev, headers: { "If-Match": "x" } })).status).toBe(
        200,
      );
      expect(gateway.received).toHaveLength(1);
    });

    it("the table lists every 4xx that was seen here, and nothing else", () => {
      expect([...seen].sort()).toEqual(
        [...new Set(gatewayAnswers(ingestLocations()).map(({ status }) => status))]
          .filter((s) => s < 500)
          .sort(),
      );
    });
  });

  describe("the backend's answers", () => {
    it("a backend that is down: 502, and writes pass again once it is back", async () => {
      await gateway.stopBackend();
      expect((await gateway.call({ credentials: dev })).status).toBe(502);
      await gateway.startBackend();
      expect((await gateway.call({ credentials: dev })).status).toBe(200);
    });
  });

  describe("reload", () => {
    it("revokes an edge and says which configuration it runs", async () => {
      const intended = gateway.reload(clients.filter(({ edge }) => edge !== "dev"));
      await gateway.hasLoaded(intended);
      await refused({ credentials: dev }, 503, "not in the hub's inventory, or revoked: CN=dev");
      await gateway.hasLoaded(gateway.reload(clients));
    });
  });

  it("logs edge, tenant, path and status as JSON, also of a refused client", async () => {
    const taken = {
      edge: "dev",
      tenant: "tenant-a",
      path: "/api/v1/push",
      signal: "metrics",
      status: 200,
      verify: "SUCCESS",
    };
    const refused = { edge: "", tenant: "", status: 503, subject: "CN=stg,OU=key-1,O=heliograph" };
    // A request is logged after its answer.
    for (const entry of [taken, refused])
      await expect.poll(() => gateway.log).toContainEqual(expect.objectContaining(entry));
  });

  it("offers metrics in the format of Prometheus on the status port", async () => {
    const response = await fetch(`http://127.0.0.1:${gateway.ports.status}/metrics`);
    const text = await response.text();
    expect(text).toMatch(/^nginx_connections_active \d+$/m);
    expect(text).toContain(`heliograph_gateway_config_info{hash="${await gateway.health()}"} 1\n`);
  });
});
