import type { AlertMetrics } from "../backends/backend";
import type { Signal } from "../contract/names";
import { ofEdges } from "./edge-alerts";
import { CERTIFICATE_EXPIRY } from "./metrics";
import type { BackendMetrics, RulesModel } from "./model";
import { anyOf, eachOf, growth, hubMatchers, quoted } from "./promql";
import { THRESHOLDS } from "./thresholds";
import type { Alert } from "./types";

/** The pods that store, and the metrics that their backends have. */
interface Terms {
  /** Matchers of series of these pods. */
  readonly is: string;
  readonly backends: readonly BackendMetrics[];
  /** The metrics that backends have for a purpose, each once. */
  all(of: (alerts: AlertMetrics) => readonly string[] | string | undefined): string[];
}

/**
 * Alerts on the hub's backends: those that all have, then those of one alone. After the mixins that
 * upstream has for each of them, which have many more.
 */
export function hubAlerts({ hub, backends }: Pick<RulesModel, "hub" | "backends">): Alert[] {
  const terms = termsOf(hubMatchers(hub), backends);
  return [
    ingesterUnhealthy(terms),
    compactorUnhealthy(terms),
    bucketFailing(terms),
    dataDiscarded(terms),
    rulesFailing(terms),
    ...backends.flatMap((backend) => backend.ownAlerts?.(terms.is) ?? []),
  ];
}

/** Alerts on what an edge keeps its metrics with. `is`: matchers of the series of its pods. */
export function localStoreAlerts(is: string, backend: BackendMetrics): Alert[] {
  const terms = termsOf(is, [backend]);
  return [
    uploadFailing(terms),
    compactorUnhealthy(terms),
    bucketFailing(terms),
    rulesFailing(terms),
  ];
}

function termsOf(is: string, backends: readonly BackendMetrics[]): Terms {
  return {
    is,
    backends,
    all: (of) => [...new Set(backends.flatMap(({ alerts }) => of(alerts) ?? []))],
  };
}

function uploadFailing({ is, all }: Terms): Alert {
  const { uploadWindow, uploadFor } = THRESHOLDS;
  const failures = eachOf(
    all(({ uploadFailures }) => uploadFailures),
    (metric) => `increase(${metric}{${is}}[${uploadWindow}])`,
  );
  return {
    name: "SidecarUploadFailing",
    severity: "critical",
    expr: `sum by (pod) (${failures}) > 0`,
    for: uploadFor,
    summary: "{{ $labels.pod }} of edge {{ $labels.cluster }} cannot upload its blocks",
    description:
      "What the edge has scraped is on the disk of its Prometheus alone, which deletes it a day after the longest outage that it is made for. First: the sidecar's log, then the identity's rights, the endpoint, and the provider's status",
  };
}

function ingesterUnhealthy({ is, all }: Terms): Alert {
  const { ingesterFor, unshippedSeconds } = THRESHOLDS;
  const failing = (metrics: readonly string[]) =>
    `(sum by (pod) (${eachOf(metrics, (metric) => `rate(${metric}{${is}}[5m])`)}) > 0)`;
  const unhealthy = all(({ ringMembers }) => ringMembers).map(
    (members) => `${members}{${is},name="ingester",state="Unhealthy"}`,
  );
  const oldest = all(({ oldestNotUploaded }) => oldestNotUploaded).map(
    (gauge) => `(max by (pod) (time() - (${gauge}{${is}} > 0)) > ${unshippedSeconds})`,
  );
  return {
    name: "IngesterUnhealthy",
    severity: "critical",
    expr: anyOf({
      "ingesters are unhealthy in the ring": `(max by (namespace) (${unhealthy.join(" or ")}) > 0)`,
      "writing to the write-ahead log fails": failing(all(({ walFailures }) => walFailures)),
      "making blocks fails": failing(all(({ blockFailures }) => blockFailures)),
      "what it holds does not reach the bucket": [
        ...oldest,
        failing(all(({ uploadFailures }) => uploadFailures)),
      ].join(" or "),
    }),
    for: ingesterFor,
    summary: "Ingester {{ $labels.pod }}: {{ $labels.problem }}",
    description:
      "What ingesters hold is on their disks alone until it is in the bucket. Delete no disk. First: the pod's log and its free disk, then the bucket",
  };
}

function compactorUnhealthy({ is, backends, all }: Terms): Alert {
  const { compactorFailedRuns, compactorFailedWindow, compactorFor, compactorIdleSeconds } =
    THRESHOLDS;
  const failed: Readonly<Record<string, string>> = Object.assign(
    {},
    ...backends.map(({ alerts }) => alerts.compactorFailures),
  );
  const failures = eachOf(Object.keys(failed), (metric) => {
    const matchers = [is, failed[metric]].filter(Boolean).join(",");
    return growth(`${metric}{${matchers}}`, compactorFailedWindow);
  });
  const lastRuns = all(({ compactorLastRun }) => compactorLastRun).map(
    (gauge) => `${gauge}{${is}}`,
  );
  const halted = all(({ compactorHalted }) => compactorHalted).map((gauge) => `${gauge}{${is}}`);
  const lastRun = `max by (pod) (${lastRuns.join(" or ")})`;
  const started = `max by (pod) (process_start_time_seconds{${is}})`;
  return {
    name: "CompactorUnhealthy",
    severity: "warning",
    expr: anyOf({
      "its runs fail": `(sum by (pod) (${failures}) >= ${compactorFailedRuns})`,
      // Rather than make it worse: somebody has to look.
      ...(halted.length > 0 && { "it has halted": `(max by (pod) (${halted.join(" or ")}) == 1)` }),
      // 0 until the first success: then since the start.
      ...(lastRuns.length > 0 && {
        "no run has succeeded for a day": `(time() - (${lastRun} > 0 or ${started} and ${lastRun}) > ${compactorIdleSeconds})`,
      }),
    }),
    for: compactorFor,
    summary: "Compactor {{ $labels.pod }}: {{ $labels.problem }}",
    description:
      "What is in the bucket is neither merged nor deleted after its retention: queries get slower and the bucket grows, but nothing is lost. First: the pod's log, for the block or the tenant that it names",
  };
}

