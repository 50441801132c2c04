/**
 * A shop in plain Node, without packages: `storefront` sends an order to `checkout` twice a second, which asks the workload. Every order is one trace
 * (W3C trace context) of three spans; both write a line of JSON for each of theirs.
 *
 *   node shop.mjs storefront|checkout
 *
 *   PORT                           where it listens
 *   UPSTREAM_URL                   whom it asks
 *   OTEL_EXPORTER_OTLP_ENDPOINT    where spans go, as OTLP over HTTP; unset: nowhere
 *   ORDERS_PER_SECOND              other than 2
 */
import { randomBytes } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { setTimeout as pause } from "node:timers/promises";

const service = process.argv[2];
const {
  PORT,
  UPSTREAM_URL: upstream,
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  ORDERS_PER_SECOND = 2,
} = process.env;

const EXPORT_EVERY_MILLISECONDS = 1000;
/** Spans that wait for a collector that is away; older ones go. */
const MOST_SPANS = 2000;
const KIND = { server: 2, client: 3 };
const ERROR = 2;

/** By its number, so that the shares are known: 1 in 50 fails, 1 in 20 is slow, the others take 5 to 104 ms. */
const fails = (order) => order % 50 === 7;
const milliseconds = (order) => (order % 20 === 13 ? 2500 : 5 + ((order * 37) % 100));

const unsent = [];
const now = () => performance.timeOrigin + performance.now();
const nanoseconds = (time) => `${Math.round(time * 1000)}000`;
const id = (bytes) => randomBytes(bytes).toString("hex");
const attribute = ([key, value]) => ({
  key,
  value: typeof value === "number" ? { intValue: value } : { stringValue: value },
});

/** Does the work as a span; what it returns is the status of the answer. `parent`: the header that came in, if any did. */
async function spanning({ kind, name, parent, attributes }, work) {
  const [, traceId = id(16), parentSpanId = ""] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(parent ?? "") ?? [];
  const spanId = id(8);
  const start = now();
  const status = await work(`00-${traceId}-${spanId}-${collector ? "01" : "00"}`);
  const failed = status >= 500;
  const end = now();
  const span = {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: KIND[kind],
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(end),
    attributes: Object.entries({ ...attributes, "http.response.status_code": status }).map(
      attribute,
    ),
    ...(failed && { status: { code: ERROR } }),
  };
  if (collector) unsent.push(span);
  const seconds = Math.round(end - start) / 1000;
  const line = {
    level: failed ? "error" : "info",
    message: `${kind} ${name}`,
    status,
    duration_seconds: seconds,
  };
  console.log(
    JSON.stringify({
      time: new Date(start).toISOString(),
      ...line,
      trace_id: traceId,
      span_id: spanId,
    }),
  );
  return status;
}

/** Asks over a connection of its own: one that is kept breaks when the other side is started again. Gives the status, 502 where there is no answer. */
function ask(url, { method = "GET", headers, body } = {}) {
  const { request } = url.startsWith("https:") ? https : http;
  return new Promise((resolve) => {
    const asked = request(
      url,
      { method, headers, agent: false, signal: AbortSignal.timeout(5000) },
      (answer) => {
        answer.resume().once("close", () => resolve(answer.statusCode));
      },
    );
    asked.once("error", (error) => {
      console.error(`${url}: ${error.message}`);
      resolve(502);
    });
    asked.end(body);
  });
}

function calling(path, parent, method = "GET") {
  const { hostname } = new URL(upstream);
  const attributes = {
    "http.request.method": method,
    "url.full": upstream + path,
    "server.address": hostname,
    // The workload makes no spans: a graph of services knows it by this.
    "peer.service": hostname,
  };
  return spanning({ kind: "client", name: method, parent, attributes }, (traceparent) =>
    ask(upstream + path, { method, headers: { traceparent } }),
  );
}

/** The answer to an order takes the time that its number says, and is the workload's. */
async function checkOut(order, traceparent) {
  await pause(milliseconds(order));
  return calling(fails(order) ? "/out-of-stock" : `/orders/${order}`, traceparent);
}

const server = http.createServer(async ({ method, url, headers }, answer) => {
  const order = Number(/^\/orders\/(\d+)$/.exec(url)?.[1]);
  if (!order)
    return answer.writeHead(url === "/healthz" ? await ask(`${upstream}/healthz`) : 404).end();
  const attributes = {
    "http.request.method": method,
    "http.route": "/orders/{number}",
    "url.path": url,
  };
  const request = {
    kind: "server",
    name: `${method} /orders/{number}`,
    parent: headers.traceparent,
    attributes,
  };
  const status = await spanning(request, (traceparent) => checkOut(order, traceparent));
  return answer.writeHead(status).end();
});

async function send() {
  if (unsent.length === 0) return;
  const spans = unsent.splice(0);
  const resource = { attributes: [["service.name", service]].map(attribute) };
  const body = JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "shop" }, spans }] }],
  });
  const headers = { "content-type": "application/json" };
  const status = await ask(`${collector}/v1/traces`, { method: "POST", headers, body });
  if (status >= 500) unsent.unshift(...spans.slice(-MOST_SPANS));
}

server.listen(Number(PORT));
let order = 0;
if (service === "storefront")
  setInterval(
    () => calling(`/orders/${++order}`, undefined, "POST"),
    1000 / Number(ORDERS_PER_SECOND),
  );
if (collector) setInterval(send, EXPORT_EVERY_MILLISECONDS);
process.once("SIGTERM", async () => {
  await send();
  process.exit();
});
