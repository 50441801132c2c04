import { HUB_TENANT } from "../contract/names";
import { checksum } from "../kit/checksum";
import { toYaml } from "../kit/yaml";
import { collectorAlerts } from "./collector-alerts";
import { edgeAlerts } from "./edge-alerts";
import { certificateAlerts, hubAlerts } from "./hub-alerts";
import { certificateExpiry, edgeInfo } from "./inventory";
import { RULES_INFO } from "./metrics";
import type { RulesModel } from "./model";
import { THRESHOLDS } from "./thresholds";
import { alertingRule, type Alert, type RuleFile } from "./types";

/** The one alert that must always fire: where it does not arrive, alerts do not work. */
export const WATCHDOG = "Watchdog";

export interface RuleFileText {
  readonly text: string;
  /** Differs wherever the rules differ; one of the rules shows it. */
  readonly hash: string;
}

/** Rules of one cell. */
export function ruleFile(model: RulesModel): RuleFileText {
  const hash = checksum(toYaml(rules(model, "")));
  return { text: toYaml(rules(model, hash)), hash };
}

/**
 * Two groups: the inventory, recorded in the hub's own tenant, and alerts, which see that and the
 * cell's tenants. Series of several tenants carry a label that names the tenant; alerts leave it
 * out.
 */
export function rules(model: RulesModel, hash: string): RuleFile {
  const { evaluationInterval: interval } = THRESHOLDS;
  return {
    groups: [
      {
        name: "inventory",
        interval,
        rules: [
          { record: RULES_INFO, expr: "vector(1)", labels: { hash } },
          ...model.edges.map(edgeInfo),
          ...model.certificates.map(certificateExpiry),
        ],
      },
      {
        name: "pipeline",
        interval,
        ...(model.groupsNameTenants && { source_tenants: [HUB_TENANT, ...model.tenants] }),
        rules: alerts(model).map((alert) => alertingRule(alert, model.runbookBaseUrl)),
      },
    ],
  };
}

function alerts(model: RulesModel): Alert[] {
  return [
    ...edgeAlerts(model.hub),
    ...collectorAlerts(model.agentNamespaces),
    ...hubAlerts(model),
    ...certificateAlerts(model),
    watchdog,
  ];
}

const watchdog: Alert = {
  name: WATCHDOG,
  severity: "none",
  expr: "vector(1)",
  summary: "Alerts are evaluated",
  description:
    "It fires always. The dead man's switch calls out for as long as it does, and so may a route of Alertmanager",
};
