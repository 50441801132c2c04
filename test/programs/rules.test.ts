/**
 * Proves: the real promtool takes the rules, and each alert fires when it should, is silent when it should be, and ends when its reason has ended.
 * Does not prove: that the series that alerts ask for exist (mimir-rules.test.ts), that they are evaluated for real (the lab's scenario `alerts`).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toYaml } from "../../components/kit/yaml";
import { rules } from "../../components/rules/rule-file";
import type { RuleFile } from "../../components/rules/types";
import { model } from "../components/rules/model";
import { program } from "./support/programs";

interface Case {
  readonly title: string;
  /** Values from the start on, one each 30 s, as promtool has them: `1x10` is eleven ones, `_x4` four gaps, `0+3x10` rises. */
  readonly series?: Readonly<Record<string, string>>;
  /** Between two values and two evaluations, instead of 30 s. */
  readonly every?: string;
  /** Labels of what fires, by time. */
  readonly firing: Readonly<Record<string, readonly string[]>>;
}

const hub = 'cluster="ops",namespace="heliograph-hub"';
const requests = (labels: string) => `heliograph_gateway_requests_total{${hub},verified="SUCCESS",${labels}}`;
const taken = requests('edge="dev",protocol="remote write",answered_by="mimir",status="200"');
/** Metrics that the collector makes of spans go on while the agent of metrics is gone. */
const takenOfCollector = requests('edge="dev",protocol="OTLP/HTTP",answered_by="mimir",status="200"');
const collector = 'cluster="dev",tenant_id="dev",namespace="heliograph-node",pod="otel-agent-a"';
const queue = `${collector},data_type="logs",exporter="otlp_http/hub"`;
const up = 'up{cluster="dev"}';
/** Four minutes there, twenty away, and back. */
const away = "1x8 _x40 1x20";
const others = { 'up{cluster="prd"}': "1x200" };

