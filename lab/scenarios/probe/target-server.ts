import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { FILLER, SCRAPES } from "./target.js";

/*
 * What probe agents scrape; a program of its own: `target-server.ts <address> <port>`.
 *
 *   /scrapes/<agent>?series=500   (or /scrapes/<agent>/500) so many series, each with the number of this very scrape as its value
 *   /filler/<agent>?series=500    so many series, each with an exemplar that does not compress
 *   /served                       how each agent was served
 */

/** Longer than a scenario: only agents close connections. */
const KEEP_ALIVE_MILLISECONDS = 3_600_000;

const served = new Map<string, { scrapes: number; failed: number[] }>();
const fillers = new Map<string, readonly [string, string]>();

/** The last scrape on each connection. */
const open = new WeakMap<Socket, number>();

/**
 * Counts a scrape. An agent that gives one up closes the connection, which it uses again otherwise.
 */
function count(agent: string, socket: Socket): number {
  const counts = served.get(agent) ?? { scrapes: 0, failed: [] };
  served.set(agent, counts);
  const number = ++counts.scrapes;
  if (!open.has(socket)) socket.once("close", () => counts.failed.push(open.get(socket) ?? 0));
  open.set(socket, number);
  return number;
}

/** Two texts in turn: an exemplar that is the same as the agent's last one is not kept. */
function filler(agent: string, series: number): string {
  const [next, other] = fillers.get(agent) ?? [exemplars(series, 1), exemplars(series, 2)];
  fillers.set(agent, [other, next]);
  return next;
}

/** With as many characters in each exemplar as OpenMetrics allows. */
function exemplars(series: number, value: number): string {
  const line = (index: number) =>
    `${FILLER}{series="${index}"} 1 # {x="${randomBytes(95).toString("base64url")}"} ${value}\n`;
  return `# TYPE ${FILLER.replace("_total", "")} counter\n${lines(series, line)}# EOF\n`;
}

function scrapes(series: number, number: number): string {
  return `# TYPE ${SCRAPES} gauge\n${lines(series, (index) => `${SCRAPES}{series="${index}"} ${number}\n`)}`;
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("");
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://target");
  const [, what, agent = "", number] = pathname.split("/");
  const series = Number(number ?? searchParams.get("series"));
  if (what === "served") {
    response.end(JSON.stringify(Object.fromEntries(served)));
    return;
  }
  if (what === "filler") {
    response.setHeader("content-type", "application/openmetrics-text; version=1.0.0");
    response.end(filler(agent, series));
    return;
  }
  response.setHeader("content-type", "text/plain; version=0.0.4");
  response.end(scrapes(series, count(agent, request.socket)));
}

const [, , address, port] = process.argv;
const server = createServer(answer);
server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
server.listen(Number(port), address);
