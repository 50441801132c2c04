import { createServer as createHttp, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect, type AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { request } from "../../../src/cli/cluster/http";
import { authority } from "../../programs/support/certificates";

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("a request", () => {
  it("carries method, path, headers and body, and takes any status as an answer", async () => {
    const port = await listening(
      createHttp((asked, answer) => {
        const parts: Buffer[] = [];
        asked.on("data", (part: Buffer) => parts.push(part));
        asked.on("end", () => {
          const { method, url, headers } = asked;
          const body = Buffer.concat(parts).toString();
          answer
            .writeHead(418)
            .end(JSON.stringify({ method, url, tenant: headers["x-scope-orgid"], body }));
        });
      }),
    );
    const headers = { "x-scope-orgid": "dev" };
    const { status, body } = await request({
      port,
      path: "/a?b=c",
      method: "POST",
      headers,
      body: Buffer.from("hello"),
    });
    expect(status).toBe(418);
    expect(JSON.parse(body)).toEqual({
      method: "POST",
      url: "/a?b=c",
      tenant: "dev",
      body: "hello",
    });
  });

  it("rejects where nobody answers", async () => {
    await expect(request({ port: 1, path: "/" })).rejects.toThrow("ECONNREFUSED");
  });

  it("goes over whatever connection it is given, and closes it", async () => {
    const port = await listening(createHttp((_, answer) => answer.end("there")));
    const stream = connect(port, "127.0.0.1");
    const { body } = await request({ connect: () => stream, path: "/" });
    expect(body).toBe("there");
    expect(stream.destroyed).toBe(true);
  });
});

describe("a request over TLS", () => {
  async function secureServer() {
    const ours = await authority("ours");
    const shown = await ours.issue("CN=localhost");
    const options = {
      cert: shown.cert,
      key: shown.key,
      requestCert: true,
      rejectUnauthorized: false,
      ca: ours.cert,
    };
    const port = await listening(
      createHttps(options, (asked, answer) => {
        const socket = asked.socket as TLSSocket;
        answer.end(
          JSON.stringify({ by: socket.getPeerCertificate().subject?.CN, known: socket.authorized }),
        );
      }),
    );
    return { ours, port };
  }

  it("shows the client's certificate, and says which one the server showed", async () => {
    const { ours, port } = await secureServer();
    const { cert: certificate, key } = await ours.issue("CN=dev");
    const tls = { serverName: "localhost", trust: [ours.cert], certificate, key };
    const answer = await request({ port, tls, path: "/" });
    expect(JSON.parse(answer.body)).toEqual({ by: "dev", known: true });
    expect(answer.serverCertificate?.subject).toBe("CN=localhost");
  });

  it("works over a connection that is no socket", async () => {
    const { ours, port } = await secureServer();
    const tls = { serverName: "localhost", trust: [ours.cert] };
    const { body } = await request({ connect: () => connect(port, "127.0.0.1"), tls, path: "/" });
    expect(JSON.parse(body)).toEqual({ known: false });
  });

  it("is refused where the server has another name, or nobody vouches for it", async () => {
    const { ours, port } = await secureServer();
    const ask = (serverName: string, trust: string) =>
      request({ port, tls: { serverName, trust: [trust] }, path: "/" });
    await expect(ask("ingest.example.com", ours.cert)).rejects.toThrow(
      "does not match certificate's altnames",
    );
    await expect(ask("localhost", (await authority("theirs")).cert)).rejects.toThrow(
      /self-signed certificate|unable to verify/,
    );
  });
});
