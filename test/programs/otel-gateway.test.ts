/**
 * Proves: spans that applications send to the collector of their node reach one of two gateways by
 * their trace, are counted there before they are sampled, service by service and call by call, by
 * names that the real Mimir makes what Grafana asks for, and arrive at the hub as the sampling
 * says, over a gateway that is away, and over a hub that is away. Does not prove: the addresses of
 * the gateways' pods; the lab does.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WRITE_PATHS } from "../../components/contract/hub";
import { KEEP_ATTRIBUTE, TRACE_METRICS } from "../../components/contract/names";
import { OTLP_GRPC_PORT } from "../../components/edge/collector/program";
import type { EdgeTracesArgs } from "../../components/edge/traces/args";
import { RUNTIME_FILE } from "../../components/backends/kit/rings/config";
import { toYaml } from "../../components/kit/yaml";
import { rules } from "../../components/rules/rule-file";
import { configArgs, telemetryOf } from "../components/edge/edge";
import { model } from "../components/rules/model";
import { notShown } from "../components/rules/promql";
import { startApiServer, type ApiServer } from "./support/api-server";
import { authority } from "./support/certificates";
import { CollectorPod } from "./support/collector";
import { startConfiguredMimir, type ConfiguredMimir } from "./support/configured-mimir";
import { OtlpHub } from "./support/otlp-hub";
import { until } from "./support/server";

const { labels, namespace, nodeNamespace } = configArgs;
let api: ApiServer;
let hub: OtlpHub;
let agent: CollectorPod;
let gateways: CollectorPod[];
let folder: string;
let mimir: ConfiguredMimir;

/** What the edge runs, with the addresses of here. */
function collectors(traces: EdgeTracesArgs) {
  const { agent: ofNode, gateway } = telemetryOf({
    labels,
    hub: { url: hub.url, serverName: "localhost", signals: ["metrics", "traces"] },
    namespace,
    nodeNamespace,
    outage: "1h",
    traces: { gatewayReplicas: 2, decisionWait: "5s", ...traces },
  });
  const hostnames = gateways.map((pod) => pod.address(OTLP_GRPC_PORT));
  const { load_balancing, ...exporters } = ofNode!.config.exporters;
  const here = { ...load_balancing, resolver: { static: { hostnames } } };
  return {
    agent: { ...ofNode!.config, exporters: { ...exporters, load_balancing: here } },
    gateway: gateway!.config,
  };
}

async function start(traces: EdgeTracesArgs): Promise<void> {
  const { agent: config, gateway } = collectors(traces);
  await Promise.all(gateways.map((pod) => pod.end().then(() => pod.start(gateway))));
  await agent.end();
  await agent.start(config);
  hub.spans.length = 0;
  hub.points = [];
}

/** Ids of all traces. */
const sent = new Set<string>();

interface Kind {
  readonly error?: boolean;
  readonly slow?: boolean;
  readonly asked?: boolean;
}

/** Traces of two spans, each span in a request of its own, as two services send them. */
async function sendTraces(kinds: readonly Kind[]): Promise<string[]> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const traces = kinds.map((kind) => ({ kind, traceId: randomBytes(16).toString("hex") }));
  const spans = (service: "front" | "back") =>
    traces.map(({ kind: { error, slow, asked }, traceId }, index) => ({
      traceId,
      spanId: (index + 1).toString(16).padStart(16, service === "front" ? "1" : "2"),
      ...(service === "back" && { parentSpanId: (index + 1).toString(16).padStart(16, "1") }),
      name: service === "front" ? "GET /" : "query",
      kind: service === "front" ? 3 : 2,
      startTimeUnixNano: String(now),
      endTimeUnixNano: String(now + (slow ? 3_000_000_000n : 20_000_000n)),
      status: { code: error && service === "back" ? 2 : 0 },
      attributes: [
        { key: "card", value: { stringValue: "4111222233334444" } },
        ...(asked && service === "back" ? [{ key: KEEP_ATTRIBUTE, value: { intValue: "1" } }] : []),
      ],
    }));
  for (const service of ["front", "back"] as const) {
    const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
    const body = { resourceSpans: [{ resource, scopeSpans: [{ spans: spans(service) }] }] };
    await until(
      "the agent to take spans",
      async () => (await agent.send("/v1/traces", body)) === 200 || undefined,
    );
  }
  for (const { traceId } of traces) sent.add(traceId);
  return traces.map(({ traceId }) => traceId);
}

