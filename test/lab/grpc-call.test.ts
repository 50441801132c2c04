import * as grpc from "@grpc/grpc-js";
import { createServer } from "node:http2";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { grpcCall } from "../../lab/scenarios/support/grpc";

const PATH = "/trial.Service/Take";
const raw = (bytes: Buffer) => bytes;
const received: { bytes: string; tenant: unknown }[] = [];
const server = new grpc.Server();
let port = 0;

beforeAll(async () => {
  const method = { path: PATH, requestStream: false, responseStream: false };
  const bytes = {
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  };
  server.addService({ take: { ...method, ...bytes } } as grpc.ServiceDefinition, {
    take: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
      received.push({ bytes: String(call.request), tenant: call.metadata.get("x-scope-orgid")[0] });
      if (String(call.request) === "bad")
        done({ code: grpc.status.UNAVAILABLE, details: "come again" });
      else done(null, Buffer.from("taken"));
    },
  });
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
});
afterAll(() => server.forceShutdown());

test("a server of gRPC takes the message, and is told the headers", async () => {
  const target = { connect: () => connect(port, "127.0.0.1"), headers: { "x-scope-orgid": "prd" } };
  expect(await grpcCall(target, PATH, Buffer.from("spans"))).toEqual({ status: 200, body: "" });
  expect(received).toEqual([{ bytes: "spans", tenant: "prd" }]);
});

test("its refusal is told from an answer", async () => {
  expect(await grpcCall({ port }, PATH, Buffer.from("bad"))).toEqual({
    status: 500,
    body: "gRPC 14: come again",
  });
});

test("what speaks HTTP alone is passed on as it is", async () => {
  const plain = createServer((_, response) => void response.writeHead(503).end("not here\n"));
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const { port: other } = plain.address() as AddressInfo;
  expect(await grpcCall({ port: other }, PATH, Buffer.alloc(0))).toEqual({
    status: 503,
    body: "not here\n",
  });
  plain.close();
});

test("sends nothing before the server has said its settings: NGINX would refuse it", async () => {
  let sent = Buffer.alloc(0);
  const silent = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (part) => (sent = Buffer.concat([sent, part])));
    setTimeout(() => socket.destroy(), 300);
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port: other } = silent.address() as AddressInfo;
  await expect(grpcCall({ port: other }, PATH, Buffer.from("spans"))).rejects.toThrow();
  silent.close();

  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  expect(sent.toString("latin1")).toContain(preface);
  const kinds: number[] = [];
  for (let at = preface.length; at < sent.length; at += 9 + sent.readUIntBE(at, 3))
    kinds.push(sent.readUInt8(at + 3));
  const [SETTINGS, WINDOW_UPDATE] = [4, 8];
  expect(kinds).toContain(SETTINGS);
  expect(kinds.filter((kind) => kind !== SETTINGS && kind !== WINDOW_UPDATE)).toEqual([]);
});
