import { hub, type Cases } from "./alert-case";

const prd = `cluster="prd",environment="prd",tenant_id="prd"`;
const dev = `cluster="dev",environment="dev",tenant_id="dev"`;

const FAILING = [
  '{pod="b",problem="writing to the write-ahead log fails"}',
  '{pod="c",problem="making blocks fails"}',
  '{pod="f",problem="writing to the write-ahead log fails"}',
  '{pod="g",problem="what it holds does not reach the bucket"}',
  '{pod="h",problem="what it holds does not reach the bucket"}',
  '{pod="i",problem="making blocks fails"}',
  '{pod="j",problem="what it holds does not reach the bucket"}',
];
const RUNS_FAIL = ["a", "c", "e", "f"].map((pod) => `{pod="${pod}",problem="its runs fail"}`);
const DISCARDED = [
  '{reason="too_far_behind",signal="logs",tenant_id="dev"}',
  '{reason="trace_too_large",signal="traces",tenant_id="prd"}',
];
const NOT_EVALUATED = [
  '{signal="metrics",tenant_id="dev"}',
  '{signal="logs",tenant_id="prd"}',
  '{pod="r",signal="metrics"}',
];

/** What goes wrong at the hub, and what is seen from there alone. */
export const hubAlertCases: Cases = {
  InventoryMissing: [
    "alertname",
    { title: "not as long as there is one", firing: { "10m": [] } },
    {
      title: "when nothing of it is recorded, until something is",
      without: "inventory",
      series: { 'heliograph_edge_info{cluster="dev"}': "_x20 1x20" },
      firing: { "4m": [], "6m": ['{alertname="InventoryMissing"}'], "12m": [] },
    },
  ],
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
        [`prometheus_tsdb_compactions_failed_total{${hub},pod="i",tenant="dev"}`]:
          "0x8 0+1x60 60x60",
        [`thanos_shipper_upload_failures_total{${hub},pod="j",tenant="dev"}`]: "0x8 0+1x60 60x60",
      },
      firing: {
        "15m": [],
        "25m": [...FAILING, '{problem="ingesters are unhealthy in the ring"}'],
        "38m": FAILING,
        "42m": [],
        "72m": [],
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
        [`loki_compactor_apply_retention_operation_total{${hub},pod="c",status="failure"}`]:
          "0x20 1x40 2x400",
        [`loki_compactor_apply_retention_operation_total{${hub},pod="d",status="success"}`]:
          "0+1x400",
        // One of each kind.
        [`tempodb_compaction_errors_total{${hub},pod="e"}`]: "0x20 1x440",
        [`tempodb_retention_errors_total{${hub},pod="e"}`]: "0x60 1x400",
        [`thanos_compact_group_compactions_failures_total{${hub},pod="f",group="0@1"}`]:
          "0x20 1x40 2x400",
        [`thanos_compact_halted{${hub},pod="g"}`]: "0x60 1x60 0x400",
      },
      firing: {
        "45m": [],
        "50m": [...RUNS_FAIL, '{pod="g",problem="it has halted"}'],
        "1h40m": RUNS_FAIL,
        "3h": [],
      },
    },
    {
      // As Loki shows it: there is no counter before the first failure.
      title: "runs that fail, the first of them too",
      series: {
        [`loki_compactor_apply_retention_operation_total{${hub},pod="c",status="failure"}`]:
          "_x20 1x40 2x400",
      },
      firing: {
        "45m": [],
        "50m": ['{pod="c",problem="its runs fail"}'],
        "1h40m": ['{pod="c",problem="its runs fail"}'],
        "3h": [],
      },
    },
    {
      title: "no success for a day: since the last one, or since the start",
      every: "2m",
      series: {
        [`cortex_compactor_last_successful_run_timestamp_seconds{${hub},pod="a"}`]:
          "60x730 87720x20",
        [`process_start_time_seconds{${hub},pod="a"}`]: "1x750",
        [`cortex_compactor_last_successful_run_timestamp_seconds{${hub},pod="b"}`]: "0x750",
        [`process_start_time_seconds{${hub},pod="b"}`]: "1x750",
        [`loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${hub},pod="c"}`]:
          "60x750",
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
      title: "more than a twentieth of all uploads, until they succeed again; not less",
      series: {
        [`thanos_objstore_bucket_operations_total{${hub},operation="upload"}`]: "0+100x100",
        [`thanos_objstore_bucket_operation_failures_total{${hub},operation="upload"}`]:
          "0x8 0+5.2x40 208x52",
        [`thanos_objstore_bucket_operations_total{${hub},operation="get"}`]: "0+100x100",
        [`thanos_objstore_bucket_operation_failures_total{${hub},operation="get"}`]: "0x8 0+4.8x91",
        [`loki_objstore_bucket_operations_total{${hub},operation="upload"}`]: "0+10x100",
        [`loki_objstore_bucket_operation_failures_total{${hub},operation="upload"}`]:
          "0x8 0+1x40 40x52",
        [`tempodb_blocklist_poll_duration_seconds_count{${hub}}`]: "0+10x100",
        [`tempodb_blocklist_poll_errors_total{${hub},tenant="dev"}`]: "0x8 0+1x40 40x52",
      },
      firing: {
        "16m": [],
        "22m": [
          '{operation="upload",signal="logs"}',
          '{operation="upload",signal="metrics"}',
          '{operation="list",signal="traces"}',
        ],
        "26m30s": ['{operation="upload",signal="logs"}', '{operation="list",signal="traces"}'],
        "28m30s": [],
      },
    },
  ],
  RulesFailing: [
    "signal, tenant_id, pod",
    {
      title: "of a tenant, of its log lines, of all in one pod; not a single failure",
      series: {
        [`cortex_prometheus_rule_evaluation_failures_total{${hub},pod="m",user="dev"}`]:
          "0x8 0+1x40 40x60",
        [`cortex_prometheus_rule_evaluation_failures_total{${hub},pod="m",user="stg"}`]:
          "0x8 1x100",
        [`loki_prometheus_rule_evaluation_failures_total{${hub},pod="l",user="prd"}`]:
          "0x8 0+1x40 40x60",
        [`prometheus_rule_evaluation_failures_total{${hub},pod="r"}`]: "0x8 0+1x40 40x60",
      },
      firing: {
        "14m": [],
        "16m": NOT_EVALUATED,
        "28m": NOT_EVALUATED,
        "30m": [],
      },
    },
  ],
  DataDiscarded: [
    "signal, tenant_id, reason",
    {
      title: "what is gone for good, not what comes again",
      series: {
        [`loki_discarded_samples_total{${hub},tenant="dev",reason="too_far_behind"}`]:
          "0x8 0+1x4 4x60",
        [`loki_discarded_samples_total{${hub},tenant="dev",reason="per_stream_rate_limit"}`]:
          "0+1x72",
        [`tempo_discarded_spans_total{${hub},tenant="prd",reason="trace_too_large"}`]:
          "0x8 0+1x4 4x60",
        [`tempo_discarded_spans_total{${hub},tenant="prd",reason="rate_limited"}`]: "0+1x72",
      },
      firing: {
        "5m30s": [],
        "6m30s": DISCARDED,
        "15m": DISCARDED,
        "20m": [],
      },
    },
  ],
  CertificateExpiring: [
    "certificate, cluster, environment, tenant_id, severity",
    {
      title: "what should have been renewed a fortnight ago, and what ends within one",
      firing: {
        "4m": [],
        "8m": [
          '{certificate="edge",cluster="prd",environment="prd",severity="warning",tenant_id="prd"}',
          '{certificate="gateway",cluster="due",severity="warning"}',
          '{certificate="gateway",severity="critical"}',
        ],
      },
    },
  ],
  ClusterDown: [
    "cluster, environment, tenant_id, problem",
    {
      title: "API servers that do not answer, until one does; not those of a neighbour",
      series: {
        [`up{${prd}}`]: "1x60",
        [`up{${dev}}`]: "1x60",
        [`cluster:apiserver_up:max{${prd}}`]: "1x10 0x20 1x30",
        [`cluster:apiserver_up:max{${dev}}`]: "1x60",
      },
      firing: {
        "9m": [],
        "11m": [`{${prd},problem="its API servers do not answer"}`],
        "17m": [],
      },
    },
    {
      title: "a cluster that sent within a day and sends nothing; not one that never did",
      series: {
        [`up{${prd}}`]: "1x10 stale _x40 1x20",
        [`cluster:apiserver_up:max{${prd}}`]: "1x10 stale _x40 1x20",
      },
      firing: {
        "6m": [],
        "11m30s": [],
        "13m": [`{${prd},problem="it sends nothing"}`],
        "30m": [],
      },
    },
    {
      title: "for a day, after which nobody waits for it",
      every: "5m",
      series: { [`cluster:apiserver_up:max{${prd}}`]: "1x2 stale" },
      firing: { "13h": [`{${prd},problem="it sends nothing"}`], "25h": [] },
    },
    {
      title: "not a cluster that catches up, or one that is let in without this source",
      series: {
        [`up{${prd}}`]: "1x10 stale",
        [`cluster:apiserver_up:max{${prd}}`]: "1x10 stale",
        [`heliograph_gateway_requests_total{${hub},edge="prd",protocol="remote write",status="200"}`]:
          "0+10x80",
      },
      firing: { "20m": [], "30m": [] },
    },
  ],
  EnvironmentDrift: [
    "cluster, environment, tenant_id, resource, compared_with",
    {
      title: "each cluster with the average of the other environment, until they are alike",
      series: {
        [`cluster:memory_used:ratio{${prd}}`]: "0.6x10 0.72x40 0.6x40",
        [`cluster:memory_used:ratio{cluster="stg",environment="stg",tenant_id="stg"}`]: "0.4x90",
        [`cluster:memory_used:ratio{cluster="stg2",environment="stg",tenant_id="stg"}`]: "0.6x90",
        [`cluster:cpu_used:ratio{${prd}}`]: "0.1x90",
        [`cluster:cpu_used:ratio{cluster="stg",environment="stg",tenant_id="stg"}`]: "0.29x90",
        [`cluster:memory_used:ratio{${dev}}`]: "0.01x90",
      },
      firing: {
        "19m": [],
        "22m": [`{${prd},compared_with="stg",resource="memory"}`],
        "28m": [],
      },
    },
    {
      title: "not with an environment that shows nothing",
      series: { [`cluster:memory_used:ratio{${prd}}`]: "0.99x90" },
      firing: { "40m": [] },
    },
  ],
  MultiClusterGPUHigh: [
    "cluster, environment, tenant_id",
    {
      title: "where all GPUs of a cluster are busy, until they are not",
      series: {
        [`cluster:gpu_used:ratio{${prd}}`]: "0.88x10 0.92x30 0.88x30",
        [`cluster:gpu_used:ratio{${dev}}`]: "0.88x70",
      },
      firing: { "14m": [], "17m": [`{${prd}}`], "24m": [] },
    },
  ],
  Watchdog: [
    "severity",
    { title: "always", firing: { "0m": ['{severity="none"}'], "30m": ['{severity="none"}'] } },
  ],
};
