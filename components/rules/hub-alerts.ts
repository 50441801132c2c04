import { CERTIFICATE_EXPIRY } from "./metrics";
import type { HubPlace, RulesModel } from "./model";
import { anyOf, hubMatchers } from "./promql";
import { THRESHOLDS } from "./thresholds";
import { alertingRule, type AlertingRule } from "./types";

/** What goes wrong at the hub itself. After upstream's mixin, which has many more: https://github.com/grafana/mimir/tree/main/operations/mimir-mixin */
export function hubAlerts(hub: HubPlace): AlertingRule[] {
  return [ingesterUnhealthy(hub), compactorUnhealthy(hub), bucketFailing(hub)];
}

function ingesterUnhealthy(hub: HubPlace): AlertingRule {
  const { ingesterFor, unshippedSeconds } = THRESHOLDS;
  const is = hubMatchers(hub);
  const failing = (metric: string) => `(sum by (pod) (rate(${metric}{${is}}[5m])) > 0)`;
  const unshipped = `cortex_ingester_oldest_unshipped_block_timestamp_seconds{${is}}`;
  return alertingRule({
    name: "IngesterUnhealthy",
    severity: "critical",
    expr: anyOf({
      "ingesters are unhealthy in the ring": `(max by (namespace) (cortex_ring_members{${is},name="ingester",state="Unhealthy"}) > 0)`,
      "writing to the write-ahead log fails": failing("cortex_ingester_tsdb_wal_writes_failed_total"),
      "making blocks fails": failing("cortex_ingester_tsdb_compactions_failed_total"),
      "blocks do not reach the bucket": `(max by (pod) (time() - (${unshipped} > 0)) > ${unshippedSeconds})`,
    }),
    for: ingesterFor,
    summary: "Ingester {{ $labels.pod }}: {{ $labels.problem }}",
    description:
      "What ingesters hold is on their disks alone until it is in the bucket. Delete no disk. First: the pod's log and its free disk, then the bucket",
  });
}

function compactorUnhealthy(hub: HubPlace): AlertingRule {
  const { compactorFailedRuns, compactorFailedWindow, compactorFor, compactorIdleSeconds } = THRESHOLDS;
  const is = hubMatchers(hub);
  const lastRun = `max by (pod) (cortex_compactor_last_successful_run_timestamp_seconds{${is}})`;
  const started = `max by (pod) (process_start_time_seconds{${is}})`;
  return alertingRule({
    name: "CompactorUnhealthy",
    severity: "warning",
    expr: anyOf({
      "its runs fail": `(sum by (pod) (increase(cortex_compactor_runs_failed_total{${is},reason!="shutdown"}[${compactorFailedWindow}])) >= ${compactorFailedRuns})`,
      // 0 until the first success: then since the start.
      "no run has succeeded for a day": `(time() - (${lastRun} > 0 or ${started} and ${lastRun}) > ${compactorIdleSeconds})`,
    }),
    for: compactorFor,
    summary: "Compactor {{ $labels.pod }}: {{ $labels.problem }}",
    description:
      "Blocks in the bucket are neither merged nor deleted after their retention: queries get slower and the bucket grows, but nothing is lost. First: the pod's log, for the block or the tenant that it names",
  });
}

function bucketFailing(hub: HubPlace): AlertingRule {
  const { bucketFailureRatio, bucketWindow, bucketFor } = THRESHOLDS;
  const is = hubMatchers(hub);
  const rate = (metric: string) => `sum by (operation) (rate(${metric}{${is}}[${bucketWindow}]))`;
  return alertingRule({
    name: "BucketFailing",
    severity: "critical",
    expr: `${rate("thanos_objstore_bucket_operation_failures_total")} / ${rate("thanos_objstore_bucket_operations_total")} > ${bucketFailureRatio}`,
    for: bucketFor,
    summary: "{{ $value | humanizePercentage }} of the operations {{ $labels.operation }} on the bucket fail",
    description:
      "Ingesters keep blocks on their disks until they reach the bucket, and queries of older data fail. First: the error in Mimir's log, then the identity's rights, the endpoint, and the provider's status",
  });
}

export function certificateAlerts({ renewalDays }: Pick<RulesModel, "renewalDays">): AlertingRule[] {
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
