import { X509Certificate } from "node:crypto";
import * as http from "node:http";
import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, TLSSocket } from "node:tls";

/**
 * How to reach a server: by host and port, or by a function that opens a connection to it, e.g. a
 * tunnel into a cluster. The host defaults to loopback.
 */
export interface Endpoint {
  readonly host?: string;
  readonly port?: number;
  readonly connect?: () => Duplex;
  /** Keeps connections open between requests. Defaults to one for each. Plain HTTP only. */
  readonly agent?: http.Agent;
}

interface Request extends Endpoint {
  readonly path: string;
  readonly method?: "GET" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Left out: plain HTTP. */
  readonly tls?: Tls;
}

/** Certificates as PEM, in memory only. */
export interface Tls {
  /** Name that the server's certificate must hold, whatever address it is reached at. */
  readonly serverName: string;
  readonly trust: readonly string[];
  readonly certificate?: string;
  readonly key?: string;
}

export interface Response {
  readonly status: number;
  readonly body: string;
  /** What the server showed, where it speaks TLS. */
  readonly serverCertificate?: X509Certificate;
}

/** Generous: a busy machine is no failure, and checks say themselves what is too slow. */
const TIMEOUT_MILLISECONDS = 30_000;

/** One request. Rejects when there is no answer; a status of any kind is an answer. */
export function request(call: Request): Promise<Response> {
  const { agent } = call;
  if (agent) return inTime((signal) => exchange({ agent, signal }, call));
  return onConnection(call, (stream, signal) =>
    exchange({ createConnection: () => stream, signal }, call),
  );
}

/** A server, and how to speak to it. */
type Destination = Pick<Request, keyof Endpoint | "tls">;

/**
 * Uses a connection of its own.
 *
 * @param protocols Offered by TLS (ALPN), e.g. `h2`. Defaults to HTTP/1.1.
 */
export function onConnection<Result>(
  to: Destination,
  use: (stream: Duplex, signal: AbortSignal) => Promise<Result>,
  protocols?: readonly string[],
): Promise<Result> {
  return inTime(async (signal) => {
    const transport = open(to);
    let stream = transport;
    try {
      if (to.tls) stream = await encrypted(transport, to.tls, signal, protocols);
      return await use(stream, signal);
    } catch (error) {
      // A tunnel that breaks says why; the layers above it only say that it broke.
      throw transport.errored ?? error;
    } finally {
      stream.destroy();
      transport.destroy();
    }
  });
}

export function open({ host = "127.0.0.1", port = 0, connect }: Endpoint): Duplex {
  return connect ? connect() : connectTcp(port, host);
}

async function inTime<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  try {
    return await work(signal);
  } catch (error) {
    if (signal.aborted)
      throw new Error(`no answer within ${TIMEOUT_MILLISECONDS / 1000} s`, { cause: error });
    throw error;
  }
}

function encrypted(
  stream: Duplex,
  tls: Tls,
  signal: AbortSignal,
  protocols?: readonly string[],
): Promise<TLSSocket> {
  const { serverName, trust, certificate, key } = tls;
  const offer = protocols && { ALPNProtocols: [...protocols] };
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: stream,
      servername: serverName,
      ca: [...trust],
      cert: certificate,
      key,
      ...offer,
    });
    const fail = (error: Error) => {
      socket.destroy();
      stream.destroy();
      reject(error);
    };
    stream.once("error", fail);
    socket.once("error", fail);
    signal.addEventListener("abort", () => fail(signal.reason as Error), { once: true });
    socket.once("secureConnect", () => resolve(socket));
  });
}

/** `over`: what it goes over. */
function exchange(over: http.RequestOptions, call: Request): Promise<Response> {
  const { path, method = "GET", headers, body, tls, host = "localhost" } = call;
  const own = { host: tls?.serverName ?? host, ...(!over.agent && { connection: "close" }) };
  const length = body && { "content-length": String(body.length) };
  return new Promise((resolve, reject) => {
    const sent = http.request({
      ...over,
      method,
      path,
      headers: { ...own, ...headers, ...length },
    });
    const fail = (error: Error) => reject(sent.socket?.errored ?? error);
    sent.once("error", fail);
    sent.once("response", (answer) => {
      const { socket } = answer;
      const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.once("error", fail);
      answer.once("end", () => {
        resolve({
          status: answer.statusCode ?? 0,
          body: Buffer.concat(parts).toString("utf8"),
          ...(certificate && { serverCertificate: certificate }),
        });
      });
    });
    sent.end(body);
  });
}
