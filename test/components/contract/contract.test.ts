/**
 * Proves: what one side writes the other reads, and a side that is absent, older, newer or
 * something else is told apart, with what to do.
 */
import { describe, expect, test } from "vitest";
import { edgeConnection } from "../../../components/contract/connection";
import { encodeEdge, encodeHub, type ContractEdge } from "../../../components/contract/encode";
import { decodeEdge } from "../../../components/contract/edge";
import { decodeHub, labelsOf, type HubContract } from "../../../components/contract/hub";

const facts = {
  tenant: "dev",
  cell: "main",
  environment: "development",
  region: "uaenorth",
  clusterType: "workload",
  keyGeneration: 1,
  outageSeconds: 21_600,
  activeSeries: 200_000,
};
const hub = {
  contractVersion: 1,
  gateway: { url: "https://ingest.example.com", serverName: "ingest.example.com" },
  trustBundle: ["CA"],
  edges: {
    dev: { state: "signed", ...facts, certificate: "CERT" },
    stg: { state: "waiting", ...facts },
  },
};
const message = (value: unknown) => {
  const decoded = decodeHub(value, "organization/heliograph/ops");
  return decoded.ok ? "decoded" : decoded.message;
};

describe("the hub's side", () => {
  test("is read as it was written", () =>
    expect(decodeHub(hub, "ops")).toEqual({ ok: true, value: hub }));

  test("gains fields without a new version", () =>
    expect(message({ ...hub, logs: {} })).toBe("decoded"));

  test.each([
    [
      "absent",
      undefined,
      "Stack organization/heliograph/ops: it has no output `hub` yet. Bring it up first",
    ],
    [
      "older",
      { ...hub, contractVersion: 0 },
      "Stack organization/heliograph/ops: its output `hub` has contract version 0, this program reads 1. Bring that stack up with this program first",
    ],
    [
      "newer",
      { ...hub, contractVersion: 2 },
      "Stack organization/heliograph/ops: its output `hub` has contract version 2, this program reads 1. Update this program to the version that deployed that stack",
    ],
  ])("%s", (_what, value, expected) => expect(message(value)).toBe(expected));

  test("cannot be read for a reason that programs know by its code", () => {
    const code = (value: unknown) => {
      const decoded = decodeHub(value, "ops");
      return decoded.ok ? "decoded" : decoded.code;
    };
    const values = [undefined, { contractVersion: 0 }, { contractVersion: 2 }, { edges: {} }, hub];
    expect(values.map(code)).toEqual(["absent", "older", "newer", "invalid", "decoded"]);
  });

  test("something else: names the field", () => {
    expect(message({ ...hub, trustBundle: [] })).toMatch(
      /is not what it should be.*trustBundle.*written by something other/s,
    );
  });
});

test("the edge's side is read as it was written", () => {
  const edge = {
    contractVersion: 1,
    name: "dev",
    keyGeneration: 1,
    request: "REQUEST",
    state: "asking",
  };
  expect(decodeEdge(edge, "dev")).toEqual({ ok: true, value: edge });
});

test("the five labels come from the inventory", () => {
  expect(labelsOf("dev", facts)).toEqual({
    cluster: "dev",
    environment: "development",
    region: "uaenorth",
    cluster_type: "workload",
    tenant_id: "dev",
  });
});

