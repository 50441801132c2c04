/**
 * Proves: a stack's configuration becomes one that runs without keys, and waiting edges become
 * signed ones. Does not prove: what the program makes of it.
 */
import { describe, expect, it } from "vitest";
import { renderConfig } from "../../../src/cli/commands/render/configuration";

const metrics = {
  bucket: {
    provider: "s3-compatible",
    bucket: "metrics",
    endpoint: "minio:9000",
    credentials: "lab",
  },
};
const place = { tenant: "t", environment: "dev", region: "r" };
const config = {
  "heliograph:cluster": { context: "ops" },
  "heliograph:hub": {
    gateway: { host: "ingest.example.com" },
    cells: { main: { region: "r", metrics } },
    tenants: { t: { retentionDays: 1 } },
    edges: {
      ops: place,
      waiting: place,
      asked: { ...place, request: "-----BEGIN CERTIFICATE REQUEST-----" },
      reads: { ...place, fromStack: "organization/heliograph/reads" },
      revoked: { ...place, revoked: true },
    },
  },
  "heliograph:edge": { name: "ops" },
};

async function edgesOf(
  connected: boolean,
): Promise<Record<string, { request?: string; fromStack?: string }>> {
  const rendered = await renderConfig("ops", config, connected);
  return JSON.parse(rendered["heliograph:hub"] ?? "").edges;
}

describe("renderConfig", () => {
  it("gives a request to every edge that waits for its certificate", async () => {
    const edges = await edgesOf(true);
    const withRequest = Object.keys(edges).filter((name) => edges[name]?.request);
    expect(withRequest).toEqual(["waiting", "asked", "reads"]);
    expect(edges["asked"]?.request).toBe("-----BEGIN CERTIFICATE REQUEST-----");
  });

  it("refers to no other stack", async () => {
    for (const connected of [true, false])
      expect((await edgesOf(connected))["reads"]?.fromStack).toBeUndefined();
  });

  it("leaves the present state alone otherwise", async () => {
    const edges = await edgesOf(false);
    expect(Object.keys(edges).filter((name) => edges[name]?.request)).toEqual(["asked"]);
  });

  it("puts placeholders where values are encrypted", async () => {
    const secret = { secure: "v1:abc" };
    const secrets = { objectStores: { lab: { accessKeyId: "a", secretAccessKey: secret } } };
    const rendered = await renderConfig("ops", { ...config, "heliograph:secrets": secrets }, true);
    expect(JSON.parse(rendered["heliograph:secrets"] ?? "")).toEqual({
      objectStores: { lab: { accessKeyId: "a", secretAccessKey: "https://placeholder" } },
    });
  });

  it("makes up the keys that the settings name where the whole section is encrypted", async () => {
    const rendered = await renderConfig(
      "ops",
      { ...config, "heliograph:secrets": { secure: "v1:abc" } },
      true,
    );
    expect(JSON.parse(rendered["heliograph:secrets"] ?? "")).toEqual({
      objectStores: {
        lab: { accessKeyId: "https://placeholder", secretAccessKey: "https://placeholder" },
      },
      redis: {},
      receivers: {},
    });
  });
});
