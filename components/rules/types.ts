/**
 * The part of a rule file that is written, in upstream's words:
 * https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  /** Tenants whose series the rules of the group see, where backends take them by group. */
  readonly source_tenants?: readonly string[];
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

export interface RuleFileText {
  readonly text: string;
  /** Differs wherever the rules differ; one of the rules shows it. */
  readonly hash: string;
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

type Severity = "critical" | "warning" | "none";

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: Severity } & Readonly<Record<string, string>>;
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

/** The parts of an alert that differ. The address of its runbook follows from its name. */
export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  /** How long it has to be so before somebody is told. */
  readonly for?: string;
  /** What is wrong, in one line. */
  readonly summary: string;
  /** What it means, and what to do first. */
  readonly description: string;
}

/** `runbookBaseUrl`: the address of a runbook without the name of the alert, which ends it. */
export function alertingRule(
  { name, severity, summary, description, ...rule }: Alert,
  runbookBaseUrl: string,
): AlertingRule {
  const runbook_url = `${runbookBaseUrl}${name.toLowerCase()}`;
  return {
    alert: name,
    ...rule,
    labels: { severity },
    annotations: { summary, description, runbook_url },
  };
}
