import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { request } from "../../../src/cli/cluster/http";
import { openTunnel } from "../../../src/cli/cluster/tunnel";

const DATA = 0;
const ERROR = 1;
const place = { namespace: "heliograph", pod: "agent-0", port: 9090 };

/**
 * The API server's side of a port-forward (subprotocol v4.channel.k8s.io): each message starts with
 * its channel, the first of each with the port.
 */
describe("a tunnel to a pod", () => {
  let server: Server;
  let config: KubeConfig;
  let pod: (socket: WebSocket) => void;
  const asked: string[] = [];
  const open: WebSocket[] = [];

  const frame = (channel: number, content: Buffer | string) =>
    Buffer.concat([Buffer.from([channel]), Buffer.from(content)]);
  const port = Buffer.from([0x82, 0x23]);

  beforeAll(async () => {
    server = createServer((_, answer) => answer.writeHead(404).end());
    const sockets = new WebSocketServer({
      server,
      handleProtocols: (offered) => offered.has("v4.channel.k8s.io") && "v4.channel.k8s.io",
      verifyClient: ({ req }: { req: { url?: string } }) => !req.url?.includes("/gone/"),
    });
    sockets.on("connection", (socket, { url = "" }) => {
      asked.push(url);
      open.push(socket);
      socket.send(frame(DATA, port));
      socket.send(frame(ERROR, port));
      pod(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    config = new KubeConfig();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser(
      { name: "test", server: url, skipTLSVerify: true },
      { name: "nobody" },
    );
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    asked.length = 0;
    open.length = 0;
  });

  const ask = () => request({ connect: () => openTunnel(config, place), path: "/metrics" });

  it("carries a request to the port and its answer back", async () => {
    pod = (socket) =>
      socket.on("message", (data: Buffer) => {
        expect(data[0]).toBe(DATA);
        expect(data.subarray(1).toString()).toContain("GET /metrics HTTP/1.1");
        // In pieces, as it comes.
        socket.send(frame(DATA, "HTTP/1.1 200 OK\r\nContent-Le"));
        socket.send(frame(DATA, "ngth: 4\r\n\r\nup 1"));
      });
    await expect(ask()).resolves.toMatchObject({ status: 200, body: "up 1" });
    expect(asked).toEqual(["/api/v1/namespaces/heliograph/pods/agent-0/portforward?ports=9090"]);
  });

  it("carries in one piece what is written in one go, as a handshake is", async () => {
    const sent: number[] = [];
    pod = (socket) => socket.on("message", (data: Buffer) => sent.push(data.length - 1));
    const tunnel = openTunnel(config, place);
    tunnel.cork();
    for (const size of [1024, 10]) tunnel.write(Buffer.alloc(size));
    tunnel.uncork();
    await expect.poll(() => sent).toEqual([1034]);
    tunnel.destroy();
  });

  it("is closed after the answer", async () => {
    pod = (socket) =>
      socket.on("message", () => socket.send(frame(DATA, "HTTP/1.1 204 No Content\r\n\r\n")));
    await ask();
    await expect
      .poll(() => open.map(({ readyState, CLOSED }) => readyState === CLOSED))
      .toEqual([true]);
  });

  it("says what the cluster says when nobody listens at the port", async () => {
    pod = (socket) => socket.send(frame(ERROR, "connect: connection refused\n"));
    await expect(ask()).rejects.toThrow(
      "port 9090 of pod heliograph/agent-0: connect: connection refused",
    );
  });

  it("has the answer of a server that closed before it had read the whole request", async () => {
    pod = (socket) =>
      socket.once("message", () => {
        // Each has a channel of its own: either may come first.
        socket.send(frame(ERROR, "write: broken pipe\n"));
        socket.send(
          frame(DATA, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 7\r\n\r\nrefused"),
        );
      });
    await expect(ask()).resolves.toMatchObject({ status: 503, body: "refused" });
  });

  it("ends when the cluster closes it", async () => {
    pod = (socket) => socket.close();
    await expect(ask()).rejects.toThrow("socket hang up");
  });

  it("says why it cannot be opened", async () => {
    const gone = { connect: () => openTunnel(config, { ...place, pod: "gone" }), path: "/" };
    await expect(request(gone)).rejects.toThrow(
      "port 9090 of pod heliograph/gone cannot be reached: ",
    );
  });
});
