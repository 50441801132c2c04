/*
 * Takes notifications as a webhook receiver does; a program of its own, because it runs where pods
 * reach it.
 *
 *   tsx sink-server.ts <address> <port>    POST /<receiver> takes one, GET /received shows them
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

/** Of Alertmanager's format, what is looked at. */
interface Notification {
  readonly alerts: readonly {
    readonly status: "firing" | "resolved";
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

export interface Received {
  readonly receiver: string;
  /** When it came, in milliseconds. */
  readonly at: number;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
}

const received: Received[] = [];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") {
    response.end(JSON.stringify(received));
    return;
  }
  const { alerts } = (await json(request)) as Notification;
  const receiver = (request.url ?? "").slice(1);
  const at = Date.now();
  received.push(...alerts.map(({ status, labels }) => ({ receiver, at, status, labels })));
  response.end();
}

const [, , address, port] = process.argv;
createServer((request, response) => void answer(request, response)).listen(Number(port), address);
