import { HUB_TENANT } from "../contract/names";
import { checksum } from "../kit/checksum";
import { toYaml } from "../kit/yaml";
import { collectorAlerts } from "./collector-alerts";
import { edgeAlerts, sendingEdges } from "./edge-alerts";
import { certificateAlerts, hubAlerts } from "./hub-alerts";
import { certificateExpiry, edgeInfo } from "./inventory";
import { HUB_GROUPS, RULES_INFO } from "./metrics";
import type { RulesModel } from "./model";
import { sloGroups, type Slo } from "./slos";
import { THRESHOLDS } from "./thresholds";
import {
  alertingRule,
  type Alert,
  type RuleFile,
  type RuleFileText,
  type RuleGroup,
} from "./types";
import { fleet } from "./workloads/fleet";
import { group, workloadRuleFile } from "./workloads/rules";

/** The one alert that must always fire: where it does not arrive, alerts do not work. */
export const WATCHDOG = "Watchdog";

/** Rules of one cell. */
export function ruleFile(model: RulesModel): RuleFileText {
  const hash = checksum(toYaml(rules(model, "")));
  return { text: toYaml(rules(model, hash)), hash };
}

/**
 * The groups: the inventory, recorded in the hub's own tenant, alerts on the pipeline and on the
 * fleet, which see that and the cell's tenants, and those of SLOs. Series of several tenants carry
 * a label that names the tenant; alerts leave it out.
 */
export function rules(model: RulesModel, hash: string): RuleFile {
  const { evaluationInterval: interval } = THRESHOLDS;
  const { compared, runbookBaseUrl, workloads } = model;
  const { hash: workload_rules } = workloadRuleFile({ ...workloads, runbookBaseUrl });
  const sources = model.groupsNameTenants && { source_tenants: [HUB_TENANT, ...model.tenants] };
  return {
    groups: [
      {
        name: HUB_GROUPS.inventory,
        interval,
        rules: [
          { record: RULES_INFO, expr: "vector(1)", labels: { hash, workload_rules } },
          ...model.edges.map(edgeInfo),
          ...model.certificates.map(certificateExpiry),
        ],
      },
      {
        name: HUB_GROUPS.pipeline,
        interval,
        ...sources,
        rules: alerts(model).map((alert) => alertingRule(alert, runbookBaseUrl)),
      },
      {
        ...group(fleet(compared, sendingEdges(model.hub)), { ...workloads, runbookBaseUrl }),
        ...sources,
      },
      ...model.slos.flatMap((slo) => sloRules(slo, model)),
    ],
  };
}

/** An SLO's events are read in its tenant alone; what is recorded of them is in the hub's own. */
function sloRules(slo: Slo, { runbookBaseUrl }: RulesModel): RuleGroup[] {
  const { indicator, others } = sloGroups(slo, runbookBaseUrl);
  return [{ ...indicator, source_tenants: [slo.tenant] }, ...others];
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