describe("what a hub writes", () => {
  const { outageSeconds, ...inventory } = facts;
  const edge = (name: string, more: Partial<ContractEdge> = {}): ContractEdge => ({
    ...{ ...inventory, outageSeconds, logBytesPerSecond: 100_000, spansPerSecond: 200 },
    ...{ name, revoked: false },
    ...more,
  });
  const gateway = { host: "ingest.example.com", port: 8443 };
  const cells = { main: { metrics: "mimir", logs: "loki", traces: "tempo" } };
  const signed = { trustBundle: ["CA"], certificates: { dev: "CERT" }, queryTrust: [] as string[] };
  const written = (edges: ContractEdge[], more: Partial<typeof signed> = {}, stored = cells) =>
    encodeHub({ gateway, cells: stored, edges }, { ...signed, ...more });

  test("is what an edge reads", () => {
    const contract = written([edge("dev"), edge("stg")]);
    expect(decodeHub(contract, "ops")).toEqual({ ok: true, value: contract });
    expect(contract.gateway).toEqual({
      url: "https://ingest.example.com:8443",
      serverName: "ingest.example.com",
    });
    expect(contract).not.toHaveProperty("backends");
    expect(contract).not.toHaveProperty("metricsBackends");
    expect(contract).not.toHaveProperty("queryTrust");
    expect(contract).not.toHaveProperty("authority");
    expect(contract.edges["dev"]).toMatchObject({
      state: "signed",
      certificate: "CERT",
      signals: ["metrics", "logs", "traces"],
      ...facts,
    });
    expect(contract.edges["stg"]).not.toHaveProperty("certificate");
    expect(contract.edges["stg"]).toHaveProperty("state", "waiting");
  });

  test("never calls a revoked edge signed, whether it has a certificate or not", () => {
    const { edges } = written([edge("dev", { revoked: true }), edge("stg", { revoked: true })]);
    expect(edges["dev"]).toMatchObject({ state: "revoked", certificate: "CERT" });
    expect(edges["stg"]).toHaveProperty("state", "revoked");
    expect(edges["stg"]).not.toHaveProperty("certificate");
  });

  test("names the backends of a cell that are not the default ones", () => {
    const stored = { main: { metrics: "cortex", logs: "toy", traces: "tempo" } };
    expect(written([edge("dev")], {}, stored)).toMatchObject({
      metricsBackends: { main: "cortex" },
      backends: { main: { logs: "toy" } },
    });
    const connection = edgeConnection(written([edge("dev")], {}, stored), "dev");
    expect(connection?.backends).toEqual(stored.main);
  });

  test("says what only some edges and hubs have", () => {
    const contract = written([edge("dev", { query: "dev:10901", nodes: 3, pods: 90 })], {
      queryTrust: ["HUB"],
    });
    expect(contract).toMatchObject({
      queryTrust: ["HUB"],
      edges: { dev: { query: "dev:10901", nodes: 3, pods: 90 } },
    });
  });
});

test("what an edge writes is what the hub reads, before and after it is connected", () => {
  const edge = { name: "dev", keyGeneration: 2 };
  const asking = encodeEdge(edge, "REQUEST");
  expect(asking).toEqual({ contractVersion: 1, ...edge, request: "REQUEST", state: "asking" });
  const runsWith = { certificate: "CERT", trustBundle: ["CA"] };
  const connected = encodeEdge({ ...edge, query: "dev:10901" }, "REQUEST", runsWith);
  expect(connected).toMatchObject({ state: "connected", query: "dev:10901", runsWith });
  expect(decodeEdge(connected, "dev")).toEqual({ ok: true, value: connected });
});

describe("the connection of an edge", () => {
  const read = (more: object = {}) => {
    const decoded = decodeHub({ ...hub, ...more }, "ops");
    if (!decoded.ok) throw new Error(decoded.message);
    return decoded.value;
  };
  const withEdge = (edge: object, more: object = {}): HubContract =>
    read({ edges: { dev: { state: "signed", ...facts, certificate: "CERT", ...edge } }, ...more });

  test("has everything that an edge needs", () => {
    expect(edgeConnection(read(), "dev")).toEqual({
      cluster: "dev",
      environment: "development",
      region: "uaenorth",
      clusterType: "workload",
      tenantId: "dev",
      url: "https://ingest.example.com",
      serverName: "ingest.example.com",
      trustBundle: ["CA"],
      certificate: "CERT",
      deduplicates: false,
      backends: { metrics: "mimir" },
      outage: "6h",
      activeSeries: 200_000,
    });
  });

  test("names the backends of its cell", () => {
    const signals = { signals: ["metrics", "logs", "traces"] };
    const others = {
      metricsBackends: { main: "cortex", other: "thanos" },
      backends: { main: { logs: "toy" } },
    };
    expect(edgeConnection(withEdge(signals), "dev")?.backends).toEqual({
      metrics: "mimir",
      logs: "loki",
      traces: "tempo",
    });
    expect(edgeConnection(withEdge(signals, others), "dev")?.backends).toEqual({
      metrics: "cortex",
      logs: "toy",
      traces: "tempo",
    });
    expect(edgeConnection(withEdge({}, others), "dev")?.backends).toEqual({ metrics: "cortex" });
  });

  test("says who queries it where its hub does", () => {
    const trust = { queryTrust: ["HUB"] };
    expect(edgeConnection(withEdge({}, trust), "dev")).not.toHaveProperty("queryTrust");
    expect(edgeConnection(withEdge({ query: "dev:10901" }, trust), "dev")).toHaveProperty(
      "queryTrust",
      ["HUB"],
    );
  });

  test("is there once the certificate is, also of an edge that is shut out", () => {
    expect(edgeConnection(read(), "stg")).toBeUndefined();
    expect(edgeConnection(read(), "nobody")).toBeUndefined();
    expect(edgeConnection(withEdge({ state: "revoked" }), "dev")).toHaveProperty(
      "certificate",
      "CERT",
    );
    const never = { dev: { state: "revoked", ...facts } };
    expect(edgeConnection(read({ edges: never }), "dev")).toBeUndefined();
  });
});
