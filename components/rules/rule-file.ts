import { HUB_TENANT } from "../contract/names";
import { checksum } from "../kit/checksum";
import { toYaml } from "../kit/yaml";
import { collectorAlerts } from "./collector-alerts";
import { edgeAlerts, sendingEdges } from "./edge-alerts";
import { certificateAlerts, hubAlerts } from "./hub-alerts";
import { certificateExpiry, edgeInfo } from "./inventory";
import { HUB_GROUPS, RULES_INFO } from "./metrics";
import type { RulesModel } from "./model";
import { sloGroupsOf } from "./slos";
import { THRESHOLDS } from "./thresholds";
import { alertingRule, type Alert, type RuleFile, type RuleFileText } from "./types";
import { fleet } from "./workloads/fleet";
import { group, workloadRuleFile } from "./workloads/rules";

/** The one alert that must always fire: where it does not arrive, alerts do not work. */
export const WATCHDOG = "Watchdog";

/** Rules of one cell. Its hash differs too where those that tenants alone have differ. */
export function ruleFile(model: RulesModel): RuleFileText {
  const hash = checksum(toYaml(rules(model, "")), ...Object.values(tenantRuleFiles(model)));
  return { text: toYaml(rules(model, hash)), hash };
}

/**
 * Rules that a tenant alone has, by tenant: those of its SLOs, and those that users bring. They see
 * its series and record among them. A tenant without any has an empty file, so that the first ones
 * restart nothing. The hub's own tenant has those that operators bring, which see all tenants: what
 * is wrong there cannot touch the rules on the pipeline.
 */
export function tenantRuleFiles(model: RulesModel): Record<string, string> {
  const { slos, own, runbookBaseUrl } = model;
  const groupsOf = (id: string) =>
    id === HUB_TENANT
      ? own.operators.map((each) => ({ ...each, ...sourcesOf(model) }))
      : [...sloGroupsOf(slos, id, runbookBaseUrl), ...(own.tenants[id] ?? [])];
  const entries = tenantsWithFile(model).map((id): [string, string] => [
    id,
    toYaml({ groups: groupsOf(id) }),
  ]);
  return Object.fromEntries(entries);
}

/** Tenants that have such a file: the hub's alone where rules see all tenants of the cell. */
export function tenantsWithFile({
  groupsNameTenants,
  ownTenants,
}: Pick<RulesModel, "groupsNameTenants" | "ownTenants">): readonly string[] {
  return [HUB_TENANT, ...(groupsNameTenants ? ownTenants : [])];
}

/** What a group says that sees every tenant, where it has to say so. */
function sourcesOf({ groupsNameTenants, tenants }: RulesModel) {
  return groupsNameTenants && { source_tenants: [HUB_TENANT, ...tenants] };
}

/**
 * The groups: the inventory, recorded in the hub's own tenant, and alerts on the pipeline and on
 * the fleet, which see that and the cell's tenants. Series of several tenants carry a label that
 * names the tenant; alerts leave it out.
 */
export function rules(model: RulesModel, hash: string): RuleFile {
  const { evaluationInterval: interval } = THRESHOLDS;
  const { compared, runbookBaseUrl, workloads } = model;
  const { hash: workload_rules } = workloadRuleFile({ ...workloads, runbookBaseUrl });
  const sources = sourcesOf(model);
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

export const watchdog: Alert = {
  name: WATCHDOG,
  severity: "none",
  expr: "vector(1)",
  summary: "Alerts are evaluated",
  description:
    "It fires always. The dead man's switch calls out for as long as it does, and so may a route of Alertmanager",
};