/** By alert: labels that tell what fires, and cases. */
const cases: Readonly<Record<string, readonly [by: string, ...Case[]]>> = {
  EdgeSilent: [
    "cluster, tenant_id, environment",
    {
      title:
        "an edge that stops and comes back, even if its collector goes on; waiting and revoked edges are not missed",
      series: { [up]: away, ...others, [takenOfCollector]: "0+5x68" },
      firing: {
        "4m": [],
        "9m": [],
        "11m": ['{cluster="dev",tenant_id="dev",environment="dev"}'],
        "23m": ['{cluster="dev",tenant_id="dev",environment="dev"}'],
        "26m": [],
      },
    },
    {
      title: "not an edge whose writes are taken: it is behind",
      series: { [up]: away, ...others, [taken]: "0+5x68" },
      firing: { "11m": [], "23m": [] },
    },
    {
      title: "a rollout of three minutes",
      series: { [up]: "1x8 _x6 1x20", ...others },
      firing: { "7m": [], "9m": [] },
    },
  ],
  RemoteWriteBehind: [
    "cluster, tenant_id, environment",
    {
      title: "an edge whose writes are taken while its samples get older",
      series: { [up]: away, ...others, [taken]: "0+5x68" },
      firing: { "5m": [], "9m": ['{cluster="dev",tenant_id="dev",environment="dev"}'], "26m": [] },
    },
    {
      title: "not an edge that sends nothing",
      series: { [up]: away, ...others, [taken]: "0+5x8 40x60" },
      firing: { "11m": [] },
    },
    {
      title: "not an edge that is up to date",
      series: { [up]: "1x60", ...others, [taken]: "0+5x60" },
      firing: { "20m": [] },
    },
  ],
  RemoteWriteDropping: [
    "cluster, tenant_id",
    {
      title: "samples that failed, or were too old, until ten minutes after the last",
      series: {
        'prometheus_remote_storage_samples_failed_total{cluster="dev",tenant_id="dev",remote_name="hub"}':
          "0x8 0+100x4 400x60",
        'prometheus_remote_storage_samples_dropped_total{cluster="prd",tenant_id="prd",remote_name="hub",reason="too_old"}':
          "0x8 0+100x4 400x60",
      },
      firing: { "4m": [], "8m": ['{cluster="dev",tenant_id="dev"}', '{cluster="prd",tenant_id="prd"}'], "20m": [] },
    },
    {
      title: "not series that rules drop, and not the queue of somebody else's Prometheus",
      series: {
        'prometheus_remote_storage_samples_dropped_total{cluster="dev",remote_name="hub",reason="dropped_series"}':
          "0+100x60",
        'prometheus_remote_storage_samples_failed_total{cluster="dev",remote_name="theirs"}': "0+100x60",
      },
      firing: { "8m": [] },
    },
  ],
  GatewayRefusing: [
    "edge, answered_by, status",
    {
      title: "an edge that is refused for some minutes, and a certificate that nobody lists",
      series: {
        [requests('edge="dev",answered_by="gateway",status="503"')]: "0x8 0+9x20 180x40",
        [requests('edge="dev",answered_by="mimir",status="400"')]: "0x8 0+9x20 180x40",
        [requests('answered_by="gateway",status="503"')]: "0x8 0+9x20 180x40",
      },
      firing: {
        "4m": [],
        "9m": [],
        "11m": [
          '{answered_by="gateway",edge="dev",status="503"}',
          '{answered_by="gateway",status="503"}',
          '{answered_by="mimir",edge="dev",status="400"}',
        ],
        "18m": [],
      },
    },
    {
      title:
        "not a restart of Mimir, a request to slow down, a client that goes away or reads, or anybody without a certificate",
      series: {
        [requests('edge="dev",answered_by="mimir",status="502"')]: "0x8 0+9x2 18x60",
        [requests('edge="dev",answered_by="mimir",status="429"')]: "0+9x60",
        [requests('edge="dev",answered_by="mimir",status="499"')]: "0+9x60",
        [requests('edge="dev",answered_by="gateway",status="405"')]: "0+9x60",
        [taken]: "0+9x60",
        [`heliograph_gateway_requests_total{${hub},verified="NONE",answered_by="gateway",status="503"}`]: "0+9x60",
      },
      firing: { "9m": [], "11m": [], "20m": [] },
    },
  ],
  CollectorUnhealthy: [
    "pod, problem",
    {
      title: "one that is away, one whose queue fills, one that refuses, until it is over",
      series: {
        [`up{${collector},job="otel-agent"}`]: "1x8 0x20 1x40",
        [`otelcol_exporter_queue_size{${queue.replaceAll("otel-agent-a", "b")}}`]: "10x8 60x20 40x40",
        [`otelcol_exporter_queue_capacity{${queue.replaceAll("otel-agent-a", "b")}}`]: "100x68",
        [`otelcol_receiver_refused_log_records{${collector.replaceAll("otel-agent-a", "c")},receiver="otlp"}`]:
          "0x8 0+9x20 180x40",
      },
      firing: {
        "4m": [],
        "8m": [],
        "11m": [
          '{pod="b",problem="has used half of a queue"}',
          '{pod="c",problem="refuses what it is sent"}',
          '{pod="otel-agent-a",problem="does not answer"}',
        ],
        "20m": [],
      },
    },
    {
      title: "not a restart, a queue that is used, or somebody else's collector",
      series: {
        [`up{${collector},job="otel-agent"}`]: "1x8 0x6 1x40",
        [`otelcol_exporter_queue_size{${queue}}`]: "40x60",
        [`otelcol_exporter_queue_capacity{${queue}}`]: "100x60",
        'up{cluster="dev",namespace="team",job="otel-agent",pod="theirs"}': "0x60",
        'otelcol_receiver_refused_spans{cluster="dev",namespace="team",pod="theirs"}': "0+9x60",
      },
      firing: { "9m": [], "11m": [], "20m": [] },
    },
  ],
  CollectorDropping: [
    "pod, exporter, problem",
    {
      title: "what is refused for good, of any signal, and a full queue, until ten minutes after the last",
      series: {
        [`otelcol_exporter_send_failed_log_records{${collector},exporter="otlp_http/hub"}`]: "0x8 0+1x4 4x60",
        [`otelcol_exporter_send_failed_spans{${collector},exporter="otlp_http/hub"}`]: "5x72",
        [`otelcol_exporter_enqueue_failed_spans{${collector},exporter="otlp_http/vendor"}`]: "0x8 0+1x4 4x60",
      },
      firing: {
        "4m": [],
        "8m": [
          '{exporter="otlp_http/hub",pod="otel-agent-a",problem="is refused for good"}',
          '{exporter="otlp_http/vendor",pod="otel-agent-a",problem="has a full queue"}',
        ],
        "20m": [],
      },
    },
  ],
  InventoryMissing: ["alertname", { title: "not as long as there is one", firing: { "10m": [] } }],
  IngesterUnhealthy: [
    "pod, problem",
    {
      title: "each kind of trouble, while it lasts",
      series: {
        [`cortex_ring_members{${hub},pod="a",name="ingester",state="Unhealthy"}`]: "0x8 1x60 0x60",
        [`cortex_ingester_tsdb_wal_writes_failed_total{${hub},pod="b"}`]: "0x8 0+1x60 60x60",
        [`cortex_ingester_tsdb_compactions_failed_total{${hub},pod="c"}`]: "0x8 0+1x60 60x60",
        // A block of 1970-01-01 00:00:10.
        [`cortex_ingester_oldest_unshipped_block_timestamp_seconds{${hub},pod="d"}`]: "10x160 0x20",
        [`loki_ring_members{${hub},pod="e",name="ingester",state="Unhealthy"}`]: "0x8 1x60 0x60",
        [`loki_ingester_wal_disk_full_failures_total{${hub},pod="f"}`]: "0x8 0+1x60 60x60",
        [`loki_ingester_chunks_flush_failures_total{${hub},pod="g"}`]: "0x8 0+1x60 60x60",
        [`tempo_ingester_failed_flushes_total{${hub},pod="h"}`]: "0x8 0+1x60 60x60",
      },
      firing: {
        "15m": [],
        "25m": [
          '{pod="b",problem="writing to the write-ahead log fails"}',
          '{pod="c",problem="making blocks fails"}',
          '{pod="f",problem="writing to the write-ahead log fails"}',
          '{pod="g",problem="what it holds does not reach the bucket"}',
          '{pod="h",problem="what it holds does not reach the bucket"}',
          '{problem="ingesters are unhealthy in the ring"}',
        ],
        "50m": [],
        "78m": ['{pod="d",problem="what it holds does not reach the bucket"}'],
        "85m": [],
      },
    },
    {
      title: "not a pod that moves, or one that has shipped all",
      series: {
        [`cortex_ring_members{${hub},pod="a",name="ingester",state="Unhealthy"}`]: "0x8 1x20 0x60",
        [`cortex_ring_members{${hub},pod="a",name="distributor",state="Unhealthy"}`]: "1x60",
        [`cortex_ingester_oldest_unshipped_block_timestamp_seconds{${hub},pod="d"}`]: "0x200",
      },
      firing: { "20m": [], "90m": [] },
    },
  ],
  CompactorUnhealthy: [
    "pod, problem",
    {
      title: "runs that fail, until two hours after the first of two",
      series: {
        [`cortex_compactor_runs_failed_total{${hub},pod="a",reason="error"}`]: "0x20 1x40 2x400",
        [`cortex_compactor_runs_failed_total{${hub},pod="b",reason="shutdown"}`]: "0+1x400",
        [`loki_compactor_apply_retention_operation_total{${hub},pod="c",status="failure"}`]: "0x20 1x40 2x400",
        [`loki_compactor_apply_retention_operation_total{${hub},pod="d",status="success"}`]: "0+1x400",
        // One of each kind.
        [`tempodb_compaction_errors_total{${hub},pod="e"}`]: "0x20 1x440",
        [`tempodb_retention_errors_total{${hub},pod="e"}`]: "0x60 1x400",
      },
      firing: {
        "20m": [],
        "50m": ["a", "c", "e"].map((pod) => `{pod="${pod}",problem="its runs fail"}`),
        "3h": [],
      },
    },
    {
      title: "no success for a day: since the last one, or since the start",
      every: "2m",
      series: {
        [`cortex_compactor_last_successful_run_timestamp_seconds{${hub},pod="a"}`]: "60x730 87720x20",
        [`process_start_time_seconds{${hub},pod="a"}`]: "1x750",
        [`cortex_compactor_last_successful_run_timestamp_seconds{${hub},pod="b"}`]: "0x750",
        [`process_start_time_seconds{${hub},pod="b"}`]: "1x750",
        [`loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${hub},pod="c"}`]: "60x750",
        [`process_start_time_seconds{${hub},pod="c"}`]: "1x750",
      },
      firing: {
        "24h10m": [],
        "24h20m": [
          '{pod="a",problem="no run has succeeded for a day"}',
          '{pod="b",problem="no run has succeeded for a day"}',
          '{pod="c",problem="no run has succeeded for a day"}',
        ],
        "24h30m": [
          '{pod="b",problem="no run has succeeded for a day"}',
          '{pod="c",problem="no run has succeeded for a day"}',
        ],
      },
    },
  ],
  BucketFailing: [
    "signal, operation",
    {
      title: "a tenth of all uploads, until they succeed again; not a single failure",
      series: {
        [`thanos_objstore_bucket_operations_total{${hub},operation="upload"}`]: "0+10x100",
        [`thanos_objstore_bucket_operation_failures_total{${hub},operation="upload"}`]: "0x8 0+1x40 40x52",
        [`thanos_objstore_bucket_operations_total{${hub},operation="get"}`]: "0+100x100",
        [`thanos_objstore_bucket_operation_failures_total{${hub},operation="get"}`]: "0x8 1x92",
        [`loki_objstore_bucket_operations_total{${hub},operation="upload"}`]: "0+10x100",
        [`loki_objstore_bucket_operation_failures_total{${hub},operation="upload"}`]: "0x8 0+1x40 40x52",
        [`tempodb_blocklist_poll_duration_seconds_count{${hub}}`]: "0+10x100",
        [`tempodb_blocklist_poll_errors_total{${hub},tenant="dev"}`]: "0x8 0+1x40 40x52",
      },
      firing: {
        "10m": [],
        "20m": ['{operation="upload",signal="logs"}', '{operation="upload",signal="metrics"}', '{signal="traces"}'],
        "32m": [],
      },
    },
  ],
  DataDiscarded: [
    "signal, tenant, reason",
    {
      title: "what is gone for good, not what comes again",
      series: {
        [`loki_discarded_samples_total{${hub},tenant="dev",reason="too_far_behind"}`]: "0x8 0+1x4 4x60",
        [`loki_discarded_samples_total{${hub},tenant="dev",reason="per_stream_rate_limit"}`]: "0+1x72",
        [`tempo_discarded_spans_total{${hub},tenant="prd",reason="trace_too_large"}`]: "0x8 0+1x4 4x60",
        [`tempo_discarded_spans_total{${hub},tenant="prd",reason="rate_limited"}`]: "0+1x72",
      },
      firing: {
        "4m": [],
        "8m": [
          '{reason="too_far_behind",signal="logs",tenant="dev"}',
          '{reason="trace_too_large",signal="traces",tenant="prd"}',
        ],
        "20m": [],
      },
    },
  ],
  CertificateExpiring: [
    "certificate, cluster, severity",
    {
      title: "what should have been renewed a fortnight ago, and what ends within one",
      firing: {
        "2m": [],
        "10m": ['{certificate="edge",cluster="prd",severity="warning"}', '{certificate="gateway",severity="critical"}'],
      },
    },
  ],
  Watchdog: ["severity", { title: "always", firing: { "0m": ['{severity="none"}'], "30m": ['{severity="none"}'] } }],
};

