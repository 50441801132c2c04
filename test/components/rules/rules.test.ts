/**
 * Proves: the rules are well-formed, tell people what to do, and are of this inventory.
 * Does not prove: when they fire; test/programs/rules.test.ts does, with the real promtool.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { THANOS } from "../../../components/backends/thanos";
import { collectorAlerts } from "../../../components/rules/collector-alerts";
import { edgeRules } from "../../../components/rules/edge-rule-file";
import { certificateAlerts } from "../../../components/rules/hub-alerts";
import { ruleFile, rules } from "../../../components/rules/rule-file";
import { resolveLogAlerts } from "../../../components/hub/log-alert-args";
import { logAlertGroups } from "../../../components/rules/log-alerts";
import { sloGroupsOf } from "../../../components/rules/slos";
import type { AlertingRule } from "../../../components/rules/types";
import { alertNames, SUBJECTS, workloadRuleFile } from "../../../components/rules/workloads/rules";
import { model } from "./model";
import { checkout } from "./slo";
import { metricsOf, syntaxErrors } from "./promql";

const { runbookBaseUrl } = model;
const file = rules(model, "0123456789abcdef");
const all = file.groups.flatMap((group) => group.rules);
const alerts = all.filter((rule): rule is AlertingRule => "alert" in rule);
const atEdge = edgeRules({
  thresholds: {},
  disabled: [],
  namespace: "heliograph",
  store: THANOS,
  runbookBaseUrl,
})
  .groups.flatMap((group) => group.rules)
  .filter((rule): rule is AlertingRule => "alert" in rule);
const ofTenants = [
  ...sloGroupsOf([checkout], checkout.tenant, model.runbookBaseUrl),
  ...logAlertGroups(resolveLogAlerts({})!, checkout.tenant, model.runbookBaseUrl),
]
  .flatMap((group) => group.rules)
  .filter((rule): rule is AlertingRule => "alert" in rule);

describe("rules", () => {
  it.each(all.map(({ expr }) => expr))("are PromQL: %s", (expr) => {
    expect(syntaxErrors(expr)).toEqual([]);
  });

  it("would not be, with a mistake", () => {
    expect(syntaxErrors("sum by (a (up)")).not.toEqual([]);
    expect(syntaxErrors("up{a=}")).not.toEqual([]);
  });

  it("see the hub's own tenant and those of the cell, and are stored in the hub's own", () => {
    expect(file.groups.map(({ name, source_tenants }) => [name, source_tenants])).toEqual([
      ["inventory", undefined],
      ["pipeline", ["heliograph", "dev", "ops", "prd"]],
      ["fleet", ["heliograph", "dev", "ops", "prd"]],
    ]);
  });

  it("record each edge and each certificate", () => {
    expect(all.filter((rule) => "record" in rule)).toEqual([
      {
        record: "heliograph_rules_info",
        expr: "vector(1)",
        labels: {
          hash: "0123456789abcdef",
          workload_rules: workloadRuleFile({ ...model.workloads, runbookBaseUrl }).hash,
        },
      },
      {
        record: "heliograph_edge_info",
        expr: "vector(1)",
        labels: {
          cluster: "dev",
          tenant_id: "dev",
          state: "signed",
          environment: "dev",
          region: "lab",
          cluster_type: "workload",
        },
      },
      {
        record: "heliograph_edge_info",
        expr: "vector(1)",
        labels: { cluster: "prd", tenant_id: "prd", state: "signed", environment: "prd" },
      },
      {
        record: "heliograph_edge_info",
        expr: "vector(1)",
        labels: { cluster: "gone", tenant_id: "dev", state: "revoked" },
      },
      {
        record: "heliograph_edge_info",
        expr: "vector(1)",
        labels: { cluster: "new", tenant_id: "dev", state: "waiting" },
      },
      ...[
        [{ certificate: "edge", cluster: "dev" }, 25_920_000],
        [{ certificate: "edge", cluster: "prd" }, 6_480_000],
        [{ certificate: "gateway" }, 1_123_200],
        [{ certificate: "authority" }, 315_360_000],
      ].map(([labels, end]) => ({
        record: "heliograph_certificate_expiry_timestamp_seconds",
        expr: `vector(${end})`,
        labels,
      })),
    ]);
  });

  it("ask for series of ours, of backends, agents and collectors, and for nothing else", () => {
    expect(metricsOf(file)).toMatchInlineSnapshot(`
      [
        "cluster:apiserver_up:max",
        "cluster:cpu_used:ratio",
        "cluster:gpu_used:ratio",
        "cluster:memory_used:ratio",
        "cortex_compactor_last_successful_run_timestamp_seconds",
        "cortex_compactor_runs_failed_total",
        "cortex_ingester_oldest_unshipped_block_timestamp_seconds",
        "cortex_ingester_tsdb_compactions_failed_total",
        "cortex_ingester_tsdb_wal_writes_failed_total",
        "cortex_prometheus_rule_evaluation_failures_total",
        "cortex_ring_members",
        "heliograph_certificate_expiry_timestamp_seconds",
        "heliograph_edge_info",
        "heliograph_edge_rules_info",
        "heliograph_gateway_requests_total",
        "loki_compactor_apply_retention_last_successful_run_timestamp_seconds",
        "loki_compactor_apply_retention_operation_total",
        "loki_discarded_samples_total",
        "loki_ingester_chunks_flush_failures_total",
        "loki_ingester_wal_disk_full_failures_total",
        "loki_objstore_bucket_operation_failures_total",
        "loki_objstore_bucket_operations_total",
        "loki_prometheus_rule_evaluation_failures_total",
        "loki_ring_members",
        "otelcol_exporter_enqueue_failed_log_records",
        "otelcol_exporter_enqueue_failed_metric_points",
        "otelcol_exporter_enqueue_failed_spans",
        "otelcol_exporter_queue_capacity",
        "otelcol_exporter_queue_size",
        "otelcol_exporter_send_failed_log_records",
        "otelcol_exporter_send_failed_metric_points",
        "otelcol_exporter_send_failed_spans",
        "otelcol_receiver_refused_log_records",
        "otelcol_receiver_refused_metric_points",
        "otelcol_receiver_refused_spans",
        "process_start_time_seconds",
        "prometheus_remote_storage_samples_dropped_total",
        "prometheus_remote_storage_samples_failed_total",
        "prometheus_rule_evaluation_failures_total",
        "prometheus_tsdb_compactions_failed_total",
        "tempo_discarded_spans_total",
        "tempo_ingester_failed_flushes_total",
        "tempo_ring_members",
        "tempodb_blocklist_poll_duration_seconds_count",
        "tempodb_blocklist_poll_errors_total",
        "tempodb_compaction_errors_total",
        "tempodb_retention_errors_total",
        "thanos_compact_group_compactions_failures_total",
        "thanos_compact_halted",
        "thanos_objstore_bucket_operation_failures_total",
        "thanos_objstore_bucket_operations_total",
        "thanos_shipper_upload_failures_total",
        "up",
      ]
    `);
  });

  it("have another hash when anything in them changes, and say it", () => {
    const { text, hash } = ruleFile(model);
    expect(text).toContain(`hash: ${hash}`);
    expect(ruleFile(model).hash).toBe(hash);
    expect(ruleFile({ ...model, edges: model.edges.slice(1) }).hash).not.toBe(hash);
    expect(ruleFile({ ...model, renewalDays: 30 }).hash).not.toBe(hash);
  });
});

describe("alerts", () => {
  it.each([...alerts, ...atEdge].map((alert) => [alert.alert, alert] as const))(
    "%s tells what to do",
    (name, alert) => {
      const { summary, description, runbook_url } = alert.annotations;
      expect(summary.length).toBeGreaterThan(10);
      if (name !== "Watchdog") {
        expect(alert.for).toMatch(/^\d+m$/);
        expect(description).toMatch(/ First: /);
      }
      const [page = "", anchor] = runbook_url.split("#");
      expect(page).toMatch(/^https:\/\/[^ ]+\/docs\/runbooks\.md$/);
      expect(anchors("docs/runbooks.md")).toContain(anchor);
      expect(description).not.toContain("npm run");
    },
  );

  it("have a runbook each, and no runbook is left of one that is gone", () => {
    const workloads = SUBJECTS.flatMap(alertNames);
    const named = (those: readonly AlertingRule[]) => those.map(({ alert }) => alert);
    const all = [...named(alerts), ...named(atEdge), ...workloads, ...named(ofTenants)];
    const names = [...new Set(all)].map((name) => name.toLowerCase());
    expect(anchors("docs/runbooks.md")).toEqual(names);
  });

  it("name an edge by the labels that it adds, where the edge evaluates them", () => {
    const texts = atEdge.map(({ annotations }) => JSON.stringify(annotations));
    const own = /\$labels\.(cluster|environment|tenant_id)/;
    expect(texts.filter((text) => own.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes("$externalLabels.cluster")).length).toBeGreaterThan(
      40,
    );
  });

  it("have runbooks where the hub's arguments say", () => {
    const elsewhere = rules({ ...model, runbookBaseUrl: "https://wiki/#" }, "");
    const urls = elsewhere.groups.flatMap((group) =>
      group.rules.flatMap((rule) => ("alert" in rule ? [rule.annotations.runbook_url] : [])),
    );
    expect(urls).toContain("https://wiki/#edgesilent");
    expect(urls.every((url) => url.startsWith("https://wiki/#"))).toBe(true);
  });

  it("on collectors name the namespaces of the edges' agents", () => {
    const named = (agentNamespaces: string[]) =>
      [
        ...JSON.stringify(collectorAlerts(agentNamespaces)).matchAll(/namespace=~\\"([^"\\]+)/g),
      ].map(([, namespaces]) => namespaces);
    expect(new Set(named(["heliograph"]))).toEqual(new Set(["heliograph|heliograph-node"]));
    expect(new Set(named(["a", "b"]))).toEqual(new Set(["a|a-node|b|b-node"]));
  });

  it("leave room between the renewal of a certificate and the alarm, however short it lives", () => {
    const limits = (renewalDays: number) =>
      certificateAlerts({ renewalDays }).map(({ expr, severity }) =>
        [severity, ...expr.matchAll(/[<>]=? (\d+)/g)].map((part) =>
          typeof part === "string" ? part : Number(part[1]),
        ),
      );
    expect(limits(90)).toEqual([
      ["critical", 14],
      ["warning", 76, 14],
    ]);
    expect(limits(30)).toEqual([
      ["critical", 10],
      ["warning", 20, 10],
    ]);
  });
});

function anchors(path: string): string[] {
  const text = readFileSync(join(__dirname, "../../..", path), "utf8");
  return [...text.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase());
}
