/**
 * Proves: which answers make the collector's exporters drop what they have, asked of the real one,
 * and that no answer of a backend does so behind the real gateway but those about the data itself.
 * Does not prove: the same of other clients of OTLP; their SDKs keep the same four.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { distinguishedName } from "../../components/contract/identity";
import { WRITE_PATHS } from "../../components/contract/hub";
import { toYaml } from "../../components/kit/yaml";
import { GatewayFixture } from "./support/gateway";
import { program } from "./support/programs";
import { freePorts, run, until, type RunningProgram } from "./support/server";

const STATUSES = [400, 401, 403, 404, 405, 413, 415, 429, 500, 501, 502, 503, 504];
/** What the exporter keeps and sends again, whoever answers. */
const KEPT = [429, 502, 503, 504];
/** What is about the data, so that sending it again would not help. */
const ABOUT_THE_DATA = [400, 413];

const SIGNALS = {
  traces: {
    path: WRITE_PATHS.traces,
    body: {
      resourceSpans: [
        {
          scopeSpans: [
            { spans: [{ traceId: "01".repeat(16), spanId: "02".repeat(8), name: "a" }] },
          ],
        },
      ],
    },
  },
  logs: {
    path: WRITE_PATHS.otlpLogs,
    body: { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "a" } }] }] }] },
  },
  metrics: {
    path: WRITE_PATHS.otlpMetrics,
    body: {
      resourceMetrics: [
        { scopeMetrics: [{ metrics: [{ name: "a", gauge: { dataPoints: [{ asInt: "1" }] } }] }] },
      ],
    },
  },
} as const;
type Signal = keyof typeof SIGNALS;

describe("the collector's exporter", () => {
  let gateway: GatewayFixture;
  let collector: RunningProgram;
  const folder = mkdtempSync(join(tmpdir(), "heliograph-otlp-"));
  const receivers = { direct: 0, gateway: 0 };

  beforeAll(async () => {
    gateway = await GatewayFixture.start([
      {
        key: { subject: distinguishedName({ name: "dev", keyGeneration: 1 }) },
        edge: "dev",
        tenant: "dev",
        cell: "main",
      },
    ]);
    const dev = await gateway.edges.issue("O=heliograph, OU=key-1, CN=dev");
    writeFileSync(join(folder, "edge.crt"), dev.cert);
    writeFileSync(join(folder, "edge.key"), dev.key);
    const [direct = 0, behind = 0] = await freePorts(2);
    Object.assign(receivers, { direct, gateway: behind });
    writeFileSync(join(folder, "otelcol.yaml"), toYaml(configuration()));
    collector = run(program("otelcol", "otelcol"), ["--config", join(folder, "otelcol.yaml")]);
    await until(
      "the collector listens",
      async () => (await fetch(`http://127.0.0.1:${behind}`)) && true,
    );
  });
  afterAll(async () => {
    gateway.backendStatus = 200;
    await collector?.stop();
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    gateway.received.length = 0;
  });

  /** Without a queue, the receiver answers with what became of the export. */
  function configuration(): object {
    const exporter = {
      sending_queue: { enabled: false },
      retry_on_failure: { initial_interval: "20ms", max_interval: "50ms", max_elapsed_time: 0 },
    };
    const endpoint = (url: string) => ({
      traces_endpoint: `${url}${WRITE_PATHS.traces}`,
      logs_endpoint: `${url}${WRITE_PATHS.otlpLogs}`,
      metrics_endpoint: `${url}${WRITE_PATHS.otlpMetrics}`,
    });
    const tls = {
      cert_file: join(folder, "edge.crt"),
      key_file: join(folder, "edge.key"),
      insecure_skip_verify: true,
    };
    const pipelines = ["direct", "gateway"].flatMap((to) =>
      Object.keys(SIGNALS).map((signal) => [
        `${signal}/${to}`,
        { receivers: [`otlp/${to}`], exporters: [`otlphttp/${to}`] },
      ]),
    );
    return {
      receivers: Object.fromEntries(
        Object.entries(receivers).map(([to, port]) => [
          `otlp/${to}`,
          { protocols: { http: { endpoint: `127.0.0.1:${port}` } } },
        ]),
      ),
      exporters: {
        "otlphttp/direct": {
          ...exporter,
          ...endpoint(`http://127.0.0.1:${gateway.ports.backend}`),
        },
        "otlphttp/gateway": {
          ...exporter,
          ...endpoint(`https://127.0.0.1:${gateway.ports.gateway}`),
          tls,
        },
      },
      service: {
        pipelines: Object.fromEntries(pipelines),
        telemetry: { metrics: { level: "none" } },
      },
    };
  }

  /**
   * Sends, and sees whether it comes again or is given up. Where it comes again, it is taken in the
   * end.
   */
  async function fate(
    to: keyof typeof receivers,
    signal: Signal,
    status: number,
  ): Promise<"kept" | "dropped"> {
    gateway.backendStatus = status;
    gateway.received.length = 0;
    const response = fetch(`http://127.0.0.1:${receivers[to]}/v1/${signal}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(SIGNALS[signal].body),
    });
    let answered = false;
    void response.then(() => (answered = true));
    await until("it comes again, or is given up", async () =>
      answered || gateway.received.length > 2 ? true : undefined,
    );
    gateway.backendStatus = 200;
    return (await response).ok ? "kept" : "dropped";
  }

  it("keeps what is answered with four statuses, and drops the rest", async () => {
    const kept: number[] = [];
    for (const status of STATUSES)
      if ((await fate("direct", "traces", status)) === "kept") kept.push(status);
    expect(kept).toEqual(KEPT);
  });

  it.each(Object.keys(SIGNALS) as Signal[])(
    "behind the gateway, drops %s for what is about them alone",
    async (signal) => {
      const dropped: number[] = [];
      for (const status of STATUSES)
        if ((await fate("gateway", signal, status)) === "dropped") dropped.push(status);
      expect(dropped).toEqual(ABOUT_THE_DATA);
      expect(gateway.received.at(-1)).toMatchObject({
        url: SIGNALS[signal].path,
        headers: { "x-scope-orgid": "dev" },
      });
    },
  );

  it("keeps what a gateway refuses, and sends it when it is let in again", async () => {
    const revoked = gateway.reload([]);
    await until("revoked", async () => ((await gateway.health()) === revoked ? true : undefined));
    const response = fetch(`http://127.0.0.1:${receivers.gateway}/v1/traces`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(SIGNALS.traces.body),
    });
    await until("it tries", async () =>
      gateway.log.filter(({ status }) => status === 503).length > 2 ? true : undefined,
    );
    expect(gateway.received).toEqual([]);
    gateway.reload([
      {
        key: { subject: distinguishedName({ name: "dev", keyGeneration: 1 }) },
        edge: "dev",
        tenant: "dev",
        cell: "main",
      },
    ]);
    expect((await response).ok).toBe(true);
    expect(gateway.received).toHaveLength(1);
  });
});