describe("the rules, by the real promtool", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-rules-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const promtool = (...args: string[]) =>
    execFileSync(program("prometheus", "promtool"), args, { cwd: folder, stdio: "pipe", encoding: "utf8" });
  const test = (file: RuleFile, alert: string, by: string, { series = {}, firing, every = "30s" }: Case) => {
    const expr = `sum by (${by}) (ALERTS{alertname="${alert}",alertstate="firing"})`;
    const tests = [
      {
        interval: every,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(firing).map(([eval_time, labels]) => ({
          expr,
          eval_time,
          exp_samples: labels.map((labelled) => ({ labels: labelled, value: 1 })),
        })),
      },
    ];
    const group_eval_order = file.groups.map(({ name }) => name);
    const groups = file.groups.map((group) => ({ ...group, interval: every }));
    writeFileSync(join(folder, "rules.yaml"), toYaml({ groups }));
    writeFileSync(
      join(folder, "test.yaml"),
      toYaml({ rule_files: ["rules.yaml"], evaluation_interval: every, group_eval_order, tests }),
    );
    return promtool("test", "rules", "test.yaml");
  };
  const all = upstream(rules(model, "0123456789abcdef"));

  it("are taken by it, every duration and template among them", () => {
    writeFileSync(join(folder, "rules.yaml"), toYaml(all));
    expect(promtool("check", "rules", "rules.yaml")).toContain(`SUCCESS: ${countRules(all)} rules found`);
  });

  it("are each tested here", () => {
    const alerts = all.groups.flatMap((group) => group.rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])));
    expect(Object.keys(cases).sort()).toEqual([...new Set(alerts)].sort());
  });

  describe.each(Object.entries(cases))("%s", (alert, [by, ...own]) => {
    it.each(own)("$title", (example) => {
      expect(test(all, alert, by, example)).toContain("SUCCESS");
    });
  });

  it("InventoryMissing: when nothing of it is recorded", () => {
    const withoutInventory = { groups: all.groups.filter(({ name }) => name !== "inventory") };
    const firing = { "4m": [], "6m": ['{alertname="InventoryMissing"}'] };
    expect(test(withoutInventory, "InventoryMissing", "alertname", { title: "", firing })).toContain("SUCCESS");
  });

  it("CertificateExpiring: not what was renewed", () => {
    const renewed = { ...model, certificates: model.certificates.slice(0, 1) };
    const example = { title: "", firing: { "10m": [] } };
    expect(test(upstream(rules(renewed, "")), "CertificateExpiring", "cluster", example)).toContain("SUCCESS");
  });
});

/** Without what is Mimir's own. */
function upstream({ groups }: RuleFile): RuleFile {
  return { groups: groups.map(({ name, interval, rules }) => ({ name, interval, rules })) };
}

function countRules({ groups }: RuleFile): number {
  return groups.reduce((sum, group) => sum + group.rules.length, 0);
}