function bucketFailing({ is, backends }: Terms): Alert {
  const { bucketFailureRatio, bucketWindow, bucketFor } = THRESHOLDS;
  const rate = (metric: string) => `sum by (operation) (rate(${metric}{${is}}[${bucketWindow}]))`;
  const shares = bySignal(backends, ({ bucket: { failures, operations, operation } }) => {
    const share = `${rate(failures)} / ${rate(operations)}`;
    return operation === undefined ? share : anyOf({ [operation]: share }, "operation");
  });
  return {
    name: "BucketFailing",
    severity: "critical",
    expr: `(${anyOf(shares, "signal")}) > ${bucketFailureRatio}`,
    for: bucketFor,
    summary:
      "{{ $value | humanizePercentage }} of the operations {{ $labels.operation }} on the bucket of {{ $labels.signal }} fail",
    description:
      "Ingesters keep what they have on their disks until it reaches the bucket, and queries of older data fail. First: the error in the backend's log, then the identity's rights, the endpoint, and the provider's status",
  };
}

/** Data that senders do not send again, unlike data that is rejected for a while. */
function dataDiscarded({ is, backends }: Terms): Alert {
  const { droppingWindow, droppingFor } = THRESHOLDS;
  const discarded = bySignal(backends, ({ discarded: counted }) => {
    if (!counted) return undefined;
    const series = `${counted.counter}{${is},reason!~"${counted.repeated}"}`;
    return `(sum by (tenant_id, reason) (${ofTenants(growth(series, droppingWindow), "tenant")}) > 0)`;
  });
  return {
    name: "DataDiscarded",
    severity: "critical",
    expr: anyOf(discarded, "signal"),
    for: droppingFor,
    summary:
      "The hub discards {{ $labels.signal }} of tenant {{ $labels.tenant_id }}: {{ $labels.reason }}",
    description: `{{ $value | printf "%.0f" }} lines or spans within ${droppingWindow}, for good. First: the backend's log, and the limit that the reason names`,
  };
}

/** An alert that cannot be evaluated is silent, whatever is wrong. */
function rulesFailing({ is, backends }: Terms): Alert {
  const { rulesWindow, rulesFor } = THRESHOLDS;
  const failing = bySignal(backends, ({ ruleFailures }) => {
    if (!ruleFailures) return undefined;
    const { counter, tenant } = ruleFailures;
    const failures = `increase(${counter}{${is}}[${rulesWindow}])`;
    if (tenant === undefined) return `(sum by (pod) (${failures}) > 0)`;
    return `(sum by (tenant_id) (${ofTenants(failures, tenant)}) > 0)`;
  });
  return {
    name: "RulesFailing",
    severity: "critical",
    expr: anyOf(failing, "signal"),
    for: rulesFor,
    summary:
      "Rules on {{ $labels.signal }} {{ with $labels.tenant_id }}of tenant {{ . }}{{ else }}in {{ $labels.pod }}{{ end }} cannot be evaluated",
    description: `{{ $value | printf "%.0f" }} evaluations failed within ${rulesWindow}: an alert among them is silent, whatever is wrong. First: the backend's log, which has the rule and its error`,
  };
}

/** Routes know tenants by another label than backends. */
function ofTenants(series: string, label: string): string {
  return `label_replace(${series}, "tenant_id", "$1", ${quoted(label)}, "(.*)")`;
}

/** An expression for each signal: those of its backends, each once. */
function bySignal(
  backends: readonly BackendMetrics[],
  expr: (alerts: AlertMetrics) => string | undefined,
): Readonly<Record<string, string>> {
  const found = new Map<Signal, Set<string>>();
  for (const { signal, alerts } of backends) {
    const known = found.get(signal) ?? new Set();
    const own = expr(alerts);
    if (own !== undefined) found.set(signal, known.add(own));
  }
  return Object.fromEntries([...found].map(([signal, own]) => [signal, [...own].join(" or ")]));
}

export function certificateAlerts({ renewalDays }: Pick<RulesModel, "renewalDays">): Alert[] {
  const { certificateFor } = THRESHOLDS;
  // Where the window is shorter than the default one, in its proportions: a certificate that was
  // just renewed alarms nobody.
  const criticalDays = Math.min(THRESHOLDS.certificateCriticalDays, renewalDays / 3);
  const warningDays = renewalDays - Math.min(THRESHOLDS.renewalSlackDays, renewalDays / 3);
  const left = ofEdges(`(min by (certificate, cluster) (${CERTIFICATE_EXPIRY}) - time()) / 86400`);
  const alert = (severity: "critical" | "warning", expr: string): Alert => ({
    name: "CertificateExpiring",
    severity,
    expr,
    for: certificateFor,
    summary: `The certificate of {{ $labels.certificate }} {{ $labels.cluster }} ends in {{ $value | printf "%.0f" }} days`,
    description:
      "It should have been renewed by now: updates renew what is in its renewal window, and have not run, or have failed. Once it has ended, the gateway answers 503 and edges keep what they scrape. First: update the hub",
  });
  return [
    alert("critical", `(${left}) < ${criticalDays}`),
    alert("warning", `(${left}) < ${warningDays} >= ${criticalDays}`),
  ];
}
