/**
 * Proves: OTLP over gRPC goes through the real NGINX as the tenant of the certificate, and whoever
 * is refused is told to come again (UNAVAILABLE). Does not prove: that nothing is lost; what the
 * backend answers in trailers stays as it is, which is why our own edges send OTLP/HTTP.
 */
import * as grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { distinguishedName } from "../../components/contract/identity";
import { ingestLocations } from "../../components/hub/gateway/ingest";
import type { Credentials } from "./support/certificates";
import { GatewayFixture } from "./support/gateway";

const EXPORT = ingestLocations().find(({ protocol }) => protocol === "OTLP/gRPC")!.path;
const raw = (bytes: Buffer) => bytes;

const client = (edge: string, cell = "main") => ({
  key: { subject: distinguishedName({ name: edge, keyGeneration: 1 }) },
  edge,
  tenant: `tenant-of-${edge}`,
  cell,
});

describe("OTLP over gRPC, through the real NGINX", () => {
  let gateway: GatewayFixture;
  let backend: grpc.Server;
  let answer: grpc.status = grpc.status.OK;
  const tenants: unknown[] = [];
  const credentials: Record<string, Credentials> = {};

  const serve = async () => {
    backend = new grpc.Server();
    const method = { path: EXPORT, requestStream: false, responseStream: false };
    const bytes = {
      requestSerialize: raw,
      requestDeserialize: raw,
      responseSerialize: raw,
      responseDeserialize: raw,
    };
    backend.addService({ export: { ...method, ...bytes } } as grpc.ServiceDefinition, {
      export: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
        tenants.push(call.metadata.get("x-scope-orgid"));
        if (answer === grpc.status.OK) done(null, Buffer.from("taken"));
        else done({ code: answer, details: "the backend's own words" });
      },
    });
    const address = `127.0.0.1:${gateway.ports.grpc}`;
    await new Promise<void>((resolve, reject) =>
      backend.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  };

  const send = (who?: Credentials, path = EXPORT, bytes = 5) => {
    const channel = grpc.credentials.createSsl(
      null,
      who ? Buffer.from(who.key) : null,
      who ? Buffer.from(who.cert) : null,
      { rejectUnauthorized: false },
    );
    const caller = new grpc.Client(`127.0.0.1:${gateway.ports.gateway}`, channel);
    const metadata = new grpc.Metadata();
    metadata.set("X-Scope-OrgID", "forged");
    return new Promise<string>((resolve) =>
      caller.makeUnaryRequest(path, raw, raw, Buffer.alloc(bytes), metadata, (error, value) => {
        caller.close();
        resolve(error ? `${grpc.status[error.code]}: ${error.details}` : String(value));
      }),
    );
  };

  beforeAll(async () => {
    gateway = await GatewayFixture.start([client("dev"), client("bare", "bare")]);
    await serve();
    for (const name of ["dev", "bare", "stg"])
      credentials[name] = await gateway.edges.issue(`O=heliograph, OU=key-1, CN=${name}`);
    credentials["expired"] = await gateway.edges.issue("O=heliograph, OU=key-1, CN=dev", [-3, -1]);
  });
  afterAll(async () => {
    backend?.forceShutdown();
    await gateway?.stop();
  });
  beforeEach(() => {
    answer = grpc.status.OK;
    tenants.length = 0;
  });

  it("passes spans on as the tenant of the certificate, whatever the client says", async () => {
    expect(await send(credentials["dev"])).toBe("taken");
    expect(tenants).toEqual([["tenant-of-dev"]]);
  });

  it.each([
    ["without a certificate", undefined],
    ["with an expired certificate", "expired"],
    ["that is not in the inventory", "stg"],
    ["whose cell stores no traces", "bare"],
  ])("tells a client %s to come again", async (_, who) => {
    expect(await send(who === undefined ? undefined : credentials[who])).toMatch(/^UNAVAILABLE/);
    expect(tenants).toEqual([]);
  });

  it.each([
    EXPORT.replace("TraceService", "LogsService").replace("trace", "logs"),
    EXPORT.replace("Export", "Read"),
    "/tempopb.Querier/FindTraceByID",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  ])("takes no other call: %s", async (path) => {
    expect(await send(credentials["dev"], path)).toMatch(/^UNAVAILABLE/);
    expect(tenants).toEqual([]);
  });

  it("passes the backend's status on as it is", async () => {
    answer = grpc.status.FAILED_PRECONDITION;
    expect(await send(credentials["dev"])).toBe("FAILED_PRECONDITION: the backend's own words");
  });

  it("takes no more than the backend does", async () => {
    expect(await send(credentials["dev"], EXPORT, 5 * 2 ** 20)).toMatch(
      /^(RESOURCE_EXHAUSTED|UNKNOWN)/,
    );
    expect(tenants).toEqual([]);
  });

  it("says to come again while the backend is away", async () => {
    backend.forceShutdown();
    expect(await send(credentials["dev"])).toMatch(/^UNAVAILABLE/);
    await serve();
    expect(await send(credentials["dev"])).toBe("taken");
  });

  it("logs signal and edge", () => {
    expect(gateway.log).toContainEqual(
      expect.objectContaining({ edge: "dev", signal: "traces", path: EXPORT }),
    );
  });
});
