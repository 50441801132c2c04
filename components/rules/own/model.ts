/** Rules that users bring, as far as they differ from ours: nothing of an alert is required. */
export interface OwnRuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly query_offset?: string;
  readonly limit?: number;
  readonly labels?: Labels;
  readonly rules: readonly OwnRule[];
}

export type OwnRule = OwnAlertingRule | OwnRecordingRule;

export interface OwnAlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

export interface OwnRecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Labels;
}

type Labels = Readonly<Record<string, string>>;

/** By whom they are for. */
export interface OwnRules {
  /** For operators: they see every tenant of a cell, and are evaluated in each cell. */
  readonly operators: readonly OwnRuleGroup[];
  /** By tenant, whose series they see. */
  readonly tenants: Readonly<Record<string, readonly OwnRuleGroup[]>>;
  /** By tenant, whose log lines they see. */
  readonly logs: Readonly<Record<string, readonly OwnRuleGroup[]>>;
}

export const NO_OWN_RULES: OwnRules = { operators: [], tenants: {}, logs: {} };

/**
 * Rules of a tenant, which say whose they are: an expression may sum up the label that routes and
 * dashboards look at.
 */
export function ofTenant(groups: readonly OwnRuleGroup[], tenant: string): OwnRuleGroup[] {
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, labels: { ...rule.labels, tenant_id: tenant } })),
  }));
}
