import { CERTIFICATE_EXPIRY } from "./metrics";
import type { HubPlace, RulesModel } from "./model";
import { anyOf, eachOf, growth, hubMatchers } from "./promql";
import { THRESHOLDS } from "./thresholds";
import { alertingRule, type AlertingRule } from "./types";

/**
 * What goes wrong at the hub itself, in Mimir and its like, Loki and Tempo. After upstream's mixins, which have many more:
 * https://github.com/grafana/mimir/tree/main/operations/mimir-mixin, and the like for the others
 */
export function hubAlerts(hub: HubPlace): AlertingRule[] {
  return [ingesterUnhealthy(hub), compactorUnhealthy(hub), bucketFailing(hub), dataDiscarded(hub)];
}

function ingesterUnhealthy(hub: HubPlace): AlertingRule {
  const { ingesterFor, unshippedSeconds } = THRESHOLDS;
  const is = hubMatchers(hub);
  const failing = (...metrics: string[]) =>
    `(sum by (pod) (${eachOf(metrics, (metric) => `rate(${metric}{${is}}[5m])`)}) > 0)`;
  const unhealthy = ["cortex", "loki", "tempo"].map(
    (prefix) => `${prefix}_ring_members{${is},name="ingester",state="Unhealthy"}`,
  );
  const unshipped = `cortex_ingester_oldest_unshipped_block_timestamp_seconds{${is}}`;
  return alertingRule({
    name: "IngesterUnhealthy",
    severity: "critical",
    expr: anyOf({
      "ingesters are unhealthy in the ring": `(max by (namespace) (${unhealthy.join(" or ")}) > 0)`,
      "writing to the write-ahead log fails": failing(
        "cortex_ingester_tsdb_wal_writes_failed_total",
        "loki_ingester_wal_disk_full_failures_total",
      ),
      "making blocks fails": failing(
        "cortex_ingester_tsdb_compactions_failed_total",
        "prometheus_tsdb_compactions_failed_total",
      ),
      "what it holds does not reach the bucket": `(max by (pod) (time() - (${unshipped} > 0)) > ${unshippedSeconds}) or ${failing("loki_ingester_chunks_flush_failures_total", "tempo_ingester_failed_flushes_total", "thanos_shipper_upload_failures_total")}`,
    }),
    for: ingesterFor,
    summary: "Ingester {{ $labels.pod }}: {{ $labels.problem }}",
    description:
      "What ingesters hold is on their disks alone until it is in the bucket. Delete no disk. First: the pod's log and its free disk, then the bucket",
  });
}

function compactorUnhealthy(hub: HubPlace): AlertingRule {
  const { compactorFailedRuns, compactorFailedWindow, compactorFor, compactorIdleSeconds } =
    THRESHOLDS;
  const is = hubMatchers(hub);
  const failed = {
    cortex_compactor_runs_failed_total: `,reason!="shutdown"`,
    thanos_compact_group_compactions_failures_total: "",
    loki_compactor_apply_retention_operation_total: `,status="failure"`,
    tempodb_compaction_errors_total: "",
    tempodb_retention_errors_total: "",
  };
  const failures = eachOf(
    Object.keys(failed),
    (metric) =>
      `increase(${metric}{${is}${failed[metric as keyof typeof failed]}}[${compactorFailedWindow}])`,
  );
  const lastRuns = [
    "cortex_compactor_last_successful_run_timestamp_seconds",
    "loki_compactor_apply_retention_last_successful_run_timestamp_seconds",
  ].map((gauge) => `${gauge}{${is}}`);
  const lastRun = `max by (pod) (${lastRuns.join(" or ")})`;
  const started = `max by (pod) (process_start_time_seconds{${is}})`;
  return alertingRule({
    name: "CompactorUnhealthy",
    severity: "warning",
    expr: anyOf({
      "its runs fail": `(sum by (pod) (${failures}) >= ${compactorFailedRuns})`,
      // Rather than make it worse: somebody has to look.
      "it has halted": `(max by (pod) (thanos_compact_halted{${is}}) == 1)`,
      // 0 until the first success: then since the start.
      "no run has succeeded for a day": `(time() - (${lastRun} > 0 or ${started} and ${lastRun}) > ${compactorIdleSeconds})`,
    }),
    for: compactorFor,
    summary: "Compactor {{ $labels.pod }}: {{ $labels.problem }}",
    description:
      "What is in the bucket is neither merged nor deleted after its retention: queries get slower and the bucket grows, but nothing is lost. First: the pod's log, for the block or the tenant that it names",
  });
}

