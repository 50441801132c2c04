/**
 * Proves: the rules about workloads never mix clusters or tenants, hold other thresholds for whom
 * they are given, and have a size that does not grow with tenants. What they ask for is in
 * collected-metrics.test.ts.
 * Does not prove: when they fire; test/programs/workload-rules.test.ts does, with promtool.
 */
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, it } from "vitest";
import type { AlertingRule } from "../../../components/rules/types";
import {
  workloadRuleFile,
  workloadRules,
  type WorkloadRulesModel,
} from "../../../components/rules/workloads/rules";
import { THRESHOLDS } from "../../../components/rules/workloads/thresholds";
import { syntaxErrors } from "./promql";

const model: WorkloadRulesModel = {
  thresholds: {},
  environments: {},
  tenants: {},
  disabled: [],
  runbookBaseUrl: "https://runbooks/#",
};
const rulesOf = (given: Partial<WorkloadRulesModel> = {}) =>
  workloadRules({ ...model, ...given }).groups.flatMap(({ rules }) => rules);
const all = rulesOf();
const alerts = all.filter((rule): rule is AlertingRule => "alert" in rule);
const exprsOf = (rules: typeof all, alert: string) =>
  rules.flatMap((rule) => ("alert" in rule && rule.alert === alert ? [rule.expr] : []));

/** Labels by which an expression aggregates, and on which it matches. */
function labelsIn(promql: string): { readonly kind: string; readonly labels: string }[] {
  const found: { kind: string; labels: string }[] = [];
  parser.parse(promql).iterate({
    enter: ({ name, from, to, node }) => {
      if (name === "AggregateExpr") {
        const modifier = node.getChild("AggregateModifier");
        found.push({
          kind: "aggregation",
          labels: modifier ? promql.slice(modifier.from, modifier.to) : "",
        });
      }
      if (name === "OnModifier" || name === "MatchingModifierClause")
        found.push({ kind: "match", labels: promql.slice(from, to) });
    },
  });
  return found;
}

describe("rules about workloads", () => {
  it("are PromQL", () => {
    expect(all.flatMap(({ expr }) => syntaxErrors(expr))).toEqual([]);
  });

  it("keep cluster, environment and tenant in everything that they add up or match", () => {
    const lacking = all.flatMap(({ expr }) =>
      labelsIn(expr)
        .filter(({ labels }) => !labels.includes("cluster, environment, tenant_id"))
        .map(({ kind, labels }) => `${kind} ${labels}: ${expr}`),
    );
    expect(lacking).toEqual([]);
    // It does look.
    expect(labelsIn("sum(up) / on (node) avg by (cluster) (up)")).toHaveLength(3);
  });

  it("record the three series of the requirement", () => {
    const recorded = all.flatMap((rule) => ("record" in rule ? [rule.record] : []));
    expect(recorded).toEqual(
      expect.arrayContaining([
        "cluster:node_cpu:sum",
        "cluster:pod_memory:sum",
        "global:requests:rate",
      ]),
    );
    expect(new Set(recorded).size).toBe(recorded.length);
  });

  it.each(alerts.map((alert) => [`${alert.alert} ${alert.labels.severity}`, alert] as const))(
    "%s tells what to do",
    (_, { for: delay, annotations }) => {
      expect(delay).toMatch(/^\d+m$/);
      expect(annotations.summary).toContain("{{ $labels.cluster }}");
      expect(annotations.description).toMatch(/ First: /);
    },
  );
});

describe("thresholds", () => {
  it("have a default within their range, and say where it comes from", () => {
    for (const [name, { range, byDefault, source }] of Object.entries(THRESHOLDS)) {
      expect(byDefault, name).toBeGreaterThanOrEqual(range[0]);
      expect(byDefault, name).toBeLessThanOrEqual(range[1]);
      expect(source.length, name).toBeGreaterThan(10);
    }
  });

  it("hold for everybody, where nobody has others", () => {
    expect(exprsOf(rulesOf({ thresholds: { nodeCpuRatio: 0.8 } }), "NodeCpuBusy")).toEqual([
      "node:cpu_used:ratio > 0.8",
    ]);
  });

  it("are other ones for an environment and for a tenant, which wins", () => {
    const rules = rulesOf({
      environments: { dev: { nodeCpuRatio: 0.99 } },
      tenants: { shop: { nodeCpuRatio: 0.7 } },
    });
    expect(exprsOf(rules, "NodeCpuBusy")).toEqual([
      'node:cpu_used:ratio{tenant_id!~"shop",environment!~"dev"} > 0.9',
      'node:cpu_used:ratio{tenant_id!~"shop",environment="dev"} > 0.99',
      'node:cpu_used:ratio{tenant_id="shop",environment!~"dev"} > 0.7',
      'node:cpu_used:ratio{tenant_id="shop",environment="dev"} > 0.7',
    ]);
    expect(exprsOf(rules, "NodeMemoryFull")).toEqual(["node:memory_used:ratio > 0.9"]);
  });

  it("leave out what is disabled, and nothing that is recorded", () => {
    const rules = rulesOf({ disabled: ["NodeCpuBusy"] });
    expect(exprsOf(rules, "NodeCpuBusy")).toEqual([]);
    expect(rules).toHaveLength(all.length - 1);
  });
});

describe("their size", () => {
  it("is that of one text, with room for a thousand tenants of which some have thresholds", () => {
    const tenants = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`tenant-${index}`, { nodeCpuRatio: 0.8 }]),
    );
    const bytes = (given: Partial<WorkloadRulesModel>) =>
      Buffer.byteLength(workloadRuleFile({ ...model, ...given }).text);
    console.info(
      `rule file: ${bytes({})} bytes, ${bytes({ tenants })} with 100 tenants' thresholds`,
    );
    expect(bytes({})).toBeLessThan(100_000);
    expect(bytes({ tenants })).toBeLessThan(300_000);
  });
});
