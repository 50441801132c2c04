import { createServer, type RequestListener, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { request, type Endpoint } from "../../../src/cli/cluster/http";
import { keptOpen } from "../../../src/cli/cluster/kept-connections";

describe("connections that are kept open", () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  /** A server, and the connections that were made to it. */
  async function serve(answering: RequestListener): Promise<{ to: Endpoint; made: Socket[] }> {
    const server = createServer(answering);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const made: Socket[] = [];
    const { port } = server.address() as AddressInfo;
    const to = keptOpen({
      connect: () => {
        const socket = connect(port, "127.0.0.1");
        made.push(socket);
        return socket;
      },
    });
    return { to, made };
  }

  it("carry one question after the other", async () => {
    const { to, made } = await serve(({ url }, answer) => answer.end(url));
    const listeners: number[] = [];
    for (const path of ["/1", "/2", "/3"]) {
      expect((await request({ ...to, path })).body).toBe(path);
      listeners.push(made[0]?.listenerCount("error") ?? 0);
    }
    expect(made).toHaveLength(1);
    expect(new Set(listeners).size).toBe(1);
  });

  it("are four, however many questions there are", async () => {
    let now = 0;
    let most = 0;
    const { to, made } = await serve((_, answer) => {
      most = Math.max(most, ++now);
      setTimeout(() => (now--, answer.end("there")), 5);
    });
    const bodies = await Promise.all(
      Array.from({ length: 20 }, () => request({ ...to, path: "/" })),
    );
    expect(bodies.every(({ body }) => body === "there")).toBe(true);
    expect([made.length, most]).toEqual([4, 4]);
  });

  it("are closed when nobody asks any more, so that a process can end", async () => {
    const { to, made } = await serve((_, answer) => answer.end("there"));
    await request({ ...to, path: "/" });
    expect(made[0]?.destroyed).toBe(false);
    await expect.poll(() => made[0]?.destroyed).toBe(true);
  });

  it("are made again where they broke", async () => {
    const { to, made } = await serve(({ url, socket }, answer) =>
      url === "/break" ? socket.destroy() : answer.end(),
    );
    await request({ ...to, path: "/" });
    await expect(request({ ...to, path: "/break" })).rejects.toThrow("socket hang up");
    expect((await request({ ...to, path: "/" })).status).toBe(200);
    expect(made).toHaveLength(2);
  });

  it("say why there are none", async () => {
    const to = keptOpen({ port: 1 });
    await expect(request({ ...to, path: "/" })).rejects.toThrow("ECONNREFUSED");
  });
});
