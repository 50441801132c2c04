/**
 * Proves: Prometheus' own check takes the agent's configuration. Does not prove: that it scrapes
 * what it should; the lab does.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  agentConfig,
  agentConfigFile,
  type AgentConfigArgs,
} from "../../components/edge/metrics/config";
import type { EdgeMonitorArgs } from "../../components/edge/metrics/sources/args";
import {
  type EdgeSourcesArgs,
  resolveSources,
  SOURCE_NAMES,
} from "../../components/edge/metrics/sources/registry";
import { isMetricPattern } from "../../components/kit/metric-pattern";
import { fromYaml, toYaml } from "../../components/kit/yaml";
import { configArgs } from "../components/edge/edge";
import { authority } from "./support/certificates";
import { PodFolder } from "./support/prometheus-agent";
import { program } from "./support/programs";

let pod: PodFolder;
beforeAll(async () => {
  pod = new PodFolder();
  const edges = await authority("edges");
  pod.identity(await edges.issue("CN=dev"), edges.cert);
  pod.mount("service-account", { token: "token", "ca.crt": edges.cert });
});
afterAll(() => pod.remove());

const check = (text: string) =>
  execFileSync(
    program("prometheus", "promtool"),
    ["check", "config", "--agent", pod.config(text)],
    {
      encoding: "utf8",
      stdio: "pipe",
    },
  );
const configOf = (more: Partial<AgentConfigArgs>) =>
  agentConfigFile(agentConfig({ ...configArgs, ...more })).text;

const monitors: EdgeMonitorArgs[] = [
  {
    name: "checkout",
    kind: "pod",
    matchLabels: { "app.kubernetes.io/name": "checkout", tier: "" },
    port: "metrics",
    namespaces: ["shop", "web"],
    path: "/stats",
    scheme: "https",
    interval: "5s",
    sampleLimit: 1000,
  },
  {
    name: "gateway",
    kind: "service",
    matchLabels: { app: "a.b" },
    port: "http",
    keep: ["http_.*"],
  },
];

/** Every set of sources, with and without filters and monitors. */
const combinations = Array.from({ length: 2 ** SOURCE_NAMES.length }, (_, bits) => {
  const filter = { keep: ["a_.*", "b"], drop: ["a_[a-z]+_bucket"] };
  const on = SOURCE_NAMES.map((name, index) => [
    name,
    { enabled: (bits & (1 << index)) > 0, ...(bits % 3 === 0 && filter) },
  ]);
  return { ...Object.fromEntries(on), ...(bits % 2 === 0 && { monitors }) } as EdgeSourcesArgs;
});

test("promtool takes every combination of sources, of one agent and of a pair, with kubelets verified or not", () => {
  const texts = combinations.map((sources, index) =>
    configOf({
      sources: resolveSources(sources),
      verifyKubelets: index % 2 === 0,
      ...(index % 5 > 0 && { replica: `agent-${index % 5}` }),
    }),
  );
  checkApart(texts);
});

/** All in one run of promtool, which takes many files. */
function checkApart(texts: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-configs-"));
  const files = texts.map((_, index) => join(folder, `${index}.yml`));
  files.forEach((file, index) => writeFileSync(file, pod.here(texts[index] ?? "")));
  const args = ["check", "config", "--agent", ...files];
  const said = execFileSync(program("prometheus", "promtool"), args, {
    encoding: "utf8",
    stdio: "pipe",
  });
  expect(said.match(/SUCCESS/g)).toHaveLength(texts.length);
  rmSync(folder, { recursive: true });
}

test("promtool takes every pattern that we take", () => {
  const text = fc.array(fc.constantFrom(..."ab_:.*+?|()[]^-9".split(""), "(?:", "[a-c]"), {
    maxLength: 8,
  });
  const patterns = fc.sample(text, 20_000).map((parts) => parts.join(""));
  const taken = [...new Set(patterns)].filter(isMetricPattern);
  expect(taken.length).toBeGreaterThan(500);
  // One by one: together, one pattern's mistake could be mended by another.
  const annotated = configOf({ sources: resolveSources({}) });
  const rules = taken.map((regex) => ({ source_labels: ["__name__"], regex, action: "drop" }));
  const config = fromYaml(annotated) as {
    scrape_configs: { job_name: string; metric_relabel_configs?: object[] }[];
  };
  const pods = config.scrape_configs.find(({ job_name }) => job_name === "pods");
  if (pods) pods.metric_relabel_configs = rules;
  expect(check(toYaml(config))).toContain("SUCCESS");
  rules.push({ source_labels: ["__name__"], regex: "a(?=b)", action: "drop" });
  expect(() => check(toYaml(config))).toThrow("invalid or unsupported Perl syntax");
});

test("promtool would notice a misspelled key", () => {
  const { text } = agentConfigFile(agentConfig(configArgs));
  expect(() => check(text.replace("retry_on_http_429", "retry_on_429"))).toThrow(
    "field retry_on_429 not found",
  );
});