/** Traces at the hub, with how many of their spans are there. */
function arrived(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { traceId } of hub.spans) counts.set(traceId, (counts.get(traceId) ?? 0) + 1);
  return counts;
}

async function allArrive(ids: readonly string[], seconds = 60): Promise<void> {
  const missing = () => ids.filter((id) => !arrived().has(id)).length;
  await until("all traces", async () => missing() === 0 || undefined, seconds).catch((error) => {
    const printed = [agent, ...gateways].map((pod) => pod.output().slice(-1500)).join("\n");
    throw new Error(`${String(error)}; ${missing()} of ${ids.length} are missing\n${printed}`);
  });
}

/** The value of a query that gives one. */
async function ask(promql: string): Promise<number> {
  const headers = { "X-Scope-OrgID": labels.tenant_id };
  const answer = await fetch(
    `${mimir.url}/prometheus/api/v1/query?query=${encodeURIComponent(promql)}`,
    { headers },
  );
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-mimir-"));
  mkdirSync(join(folder, "runtime"));
  writeFileSync(join(folder, "runtime", RUNTIME_FILE), toYaml({ overrides: {} }));
  [api, mimir] = await Promise.all([startApiServer(), startConfiguredMimir(folder)]);
  const [edges, servers] = await Promise.all([authority("edges"), authority("servers")]);
  hub = await new OtlpHub(await servers.issue("CN=localhost"), edges.cert).start();
  const headers = { "content-type": "application/json", "X-Scope-OrgID": labels.tenant_id };
  hub.passOn = (path, body) => {
    if (path === WRITE_PATHS.otlpMetrics)
      void fetch(`${mimir.url}${path}`, { method: "POST", headers, body });
  };
  const identity = await edges.issue("CN=dev,OU=key-1,O=heliograph");
  const pod = (env = {}) =>
    CollectorPod.make({ identity, trust: servers.cert, kubeconfig: api.kubeconfig, env });
  gateways = [await pod({ INSTANCE: "otel-gateway-0" }), await pod({ INSTANCE: "otel-gateway-1" })];
  agent = await pod();
}, 120_000);
afterAll(async () => {
  await Promise.all([agent, ...(gateways ?? [])].map((pod) => pod?.stop()));
  await hub?.stop();
  await Promise.all([api?.stop(), mimir?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

describe("tail sampling", () => {
  test("keeps 5 % of 10,000 traces, and beside them all errors, all slow ones, and those that ask for it", async () => {
    await start({ samplingPercentage: 5, redact: [{ pattern: "4111\\d+" }] });
    const kinds = Array.from({ length: 10_000 }, (_, index): Kind => {
      if (index % 50 === 0) return { error: true };
      if (index % 500 === 1) return { slow: true };
      if (index % 500 === 2) return { asked: true };
      return {};
    });
    const ids: string[] = [];
    for (let from = 0; from < kinds.length; from += 250)
      ids.push(...(await sendTraces(kinds.slice(from, from + 250))));
    const special = ids.filter((_, index) => Object.keys(kinds[index]!).length > 0);
    await allArrive(special);
    // The last decisions of the others were made with those.
    await new Promise((resolve) => setTimeout(resolve, 6000));

    const kept = arrived();
    const others = ids.length - special.length;
    const share = (100 * ([...kept.keys()].length - special.length)) / others;
    console.log(
      `${special.length} of ${special.length} errors, slow and asked-for traces; ${share.toFixed(2)} % of ${others} others`,
    );
    expect(share).toBeGreaterThan(4);
    expect(share).toBeLessThan(6);
    expect([...kept.values()].filter((spans) => spans !== 2)).toEqual([]);
    expect(hub.spans.map(({ resource }) => resource)).toEqual(
      hub.spans.map(({ resource }) =>
        expect.objectContaining({ ...labels, "service.name": resource["service.name"] }),
      ),
    );
    expect(new Set(hub.spans.map(({ attributes }) => attributes["card"]))).toEqual(
      new Set(["***"]),
    );

    const counts = await Promise.all(gateways.map((pod) => pod.metrics()));
    const received = counts.map((metrics) => metrics["otelcol_receiver_accepted_spans"] ?? 0);
    console.log(`spans by gateway: ${received.join(" and ")}`);
    expect(received.reduce((sum, count) => sum + count, 0)).toBe(20_000);
    expect(Math.min(...received)).toBeGreaterThan(5000);
  }, 180_000);

  test("is behind the counting of spans, whose exemplars name traces", async () => {
    const calls = () => {
      const newest = new Map<string, number>();
      for (const { metric, attributes, value } of hub.points) {
        if (metric === "traces.span.metrics.calls") newest.set(JSON.stringify(attributes), value);
      }
      return newest;
    };
    const sum = () => [...calls().values()].reduce((total, value) => total + value, 0);
    await until("all spans counted", async () => sum() === 20_000 || undefined).catch((error) => {
      throw new Error(`${String(error)}: ${sum()} counted`);
    });
    const series = [...calls().keys()].map((key) => JSON.parse(key) as Record<string, string>);
    for (const attributes of series) expect(attributes).toMatchObject(labels);
    expect(new Set(series.map((attributes) => attributes["collector"]))).toEqual(
      new Set(["otel-gateway-0", "otel-gateway-1"]),
    );
    const errors = [...calls()].filter(([key]) => key.includes("STATUS_CODE_ERROR"));
    expect(errors.reduce((total, [, value]) => total + value, 0)).toBe(200);
    const durations = hub.points.filter(({ metric }) => metric === "traces.span.metrics.duration");
    expect(durations.some(({ exemplars }) => exemplars.some((id) => sent.has(id)))).toBe(true);
  }, 60_000);

  test("shows what alerts ask for, but for what appears with the first failure", async () => {
    const shown = await Promise.all(gateways.map(async (pod) => Object.keys(await pod.metrics())));
    const metrics = shown.flat().map((name) => `\n${name}`);
    const failures = /_failed_|_(log_records|metric_points)$/;
    expect(
      notShown(rules(model, ""), /^otelcol/, metrics.join("")).filter(
        (name) => !failures.test(name),
      ),
    ).toEqual([]);
  });

  test("and so are calls from service to service; Mimir has all by the names that Grafana asks for", async () => {
    const all = (name: string, more = "") =>
      ask(`sum(${name}{cluster="${labels.cluster}",tenant_id="${labels.tenant_id}"${more}})`);
    const called = 'client="front",server="back"';
    await until(
      "all calls",
      async () => (await all(TRACE_METRICS.serviceGraph, `,${called}`)) === 10_000 || undefined,
    );
    expect(await all(TRACE_METRICS.calls)).toBe(20_000);
    expect(await all(TRACE_METRICS.durations, ',service_name="back",le="+Inf"')).toBe(10_000);
    // What else Grafana's service graph asks for.
    expect(await all("traces_service_graph_request_failed_total", `,${called}`)).toBe(200);
    expect(
      await all("traces_service_graph_request_server_seconds_sum", `,${called}`),
    ).toBeGreaterThan(200);
    expect(
      await all("traces_service_graph_request_server_seconds_bucket", `,${called},le="+Inf"`),
    ).toBe(10_000);
  }, 60_000);

  test("decides on what it holds when it is told to stop", async () => {
    await start({ samplingPercentage: 100, decisionWait: "60s" });
    const ids = await sendTraces(Array.from({ length: 100 }, () => ({})));
    await until("spans at the gateways", async () => {
      const counts = await Promise.all(gateways.map((pod) => pod.metrics()));
      const spans = counts.reduce(
        (sum, metrics) => sum + (metrics["otelcol_receiver_accepted_spans"] ?? 0),
        0,
      );
      return spans === 200 || undefined;
    });
    await Promise.all(gateways.map((pod) => pod.end()));
    await Promise.all(gateways.map((pod) => pod.start()));
    await allArrive(ids);
  }, 120_000);
});

describe("without sampling nothing is lost", () => {
  test("while a gateway and the hub are away, and all collectors are killed", async () => {
    await start({ sampling: "none" });
    const ids: string[] = [];
    const send = async (batches: number) => {
      for (let batch = 0; batch < batches; batch++) {
        ids.push(...(await sendTraces(Array.from({ length: 50 }, () => ({})))));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await send(10);
    await gateways[1]!.kill();
    await send(20);
    await agent.kill();
    await agent.start();
    await hub.stop();
    await send(20);
    await gateways[0]!.kill();
    await Promise.all(gateways.map((pod) => pod.start()));
    await send(10);
    await hub.start();
    await allArrive(ids, 90);
    const spans = hub.spans.length;
    console.log(
      `${ids.length} traces: all arrived, ${spans - 2 * ids.length} of ${2 * ids.length} spans twice`,
    );
    expect([...arrived().values()].filter((count) => count < 2)).toEqual([]);
  }, 240_000);
});
