/**
 * Proves: the real collector accepts the configuration of every pair of options. Does not prove:
 * the exporter for Splunk, which the lab's collector does not have; nor that data flows, which
 * otel-agent and otel-gateway do.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CollectorConfig } from "../../components/edge/collector/config";
import { FEATURE_GATES, STATE_FOLDER } from "../../components/edge/collector/program";
import { toYaml } from "../../components/kit/yaml";
import { configArgs, hubAddress, telemetryOf } from "../components/edge/edge";
import { pairwise } from "../support/pairs";
import { otelcol } from "./support/collector";

const run = promisify(execFile);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-otelcol-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const combinations = pairwise({
  signals: [["logs"], ["traces"], ["logs", "traces"]],
  logAgent: ["otel", "promtail"],
  multiline: [
    [],
    [{ firstLine: "\\d{4}-" }],
    [
      { namespace: "a", firstLine: "\\[" },
      { container: "b", firstLine: "x$" },
    ],
  ],
  drop: [
    [],
    [{ pattern: 'say "no"$' }],
    [{ namespace: "a", container: "b", pattern: "\\bGET /(healthz|ready)" }],
  ],
  redact: [[], [{ pattern: "(?i)card=(\\d{4})\\d+", replacement: "card=$1***" }]],
  tier: ["gateway", "agent"],
  replicas: [1, 3],
  sampling: [undefined, "probabilistic", "none"],
  samplingPercentage: [undefined, 0, 12.5],
  spanMetrics: [true, false],
  exporters: [
    [],
    [{ name: "other", kind: "otlp", endpoint: "https://otlp.example.com", signals: ["traces"] }],
    [
      {
        name: "dyna-trace",
        kind: "dynatrace",
        endpoint: "https://x.live.dynatrace.com/api/v2/otlp",
        secretName: "dt",
      },
      {
        name: "vendor",
        kind: "otlp",
        endpoint: "https://v.example.com:4318",
        secretName: "v",
        header: "X-Key",
      },
    ],
  ],
  outage: ["1h", "7d"],
  labels: [
    configArgs.labels,
    { ...configArgs.labels, environment: "prd", region: 'north "east" $1' },
  ],
} as const);

function configsOf(combination: (typeof combinations)[number]): CollectorConfig[] {
  const {
    signals,
    logAgent,
    multiline,
    drop,
    redact,
    exporters,
    outage,
    labels,
    replicas,
    ...traces
  } = combination;
  const { agent, gateway } = telemetryOf({
    labels,
    hub: { ...hubAddress, signals: [...signals] },
    namespace: configArgs.namespace,
    nodeNamespace: configArgs.nodeNamespace,
    outage,
    logs: { agent: logAgent, multiline: [...multiline], drop: [...drop], redact: [...redact] },
    traces: { ...traces, gatewayReplicas: replicas, redact: [...redact] },
    exporters: exporters.map((exporter) => ({
      ...exporter,
      signals: undefined,
      ...exporter,
    })) as never,
  });
  return [agent, gateway].flatMap((collector) => (collector ? [collector.config] : []));
}

test("the real collector accepts every pair of options", async () => {
  const texts = new Set(combinations.flatMap(configsOf).map((config) => toYaml(config)));
  const env = {
    ...process.env,
    NODE_NAME: "a",
    INSTANCE: "a",
    EXPORTER_DYNA_TRACE_TOKEN: "t",
    EXPORTER_VENDOR_TOKEN: "t",
  };
  const refused: string[] = [];
  for (const [index, text] of [...texts].entries()) {
    const file = join(folder, `${index}.yaml`);
    writeFileSync(file, text.replaceAll(STATE_FOLDER, join(folder, "state")));
    const args = ["validate", `--config=${file}`, `--feature-gates=${FEATURE_GATES}`];
    await run(otelcol(), args, { env }).catch((error: { stderr: string }) =>
      refused.push(`${error.stderr}\n${text}`),
    );
  }
  console.log(
    `${combinations.length} combinations, ${texts.size} configurations: ${texts.size - refused.length} accepted`,
  );
  expect(refused).toEqual([]);
  expect(texts.size).toBeGreaterThan(10);
}, 240_000);
