import { quoted } from "./promql";
import { alertingRule, type Alert, type RuleGroup } from "./types";

/** Alerts on the log lines of a tenant, with every default in place. */
export interface LogAlerts {
  /** Error lines of a workload in ten minutes from which they may be rising. */
  readonly risingLines: number;
  /** How many times more they are than in the hour before. */
  readonly risingFactor: number;
  readonly patterns: readonly LogPattern[];
}

/** Lines that should not be there. */
export interface LogPattern {
  readonly name: string;
  /** LogQL that selects them. */
  readonly query: string;
  /** Lines in five minutes. */
  readonly lines: number;
  readonly severity: "critical" | "warning";
  readonly team?: string;
}

/** Whose lines they are: one alert for each of these. */
const BY = "cluster, environment, namespace, app";

/** Their group. */
export const LOG_GROUP = "logs";

/** The backend's own default, said aloud because ranges are made for it. */
const INTERVAL = "1m";
const ERRORS = '{level=~"error|fatal"}';
/** Long enough for more than one burst. */
const RISING_MINUTES = 10;
const BEFORE_MINUTES = 60;
const RISING_FOR = "5m";

/** A single line is told once, and for long enough to be seen. */
const PATTERN_RANGE = "5m";

/**
 * A cluster with a dozen system pods writes a line every few seconds. A log agent that restarts is
 * away for a minute.
 */
const SILENT_RANGE = "5m";
const SILENT_FOR = "10m";
/**
 * Times at which a silent cluster has logged: for a day after its last line one of them has lines.
 * To read five minutes four times costs little; to read all of the day each minute would not.
 */
const LOGGED_BEFORE = ["30m", "2h", "8h", "1d"];

/** Rules of a tenant, which see its lines alone. */
export function logAlertGroups(
  alerts: LogAlerts,
  tenant: string,
  runbookBaseUrl: string,
): RuleGroup[] {
  const rule = (alert: Alert, own: Readonly<Record<string, string>> = {}) => {
    const { labels, ...others } = alertingRule(alert, runbookBaseUrl);
    return { ...others, labels: { ...own, tenant_id: tenant, ...labels } };
  };
  return [
    {
      name: LOG_GROUP,
      interval: INTERVAL,
      rules: [
        rule(errorsRising(alerts)),
        ...alerts.patterns.map((pattern) =>
          rule(patternFound(pattern), {
            pattern: pattern.name,
            ...(pattern.team !== undefined && { team: pattern.team }),
          }),
        ),
        rule(logsSilent()),
      ],
    },
  ];
}

function errorsRising({ risingLines, risingFactor }: LogAlerts): Alert {
  const now = count(BY, ERRORS, `${RISING_MINUTES}m`);
  const before = count(BY, ERRORS, `${BEFORE_MINUTES}m`, `${RISING_MINUTES}m`);
  // A workload that had no errors in the hour before has nothing to be compared with.
  const allowed = `${risingFactor} * ${before} / ${BEFORE_MINUTES / RISING_MINUTES}`;
  return {
    name: "LogErrorsRising",
    severity: "warning",
    expr: `(${now} > ${risingLines}) unless (${now} <= ${allowed})`,
    for: RISING_FOR,
    summary:
      "{{ $labels.namespace }}/{{ $labels.app }} of cluster {{ $labels.cluster }} logs {{ $value }} errors in ten minutes",
    description: `These are over ${risingLines}, and over ${risingFactor} times as many as in the hour before. First: what was deployed or changed since then`,
  };
}

function patternFound({ name, query, lines, severity }: LogPattern): Alert {
  return {
    name: "LogPatternFound",
    severity,
    expr: `${count(BY, query.replace(/\s*\n\s*/g, " ").trim(), PATTERN_RANGE)} >= ${lines}`,
    summary: `{{ $labels.namespace }}/{{ $labels.app }} of cluster {{ $labels.cluster }} logs {{ $value }} lines of the pattern ${name}`,
    description: `In five minutes, where ${lines} should not be. First: read these lines, with the query of the pattern`,
  };
}

function logsSilent(): Alert {
  const by = "cluster, environment";
  const all = '{cluster=~".+"}';
  const before = LOGGED_BEFORE.map((offset) => count(by, all, SILENT_RANGE, offset)).join(" or ");
  return {
    name: "LogsSilent",
    severity: "warning",
    expr: `(${before}) unless ${count(by, all, SILENT_RANGE)}`,
    for: SILENT_FOR,
    summary: "Cluster {{ $labels.cluster }} sends no log lines",
    description:
      "It did in the last day. Its agents keep what they read for the outage of its inventory entry. First: its log agents, and whether its metrics arrive",
  };
}

function count(by: string, query: string, range: string, offset?: string): string {
  const behind = offset === undefined ? "" : ` offset ${offset}`;
  return `sum by (${by}) (count_over_time(${query} [${range}]${behind}))`;
}

/** Lines of processes that have ended as no process should, by pattern. */
export const DEFAULT_PATTERNS: Readonly<Record<string, string>> = {
  oom: anyLine("out of memory|oom-?kill|outofmemoryerror|cannot allocate memory"),
  panic: anyLine(
    "(^|[^a-z])panic: |^fatal error: |segmentation fault|sigsegv|kernel panic|unhandled exception",
  ),
};

function anyLine(pattern: string): string {
  return `{cluster=~".+"} |~ ${quoted(`(?i)${pattern}`)}`;
}