function bucketFailing(hub: HubPlace): AlertingRule {
  const { bucketFailureRatio, bucketWindow, bucketFor } = THRESHOLDS;
  const is = hubMatchers(hub);
  const share = (failed: string, all: string) =>
    [failed, all]
      .map((metric) => `sum by (operation) (rate(${metric}{${is}}[${bucketWindow}]))`)
      .join(" / ");
  const operations = (prefix: string) =>
    share(`${prefix}_bucket_operation_failures_total`, `${prefix}_bucket_operations_total`);
  // Tempo counts no operations, but looks every minute what is there.
  const listing = share(
    "tempodb_blocklist_poll_errors_total",
    "tempodb_blocklist_poll_duration_seconds_count",
  );
  const shares = {
    metrics: operations("thanos_objstore"),
    logs: operations("loki_objstore"),
    traces: anyOf({ list: listing }, "operation"),
  };
  return alertingRule({
    name: "BucketFailing",
    severity: "critical",
    expr: `(${anyOf(shares, "signal")}) > ${bucketFailureRatio}`,
    for: bucketFor,
    summary:
      "{{ $value | humanizePercentage }} of the operations {{ $labels.operation }} on the bucket of {{ $labels.signal }} fail",
    description:
      "Ingesters keep what they have on their disks until it reaches the bucket, and queries of older data fail. First: the error in the backend's log, then the identity's rights, the endpoint, and the provider's status",
  });
}

/** Where senders are not told, or drop what they are told of. What is refused for a while comes again. */
function dataDiscarded(hub: HubPlace): AlertingRule {
  const { droppingWindow, droppingFor } = THRESHOLDS;
  const is = hubMatchers(hub);
  const discarded = (metric: string, comesAgain: string) =>
    `(sum by (tenant, reason) (${growth(`${metric}{${is},reason!~"${comesAgain}"}`, droppingWindow)}) > 0)`;
  return alertingRule({
    name: "DataDiscarded",
    severity: "critical",
    expr: anyOf(
      {
        logs: discarded(
          "loki_discarded_samples_total",
          "rate_limited|stream_limit|per_stream_rate_limit",
        ),
        traces: discarded("tempo_discarded_spans_total", "rate_limited|internal_error"),
      },
      "signal",
    ),
    for: droppingFor,
    summary:
      "The hub discards {{ $labels.signal }} of tenant {{ $labels.tenant }}: {{ $labels.reason }}",
    description: `{{ $value | printf "%.0f" }} lines or spans within ${droppingWindow}, for good. First: the backend's log, and the limit that the reason names`,
  });
}

export function certificateAlerts({
  renewalDays,
}: Pick<RulesModel, "renewalDays">): AlertingRule[] {
  const { certificateFor } = THRESHOLDS;
  // In the proportions of the usual window where the window is shorter: what was just renewed alarms nobody.
  const criticalDays = Math.min(THRESHOLDS.certificateCriticalDays, renewalDays / 3);
  const warningDays = renewalDays - Math.min(THRESHOLDS.renewalSlackDays, renewalDays / 3);
  const left = `(min by (certificate, cluster) (${CERTIFICATE_EXPIRY}) - time()) / 86400`;
  const alert = (severity: "critical" | "warning", expr: string) =>
    alertingRule({
      name: "CertificateExpiring",
      severity,
      expr,
      for: certificateFor,
      summary: `The certificate of {{ $labels.certificate }} {{ $labels.cluster }} ends in {{ $value | printf "%.0f" }} days`,
      description:
        "It should have been renewed by now: updates renew what is in its renewal window, and have not run, or have failed. Once it has ended, the gateway answers 503 and edges keep what they scrape. First: npm run up",
    });
  return [
    alert("critical", `${left} < ${criticalDays}`),
    alert("warning", `${left} < ${warningDays} >= ${criticalDays}`),
  ];
}
