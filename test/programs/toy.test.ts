/**
 * Proves: what is sent to a backend that is one folder and one line of the registry goes through
 * the real NGINX, under the tenant of the certificate, and to no other cell's backend.
 * Does not prove: that a backend stores it; this one stores nothing.
 */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type * as registered from "../../components/backends/backends";
import { distinguishedName } from "../../components/contract/identity";
import type { Credentials } from "./support/certificates";
import { GatewayFixture } from "./support/gateway";

vi.mock("../../components/backends/backends", async (original) => {
  const { withToy } = await import("../toy/registered.js");
  return withToy(await original<typeof registered>());
});

const client = (edge: string, tenant: string, cell: string) => ({
  key: { subject: distinguishedName({ name: edge, keyGeneration: 1 }) },
  edge,
  tenant,
  cell,
});

let gateway: GatewayFixture;
let toys: Credentials;
let others: Credentials;
beforeAll(async () => {
  gateway = await GatewayFixture.start([
    client("nursery", "tenant-toys", "toy"),
    client("office", "tenant-office", "main"),
  ]);
  const issue = (name: string) => gateway.edges.issue(`O=heliograph, OU=key-1, CN=${name}`);
  [toys, others] = await Promise.all([issue("nursery"), issue("office")]);
});
afterAll(() => gateway?.stop());

const send = async (credentials: Credentials, path: string) => {
  gateway.received.length = 0;
  const { status } = await gateway.call({ credentials, path, body: Buffer.from("lines") });
  return {
    status,
    received: gateway.received.map(({ url, headers }) => [url, headers["x-scope-orgid"]]),
  };
};

it("takes what comes at its own path", async () => {
  expect(await send(toys, "/toy/v1/lines")).toEqual({
    status: 200,
    received: [["/toy/v1/lines", "tenant-toys"]],
  });
});

it("takes OTLP at a path of its own, where another cell's backend has another", async () => {
  expect(await send(toys, "/otlp/v1/logs")).toEqual({
    status: 200,
    received: [["/toy/otlp", "tenant-toys"]],
  });
  expect(await send(others, "/otlp/v1/logs")).toEqual({
    status: 200,
    received: [["/otlp/v1/logs", "tenant-office"]],
  });
});

it("gets nothing from an edge of another cell", async () => {
  expect((await send(others, "/toy/v1/lines")).received).toEqual([]);
});
