import { toYaml } from "../../kit/yaml";
import { checksum } from "../../kit/checksum";
import { WORKLOAD_RULES_INFO } from "../metrics";
import { quoted } from "../promql";
import {
  alertingRule,
  type Alert,
  type AlertingRule,
  type RuleFile,
  type RuleFileText,
  type RuleGroup,
} from "../types";
import { apiServer } from "./api-server";
import { clusterCertificates } from "./cluster-certificates";
import { gpu } from "./gpu";
import { jobs } from "./jobs";
import { kubelet } from "./kubelet";
import { nodes } from "./nodes";
import { pods } from "./pods";
import { services } from "./services";
import type { Selector, Subject } from "./subject";
import { DEFAULT_THRESHOLDS, type AlertThresholdsArgs, type Thresholds } from "./thresholds";
import { volumes } from "./volumes";
import { workloads } from "./workloads";

/** In the order in which they are evaluated: some ask for what those before them record. */
export const SUBJECTS: readonly Subject[] = [
  nodes,
  pods,
  workloads,
  volumes,
  jobs,
  apiServer,
  kubelet,
  clusterCertificates,
  services,
  gpu,
];

/** The group that shows which rules these are. */
export const RULES_GROUP = "workload-rules";

/** As often as upstream's mixins: four scrapes. */
const INTERVAL = "1m";

/** Which alerts about workloads there are, and when they fire. */
export interface WorkloadAlerts {
  /** For every edge. */
  readonly thresholds: AlertThresholdsArgs;
  /** What differs, by the label `environment`. */
  readonly environments: Readonly<Record<string, AlertThresholdsArgs>>;
  /** What differs, by tenant: it wins over what an environment has. */
  readonly tenants: Readonly<Record<string, AlertThresholdsArgs>>;
  /** Names of alerts that are left out. */
  readonly disabled: readonly string[];
}

export interface WorkloadRulesModel extends WorkloadAlerts {
  /** Address of a runbook without the name of the alert, which ends it. */
  readonly runbookBaseUrl: string;
}

/**
 * The rules that every tenant has: one text for all of them. They say by matchers for whom other
 * thresholds hold, so that a thousand tenants do not take a thousand texts.
 */
export function workloadRules(model: WorkloadRulesModel, hash = ""): RuleFile {
  const info = { record: WORKLOAD_RULES_INFO, expr: "vector(1)", labels: { hash } };
  return {
    groups: [
      { name: RULES_GROUP, interval: INTERVAL, rules: [info] },
      ...SUBJECTS.map((subject) => group(subject, model)),
    ],
  };
}

/** The text of those rules; one of them shows the hash. */
export function workloadRuleFile(model: WorkloadRulesModel): RuleFileText {
  const hash = checksum(toYaml(workloadRules(model)));
  return { text: toYaml(workloadRules(model, hash)), hash };
}

/** A group of rules about one subject. Alerts that are left out leave what they ask for. */
export function group(subject: Subject, model: WorkloadRulesModel): RuleGroup {
  const { disabled, runbookBaseUrl } = model;
  const alerts = scopedAlerts(subject, model).filter(({ name }) => !disabled.includes(name));
  return {
    name: subject.name,
    interval: INTERVAL,
    rules: [
      ...subject.recordings,
      ...alerts.map((alert): AlertingRule => alertingRule(alert, runbookBaseUrl)),
    ],
  };
}

/** Names of the alerts of a subject, each once. */
export function alertNames(subject: Subject): string[] {
  return [...new Set(alertsOf(subject, {}).map(({ name }) => name))];
}

function alertsOf(subject: Subject, given: AlertThresholdsArgs, matchers = ""): Alert[] {
  return subject.alerts(thresholdsOf(given), selector(matchers));
}

/** What is not given, also what is given as undefined, is the default. */
function thresholdsOf(given: AlertThresholdsArgs): Thresholds {
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_THRESHOLDS, ...Object.fromEntries(known) };
}

const selector =
  (scope: string): Selector =>
  (series, matchers = "") => {
    const all = [matchers, scope].filter(Boolean).join(",");
    return all ? `${series}{${all}}` : series;
  };

/**
 * An alert whose thresholds differ nowhere is one rule. Otherwise it is one for each tenant and
 * each environment that has its own, and one for all others.
 */
function scopedAlerts(subject: Subject, model: WorkloadRulesModel): Alert[] {
  const { thresholds, environments, tenants } = model;
  const common = alertsOf(subject, thresholds);
  const changed = (overrides: Readonly<Record<string, AlertThresholdsArgs>>) =>
    Object.entries(overrides).map(([name, own]) => ({
      name,
      own,
      alerts: alertsOf(subject, { ...thresholds, ...own }),
    }));
  const [byEnvironment, byTenant] = [changed(environments), changed(tenants)];
  return common.flatMap((alert, index) => {
    const differing = (all: typeof byTenant) =>
      all.filter(({ alerts }) => JSON.stringify(alerts[index]) !== JSON.stringify(alert));
    const scopes = crossed(differing(byEnvironment), differing(byTenant));
    return scopes.flatMap(
      ({ own, matchers }) => alertsOf(subject, { ...thresholds, ...own }, matchers)[index] ?? [],
    );
  });
}

interface Own {
  readonly name: string;
  readonly own: AlertThresholdsArgs;
}

interface Scope {
  readonly own: AlertThresholdsArgs;
  readonly matchers: string;
}

function crossed(environments: readonly Own[], tenants: readonly Own[]): Scope[] {
  return scopesOf("tenant_id", tenants).flatMap((tenant) =>
    scopesOf("environment", environments).map((environment) => ({
      own: { ...environment.own, ...tenant.own },
      matchers: [tenant.matchers, environment.matchers].filter(Boolean).join(","),
    })),
  );
}

/** Each of them, and all others. */
function scopesOf(label: string, those: readonly Own[]): Scope[] {
  if (those.length === 0) return [{ own: {}, matchers: "" }];
  return [
    { own: {}, matchers: `${label}!~${quoted(those.map(({ name }) => name).join("|"))}` },
    ...those.map(({ name, own }) => ({ own, matchers: `${label}=${quoted(name)}` })),
  ];
}
