import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinguishedName } from "../../../components/contract/identity";
import { GATEWAY_PORT } from "../../../components/contract/places";
import {
  ANSWERS,
  BACKEND_ANSWERS,
  CLIENTS,
  REFUSALS,
} from "../../../components/hub/gateway/answers";
import {
  COUNTER_PORT,
  gatewayConfig,
  GATEWAY_PATHS,
  hashBucketSize,
  STATUS_PORT,
  type GatewayModel,
} from "../../../components/hub/gateway/config";
import { gatewayClients, revokedClients } from "../../../components/hub/inventory";
import { WAYS_IN } from "../../../components/hub/gateway/write-paths";
import { mimirConfig } from "../../../components/backends/mimir/config";
import { connection, hubArgs } from "./hub";

const model: GatewayModel = {
  clients: gatewayClients(hubArgs()),
  revoked: revokedClients(hubArgs()),
  cells: {
    main: {
      metrics: "mimir-main:8080",
      loki: "loki-main:3100",
      tempo: "tempo-main:4318",
      tempo_grpc: "tempo-main:4317",
    },
    eu: { metrics: "cortex-eu:8080", metricsBackend: "cortex" },
  },
  writePaths: WAYS_IN,
  ports: { gateway: GATEWAY_PORT, status: STATUS_PORT, counter: COUNTER_PORT },
  paths: GATEWAY_PATHS,
};

describe("the gateway's configuration", () => {
  it("is as reviewed", async () => {
    await expect(gatewayConfig(model, ["certificate"]).text).toMatchFileSnapshot(
      "../../golden/gateway-nginx.conf",
    );
  });

  it("lists every edge with its key generation, but not the revoked", () => {
    expect(model.clients.map(({ key, tenant, cell }) => [key.subject, tenant, cell])).toEqual([
      ["CN=dev,OU=key-1,O=heliograph", "dev", "main"],
      ["CN=one,OU=key-3,O=heliograph", "shared", "main"],
      ["CN=two,OU=key-1,O=heliograph", "shared", "main"],
    ]);
  });

  it("takes samples as large as Mimir does", () => {
    const { maxBodyBytes } = WAYS_IN.find(({ protocol }) => protocol === "remote write")!;
    expect(mimirConfig(connection).distributor.max_recv_msg_size).toBe(maxBodyBytes);
  });

  it("has another hash when clients or certificates change, and says it in the text", () => {
    const { hash, text } = gatewayConfig(model, ["certificate"]);
    expect(text).toContain(`default "${hash}";`);
    expect(gatewayConfig(model, ["certificate"]).hash).toBe(hash);
    expect(gatewayConfig(model, ["renewed"]).hash).not.toBe(hash);
    expect(
      gatewayConfig({ ...model, clients: model.clients.slice(1) }, ["certificate"]).hash,
    ).not.toBe(hash);
  });

  it("gives every subject a bucket that it fits into", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 10_000 }),
        (length, keyGeneration) => {
          const subject = distinguishedName({ name: "a".repeat(length), keyGeneration });
          const size = hashBucketSize([{ key: { subject } }]);
          // NGINX: a pointer, length (2 bytes) and key aligned to pointers, and a pointer that ends the bucket.
          expect(size).toBeGreaterThanOrEqual(8 + Math.ceil((subject.length + 2) / 8) * 8 + 8);
          expect(Math.log2(size) % 1).toBe(0);
        },
      ),
    );
  });
});

describe("the gateway's answers", () => {
  it("say of each why nothing is lost", () => {
    for (const { when, whyNothingIsLost } of [...ANSWERS, ...BACKEND_ANSWERS]) {
      expect(when).not.toBe("");
      expect(whyNothingIsLost).not.toBe("");
    }
  });

  it("below 500 are three of the gateway's own", () => {
    expect([...new Set(ANSWERS.map(({ status }) => status))].sort()).toEqual([400, 405, 413, 503]);
  });

  it("say of each way in what becomes of its backend's answers", () => {
    for (const { upstream, protocol } of WAYS_IN) {
      const rows = BACKEND_ANSWERS.filter(
        (row) => row.upstreams.includes(upstream) && row.protocols.includes(protocol),
      );
      expect(rows.length, `${protocol} to ${upstream}`).toBeGreaterThan(1);
    }
    expect(CLIENTS.map(({ protocol }) => protocol)).toEqual(
      expect.arrayContaining(WAYS_IN.map((way) => way.protocol)),
    );
  });

  it("name each code of NGINX once", () => {
    const codes = REFUSALS.flatMap((refusal) => refusal.codes);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
