/**
 * Proves: NGINX takes the demo's configuration and serves by it; the load's two services make
 * traces of three spans with right parents through it, failed and slow ones in the shares that are
 * said, NGINX logs the trace of each request, and none is exported where there is no collector.
 * Does not prove: that traces arrive at a hub; the lab does.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSelfSigned } from "../../lab/plugins/tls/certificates";
import { generatePrivateKey, parsePrivateKey } from "../../lab/plugins/tls/keys";
import type { CertificateOptions } from "../../lab/plugins/tls/schema";
import { NGINX_PATHS, nginxConfig, STATUS_PORT } from "../../src/demo/nginx-config";
import { WEB_PORT } from "../../src/demo/nginx-config";
import { program } from "./support/programs";
import { freePorts, run, until, type RunningProgram } from "./support/server";

let folder: string;
const running: { stop(): unknown }[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-demo-"));
  // As the program makes it: signed by itself, and no authority.
  const { privateKeyPem } = generatePrivateKey();
  const names = { subject: { commonName: "localhost" }, dnsNames: ["localhost"] };
  const options = { validityPeriodHours: 24, allowedUses: ["digital_signature", "server_auth"] };
  const key = await parsePrivateKey(privateKeyPem, String);
  const { pem } = await createSelfSigned(names, options as CertificateOptions, key);
  writeFileSync(join(folder, "tls.crt"), pem);
  writeFileSync(join(folder, "tls.key"), privateKeyPem);
});
afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function started(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): RunningProgram {
  const each = run(command, args, { env });
  running.push(each);
  return each;
}

async function startNginx(https: boolean) {
  const [web, status] = await freePorts(2);
  const name = `nginx-${running.length}`;
  const file = join(folder, `${name}.conf`);
  const accessLog = join(folder, `${name}.log`);
  const here = nginxConfig({ https })
    .replaceAll(`${NGINX_PATHS.tmp}/`, `${folder}/${name}-`)
    .replaceAll(NGINX_PATHS.certificate, folder)
    .replace(`listen ${WEB_PORT}`, `listen 127.0.0.1:${web}`)
    .replace(`:${STATUS_PORT}`, `:${status}`)
    .replace("/dev/stdout", accessLog);
  writeFileSync(file, here);
  const nginx = started(program("nginx", "nginx"), [
    "-e",
    "stderr",
    "-c",
    file,
    "-g",
    "daemon off;",
  ]);
  return {
    stop: nginx.stop,
    lines: () => linesOf(accessLog),
    url: `http${https ? "s" : ""}://localhost:${web}`,
  };
}

interface Line {
  readonly trace_id: string;
  readonly span_id: string;
}

function linesOf(file: string): Line[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Line);
}

interface Span {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }[];
  readonly status?: { readonly code: number };
}

async function startReceiver() {
  const spans: Span[] = [];
  const receive = async (...[request, response]: Parameters<RequestListener>) => {
    const parts = await request.toArray();
    for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(parts).toString())
      .resourceSpans) {
      const service: string = resource.attributes[0].value.stringValue;
      spans.push(
        ...scopeSpans[0].spans.map((span: Omit<Span, "service">) => ({ service, ...span })),
      );
    }
    response.end("{}");
  };
  const server = createServer((request, response) => {
    receive(request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  running.push({ stop: () => server.close() });
  return { spans, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}

async function startShop(upstream: string, env: Record<string, string>) {
  const [storefront, checkout] = await freePorts(2);
  const script = join(__dirname, "../../src/demo/shop.mjs");
  const start = (service: string, port: number | undefined, asks: string) =>
    started(process.execPath, [script, service], {
      PORT: String(port),
      UPSTREAM_URL: asks,
      ...env,
    });
  const second = start("checkout", checkout, upstream);
  await until(
    "the way through is open",
    async () => (await fetch(`http://localhost:${checkout}/healthz`)).ok || undefined,
  );
  return {
    storefront: start("storefront", storefront, `http://localhost:${checkout}`),
    checkout: second,
  };
}

test.each([false, true])(
  "orders are traces, failed and slow ones among them, https: %s",
  async (https) => {
    const [nginx, receiver] = await Promise.all([startNginx(https), startReceiver()]);
    const shop = await startShop(nginx.url, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      NODE_EXTRA_CA_CERTS: join(folder, "tls.crt"),
      ORDERS_PER_SECOND: "40",
    });
    const wholeTraces = () => {
      const ids = [...new Set(receiver.spans.map(({ traceId }) => traceId))];
      const traces = ids.map((id) => receiver.spans.filter(({ traceId }) => traceId === id));
      return traces.filter((spans) => spans.length === 3);
    };
    await until("200 orders that are whole", async () => wholeTraces().length > 200 || undefined);
    // What is under way at the end is exported by nobody: the slowest order takes a second.
    await Promise.all([shop.storefront.stop(), shop.checkout.stop()]);
    await nginx.stop();

    const whole = wholeTraces();
    const inOrder = whole.map((spans) => {
      const root = spans.find(({ parentSpanId }) => parentSpanId === "");
      const server = spans.find(({ parentSpanId }) => parentSpanId === root?.spanId);
      const client = spans.find(({ parentSpanId }) => parentSpanId === server?.spanId);
      return [root, server, client] as [Span, Span, Span];
    });
    for (const spans of inOrder)
      expect(spans.map(({ service, kind }) => `${service} ${kind}`)).toEqual([
        "storefront 3",
        "checkout 2",
        "checkout 3",
      ]);

    // By its number: what fails answers 500 to everybody on the way.
    const found = inOrder.map((spans) => ({
      order: numberOf(spans[1]),
      failed: spans.filter(({ status }) => status?.code === 2).length,
      seconds: secondsOf(spans[0]),
    }));
    for (const { order, failed } of found)
      expect([order, failed]).toEqual([order, order % 50 === 7 ? 3 : 0]);
    const slow = found.filter(({ seconds }) => seconds > 2.4).map(({ order }) => order);
    expect(slow).toEqual(
      expect.arrayContaining(found.flatMap(({ order }) => (order % 20 === 13 ? [order] : []))),
    );
    // A busy machine makes a few more of them slow.
    expect(slow.length / found.length).toBeLessThan(0.2);
    expect(Math.max(...found.map(({ order }) => order))).toBeGreaterThan(195);
    expect(new Set(found.map(({ seconds }) => Math.round(seconds * 100))).size).toBeGreaterThan(5);

    const logged = new Map(nginx.lines().map((line) => [line.span_id, line]));
    for (const [, , { traceId, spanId, status }] of inOrder)
      expect(logged.get(spanId)).toMatchObject({
        trace_id: traceId,
        level: status ? "error" : "info",
        status: status ? 500 : 200,
        duration_seconds: expect.any(Number),
      });
  },
);

test("without a collector nothing is exported", async () => {
  const nginx = await startNginx(false);
  const shop = await startShop(nginx.url, { ORDERS_PER_SECOND: "40" });
  await until("orders", async () => shop.storefront.output().split("\n").length > 20 || undefined);
  expect(nginx.lines()).toContainEqual(
    expect.objectContaining({ trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) }),
  );
  expect(shop.checkout.output()).not.toContain("/v1/traces");
});

function numberOf({ attributes }: Span): number {
  const path = attributes.find(({ key }) => key === "url.path")?.value.stringValue;
  return Number(path?.split("/").at(-1));
}

function secondsOf({ startTimeUnixNano: start, endTimeUnixNano: end }: Span): number {
  return Number(BigInt(end) - BigInt(start)) / 1e9;
}
