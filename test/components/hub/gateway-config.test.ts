import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinguishedName } from "../../../components/contract/identity";
import { GATEWAY_PORT } from "../../../components/contract/cluster-names";
import {
  backendAnswers,
  clients,
  gatewayAnswers,
  rejections,
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
import { ingestLocations } from "../../../components/hub/gateway/ingest";
import { resolveHub } from "../../../components/hub/resolve";
import { mimirConfig } from "../../../components/backends/mimir/config";
import { connection, hubArgs } from "./hub";

const hub = resolveHub(hubArgs());
const locations = ingestLocations();
const model: GatewayModel = {
  clients: gatewayClients(hub),
  revoked: revokedClients(hub),
  cells: {
    main: {
      metrics: { backend: "mimir", addresses: { http: "mimir-main:8080" } },
      logs: { backend: "loki", addresses: { http: "loki-main:3100" } },
      traces: {
        backend: "tempo",
        addresses: { http: "tempo-main:4318", grpc: "tempo-main:4317" },
      },
    },
    eu: { metrics: { backend: "cortex", addresses: { http: "cortex-eu:8080" } } },
  },
  locations,
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
    const { maxBodyBytes } = locations.find(({ protocol }) => protocol === "remote write")!;
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
          // NGINX: a pointer, length (2 bytes) and key aligned to pointers, and a pointer that ends
          // the bucket.
          expect(size).toBeGreaterThanOrEqual(8 + Math.ceil((subject.length + 2) / 8) * 8 + 8);
          expect(Math.log2(size) % 1).toBe(0);
        },
      ),
    );
  });
});

describe("the gateway's answers", () => {
  it("say of each why nothing is lost", () => {
    for (const { when, whyNothingIsLost } of [
      ...gatewayAnswers(locations),
      ...backendAnswers(locations),
    ]) {
      expect(when).not.toBe("");
      expect(whyNothingIsLost).not.toBe("");
    }
  });

  it("below 500 are three of the gateway's own", () => {
    expect([...new Set(gatewayAnswers(locations).map(({ status }) => status))].sort()).toEqual([
      400, 405, 413, 503,
    ]);
  });

  it("say of each way in what becomes of its backend's answers", () => {
    const answers = backendAnswers(locations);
    for (const { takenBy, protocol } of locations)
      for (const { backend } of takenBy) {
        const rows = answers.filter(
          (row) => row.from.includes(backend.title) && row.protocols.includes(protocol),
        );
        expect(rows.length, `${protocol} to ${backend.title}`).toBeGreaterThan(1);
      }
    const known = clients(locations);
    expect(known.map(({ protocol }) => protocol)).toEqual(
      expect.arrayContaining(locations.map((way) => way.protocol)),
    );
    for (const { protocol, client, keeps, drops } of known)
      expect([client, keeps, drops].every(Boolean), `what a client of ${protocol} does`).toBe(true);
  });

  it("name each code of NGINX once", () => {
    const codes = rejections(locations).flatMap((rejection) => rejection.codes);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
