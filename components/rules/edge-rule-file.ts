import { checksum } from "../kit/checksum";
import { toYaml } from "../kit/yaml";
import { collectorAlerts } from "./collector-alerts";
import { remoteWriteDropping } from "./edge-alerts";
import { localStoreAlerts } from "./hub-alerts";
import { EDGE_RULES_INFO, HUB_GROUPS } from "./metrics";
import type { BackendMetrics } from "./model";
import { quoted } from "./promql";
import { watchdog } from "./rule-file";
import { THRESHOLDS } from "./thresholds";
import {
  alertingRule,
  type AlertingRule,
  type RuleFile,
  type RuleFileText,
  type RuleGroup,
} from "./types";
import { ownClusterDown } from "./workloads/fleet";
import { group, SUBJECTS } from "./workloads/rules";
import type { AlertThresholdsArgs } from "./workloads/thresholds";

/** What the rules of an edge are made of that evaluates them by itself. */
export interface EdgeRulesModel {
  /** Those of its tenant and its environment. */
  readonly thresholds: AlertThresholdsArgs;
  /** Names of alerts about workloads that are left out. */
  readonly disabled: readonly string[];
  /** Namespace of its agents. */
  readonly namespace: string;
  /** What it keeps its metrics with. */
  readonly store: BackendMetrics;
  /** Address of a runbook without the name of the alert, which ends it. */
  readonly runbookBaseUrl: string;
}

/** The text of those rules; one of them shows the hash. */
export function edgeRuleFile(model: EdgeRulesModel): RuleFileText {
  const hash = checksum(toYaml(edgeRules(model)));
  return { text: toYaml(edgeRules(model, hash)), hash };
}

/**
 * The rules about workloads that every tenant has, and those about the pipeline that an edge can
 * evaluate without its hub.
 */
export function edgeRules(model: EdgeRulesModel, hash = ""): RuleFile {
  const workloads = { ...model, environments: {}, tenants: {} };
  return {
    groups: [pipeline(model, hash), ...SUBJECTS.map((subject) => group(subject, workloads))].map(
      withOwnLabels,
    ),
  };
}

function pipeline({ namespace, store, runbookBaseUrl }: EdgeRulesModel, hash: string): RuleGroup {
  const alerts = [
    ownClusterDown,
    remoteWriteDropping,
    ...collectorAlerts([namespace]),
    ...localStoreAlerts(`namespace=${quoted(namespace)}`, store),
    watchdog,
  ];
  return {
    name: HUB_GROUPS.pipeline,
    interval: THRESHOLDS.evaluationInterval,
    rules: [
      { record: EDGE_RULES_INFO, expr: "vector(1)", labels: { hash } },
      ...alerts.map((alert) => alertingRule(alert, runbookBaseUrl)),
    ],
  };
}

/** Labels that an edge's series have once they leave it. */
const OWN_LABEL = /\$labels\.(cluster|environment|tenant_id)\b/g;

/**
 * Where they are evaluated, series do not have the labels of their edge: Prometheus adds them to
 * what leaves it, alerts among that. Texts name them as what they are there.
 */
function withOwnLabels({ rules, ...rest }: RuleGroup): RuleGroup {
  return { ...rest, rules: rules.map((rule) => ("alert" in rule ? named(rule) : rule)) };
}

function named(rule: AlertingRule): AlertingRule {
  const own = (text: string) => text.replace(OWN_LABEL, "$externalLabels.$1");
  const { summary, description, runbook_url } = rule.annotations;
  return {
    ...rule,
    annotations: { summary: own(summary), description: own(description), runbook_url },
  };
}
