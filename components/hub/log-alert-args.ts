import { z } from "zod";
import { DNS_LABEL } from "../kit/dns-label";
import { described, text, whole } from "../kit/fields";
import { LogqlExpression } from "../rules/logql-syntax";
import { DEFAULT_PATTERNS, type LogAlerts } from "../rules/log-alerts";

/** How urgent an alert is, by which it is routed. */
export const AlertSeverity = {
  /** Somebody is called at once. */
  critical: "critical",
  /** Somebody looks at it in working hours. */
  warning: "warning",
} as const;
export type AlertSeverity = "critical" | "warning";

/** Log lines that should not be there. */
export interface HubLogPatternArgs {
  /**
   * LogQL that selects the lines, e.g. `{app="checkout"} |= "payment failed"`. The alert counts
   * them by cluster, namespace and app.
   */
  query: string;
  /** Number of lines in five minutes from which the alert fires. Defaults to 1. */
  lines?: number;
  /** `critical` or `warning`. Defaults to `warning`. */
  severity?: AlertSeverity;
  /** The label `team`, by which you can route the alert. Defaults to none. */
  team?: string;
}

/**
 * Alerts on the log lines of a tenant: errors of a workload that rise, lines of a pattern, and
 * clusters that logged before and are silent. The cell's backend of logs evaluates them.
 *
 * They must be known at preview, because rules are derived from them.
 */
export interface HubLogAlertsArgs {
  /**
   * Number of error lines of a workload in ten minutes from which they may count as rising.
   * Defaults to 50.
   */
  risingLines?: number;
  /**
   * How many times more error lines there are than in the hour before, for them to count as rising.
   * Defaults to 3.
   */
  risingFactor?: number;
  /**
   * Lines that should not be there, by name of the pattern. Defaults to `oom` and `panic`: lines of
   * processes that ran out of memory or crashed. They stay, unless you give them another query.
   */
  patterns?: Record<string, HubLogPatternArgs>;
}

const pattern = described(
  z.strictObject({
    query: described(
      z.string().superRefine((logql, context) => {
        const expected = queryIssue(logql);
        if (expected === undefined) return;
        context.addIssue({ code: "custom", message: expected, params: { expected } });
      }),
      "Log lines that should not be there, as LogQL that selects them",
      '{app="checkout"} |= "payment failed"',
      "LogQL that selects lines",
    ),
    lines: whole(
      "Number of lines in five minutes from which the alert fires",
      [1, 1_000_000],
      10,
    ).default(1),
    severity: described(
      z.enum(["critical", "warning"]).default("warning"),
      "How urgent the alert is",
      "critical",
      "critical or warning",
    ),
    team: text("The label `team`, by which you can route the alert", "payments").optional(),
  }),
  "Log lines that should not be there",
  { query: '{app="checkout"} |= "payment failed"' },
);

/** Limits of the fields of alerts on log lines. */
export const logAlertFields = {
  risingLines: whole(
    "Number of error lines of a workload in ten minutes from which they may count as rising",
    [1, 1_000_000],
    50,
  ).default(50),
  risingFactor: described(
    z.number().min(1).max(1000).default(3),
    "How many times more error lines there are than in the hour before, for them to count as rising",
    3,
    "a number from 1 to 1000",
  ),
  patterns: described(
    z.record(z.string().regex(DNS_LABEL), pattern).default({}),
    "Lines that should not be there, by name of the pattern. `oom` and `panic` are there by default.",
    { payments: { query: '{app="checkout"} |= "payment failed"', lines: 10 } },
  ),
};

export const logAlertsField = described(
  z.strictObject(logAlertFields).optional(),
  "Alerts on the tenant's log lines, `{}` for the defaults. Defaults to none.",
  { risingLines: 50 },
);

function queryIssue(logql: string): string | undefined {
  const expression = new LogqlExpression(logql);
  const { syntaxIssue, selectsLines, hasComments, matchers } = expression;
  if (syntaxIssue !== undefined) return `LogQL: ${syntaxIssue}`;
  if (hasComments) return "LogQL without comments";
  if (!selectsLines)
    return "LogQL that selects lines, without a range and a function: they are counted";
  const tenant = matchers.find((matcher) => matcher.startsWith("tenant_id"));
  if (tenant !== undefined)
    return `no matcher ${tenant}: an alert sees the lines of its tenant alone`;
  return undefined;
}

/** As arguments have them, and as a stack file has them, where what is left out is undefined. */
interface LogAlertsInput {
  readonly risingLines?: number | undefined;
  readonly risingFactor?: number | undefined;
  readonly patterns?: Readonly<Record<string, LogPatternInput>> | undefined;
}

type LogPatternInput = {
  readonly [Key in keyof HubLogPatternArgs]: HubLogPatternArgs[Key] | undefined;
} & Pick<HubLogPatternArgs, "query">;

/** With every default in place. */
export function resolveLogAlerts(given: LogAlertsInput | undefined): LogAlerts | undefined {
  if (!given) return undefined;
  const { risingLines = 50, risingFactor = 3, patterns = {} } = given;
  const defaults = Object.entries(DEFAULT_PATTERNS).map(
    ([name, query]): [string, HubLogPatternArgs] => [name, { query }],
  );
  return {
    risingLines,
    risingFactor,
    patterns: Object.entries({ ...Object.fromEntries(defaults), ...patterns }).map(
      ([name, { query, lines = 1, severity = "warning", team }]) => ({
        name,
        query,
        lines,
        severity,
        ...(team !== undefined && { team }),
      }),
    ),
  };
}
