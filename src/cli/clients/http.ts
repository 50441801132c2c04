import * as http from "node:http";
import * as https from "node:https";

export interface Request {
  readonly host?: string;
  readonly port: number;
  readonly path: string;
  readonly method?: "GET" | "POST";
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
}

const TIMEOUT_MILLISECONDS = 15_000;

/** One request on a connection of its own. Rejects when there is no answer; a status of any kind is an answer. */
export function request({
  host = "127.0.0.1",
  port,
  path,
  method = "GET",
  headers,
  body,
  tls,
}: Request): Promise<Response> {
  const options: https.RequestOptions = {
    host,
    port,
    path,
    method,
    headers: { ...headers, ...(body && { "content-length": String(body.length) }) },
    agent: false,
    timeout: TIMEOUT_MILLISECONDS,
    ...(tls && {
      servername: tls.serverName,
      ca: [...tls.trust],
      cert: tls.certificate,
      key: tls.key,
      minVersion: "TLSv1.2",
    }),
  };
  return new Promise((resolve, reject) => {
    const sent = (tls ? https : http).request(options, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }));
      answer.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_MILLISECONDS / 1000} s`)));
    sent.on("error", reject);
    sent.end(body);
  });
}
