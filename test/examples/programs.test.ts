/**
 * Proves: the hub and the edge of the examples make their resources, and the edge connects once the
 * hub's output holds its certificate. Does not prove: that an engine runs them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { certificate, privateKey } from "../components/edge/edge";
import { recordResources, settled } from "../support/mocks";

beforeEach(() => vi.resetModules());
afterEach(settled);

const lines = (example: string) =>
  readFileSync(join(__dirname, "../../examples", example, "index.ts"), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s*(\/\/|\/\*\*)/.test(line)).length;

test("are short", () => {
  expect(lines("hub")).toBeLessThanOrEqual(25);
  expect(lines("edge")).toBeLessThanOrEqual(9);
});

test("the hub offers a connection to the edge", async () => {
  const resources = recordResources();
  const { edges } = await import("../../examples/hub/index.js");
  await settled();
  const types = resources.map(({ type }) => type);
  expect(types).toContain("heliograph:index:HubObservability");
  expect(types).toContain("heliograph:index:ObjectStoreBucket");
  expect(edges.dev).toMatchObject({ cluster: "dev", url: "https://ingest.ops.contoso.com" });
});

test.each([
  ["asks while its connection has no certificate", "", 0],
  ["connects once it has one", certificate, 1],
])("the edge %s", async (_, signed, agents) => {
  recordResources();
  const { edges } = await import("../../examples/hub/index.js");
  const dev = await known({ ...edges.dev, trustBundle: [certificate], certificate: signed });
  await settled();
  const resources = recordResources({
    "organization/hub/ops": { outputs: { edges: { dev } } },
    "pki-identity-key-1": { privateKeyPem: privateKey },
  });
  const edge = (await import("../../examples/edge/index.js")) as unknown as {
    default: () => Promise<{ request: pulumi.Output<string> }>;
  };
  const { request } = await edge.default();
  await settled();
  expect(await known(request)).toBe("pki-identity-request-1.certRequestPem");
  const made = resources.filter(({ type }) => type === "heliograph:index:EdgeAgent");
  expect(made).toHaveLength(agents);
});

function known<T>(input: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => pulumi.output(input).apply(resolve));
}
