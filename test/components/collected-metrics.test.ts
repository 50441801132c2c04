/**
 * Proves: every metric that a dashboard or a rule asks for is collected by the default sources, or
 * is named with the option or the program that it comes from; and prints how much of what is
 * collected nothing asks for. What they collect was read from the real programs.
 * Does not prove: that pods of backends, agents and collectors show what is asked of them; the
 * lab's scenario `dashboards` asks every panel.
 */
import { describe, expect, it } from "vitest";
import { BACKENDS } from "../../components/backends/registry";
import { questionsOf } from "../../components/dashboards/kit/questions";
import { allDashboards } from "../../components/dashboards/registry";
import { COLLECTED } from "../../components/edge/metrics/sources/collected";
import { SOURCES } from "../../components/edge/metrics/sources/registry";
import { rules, tenantRuleFiles } from "../../components/rules/rule-file";
import type { RuleFile } from "../../components/rules/types";
import { workloadRules } from "../../components/rules/workloads/rules";
import { fromYaml } from "../../components/kit/yaml";
import { metricOf, parsed } from "./dashboards/languages";
import { model } from "./rules/model";
import { metricsOf } from "./rules/promql";
import { checkout } from "./rules/slo";

const byDefault = new Set(Object.values(COLLECTED).flatMap((names) => [...names]));

const files: readonly RuleFile[] = [
  workloadRules({ ...model.workloads, runbookBaseUrl: "" }),
  rules({ ...model, backends: BACKENDS }, ""),
  ...Object.values(tenantRuleFiles({ ...model, slos: [{ ...checkout, tenant: "dev" }] })).map(
    (text) => fromYaml(text) as RuleFile,
  ),
];
const recorded = new Set(
  files.flatMap(({ groups }) =>
    groups.flatMap((group) =>
      group.rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
    ),
  ),
);

/** A metric, who asks for it, and the option that collects it where somebody says so. */
interface Asked {
  readonly metric: string;
  readonly by: string;
  readonly needs?: string;
}

const byRules = files.flatMap((file) =>
  metricsOf(file).map((metric): Asked => ({ metric, by: "rules" })),
);
const byDashboards = questionsOf(allDashboards())
  .filter(({ signal }) => signal === "metrics")
  .flatMap(({ dashboard, panel, text, needs }) =>
    parsed("metrics", text)
      .selectors.flatMap(metricsIn)
      .map((metric): Asked => ({
        metric,
        by: `${dashboard}/${panel}`,
        ...(needs !== undefined && { needs }),
      })),
  );
/** Several where it is by a pattern of names, none where all series are counted. */
function metricsIn(selector: string): string[] {
  if (!selector.startsWith("{")) return [metricOf(selector)];
  return /__name__=~"([^"]*)"/.exec(selector)?.[1]?.split("|") ?? [];
}

const asked = [...byRules, ...byDashboards].filter(({ metric }) => !recorded.has(metric));

/** What the default sources do not collect, or not in a cluster in which nothing is wrong. */
const ELSEWHERE: Readonly<Record<string, RegExp>> = {
  "every scrape": /^(up|scrape_(duration_seconds|samples_(scraped|post_metric_relabeling)))$/,
  "every ruler": /^ALERTS(_FOR_STATE)?$/,
  "the gateway": /^(heliograph_gateway_|nginx_)/,
  "the hub's rules": /^heliograph_/,
  "agents, collectors and rulers": /^(prometheus|otelcol|promtail|fluentbit)_/,
  "the hub's backends":
    /^((cortex|loki|tempo|tempodb|thanos|memberlist|memcached)_|http_request_duration_seconds_bucket$)/,
  "programs that are written in Go": /^(go|process)_/,
  "source dcgm": new RegExp(`^(?:${(SOURCES.dcgm.defaultKeep ?? []).join("|")})$`),
  "traces.spanMetrics": /^traces_/,
  "applications, by annotation": /^http_requests_total$/,
  "the first time that it happens":
    /^(apiserver_request_terminations_total|kubelet_(evictions|server_expiration_renew_errors|runtime_operations_errors_total))$/,
  "cAdvisor of nodes whose container runtime counts the bytes of disks":
    /^container_fs_(reads|writes)_bytes_total$/,
  "kubelets that renew certificates":
    /^kubelet_certificate_manager_(client_expiration_renew_errors|(client|server)_ttl_seconds)$/,
};

describe("what dashboards and rules ask for", () => {
  it("is collected by the default sources, or named with what collects it", () => {
    const unknown = asked.filter(
      ({ metric, needs }) =>
        needs === undefined &&
        !byDefault.has(metric) &&
        !Object.values(ELSEWHERE).some((names) => names.test(metric)),
    );
    expect([...new Set(unknown.map(({ metric, by }) => `${metric} of ${by}`))]).toEqual([]);
  });

  it("names an option only where the default sources do not collect it", () => {
    const metrics = [...new Set(asked.map(({ metric }) => metric))];
    const needless = Object.entries(ELSEWHERE)
      .filter(([source]) => !/^(every|programs|agents)/.test(source))
      .flatMap(([source, names]) =>
        metrics
          .filter((metric) => names.test(metric) && byDefault.has(metric))
          .map((metric) => `${metric} of ${source}`),
      );
    expect(needless).toEqual([]);
  });

  it("is a part of what the default sources collect: what nothing asks for is counted", () => {
    const used = new Set(asked.map(({ metric }) => metric));
    const rows = Object.entries(COLLECTED).map(([source, names]) => {
      const unused = [...names].filter((name) => !used.has(name)).length;
      return [source, unused, names.size] as const;
    });
    const total = ([...columns]: readonly number[]) => columns.reduce((sum, each) => sum + each, 0);
    const all = [
      ...rows,
      ["all", total(rows.map(([, n]) => n)), total(rows.map(([, , n]) => n))] as const,
    ];
    const lines = all.map(
      ([source, unused, of]) =>
        `${source}: ${unused} of ${of} metrics (${Math.round((100 * unused) / of)} %)`,
    );
    console.info(`collected by default, and asked for by nothing\n${lines.join("\n")}`);
    expect(rows.map(([source]) => source).sort()).toEqual([
      "apiServer",
      "cadvisor",
      "kubeStateMetrics",
      "kubelet",
      "nodeExporter",
    ]);
    for (const [source, unused, of] of rows) expect(unused, source).toBeLessThan(of);
  });
});
