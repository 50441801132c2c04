import { toYaml } from "../../../components/kit/yaml";
import type { RulesModel } from "../../../components/rules/model";
import { rules } from "../../../components/rules/rule-file";

/** Everything at once: delays of minutes are promtool's business. */
export function eager(model: RulesModel, hash: string): string {
  const { groups } = rules(model, hash);
  const now = groups.map((group) => ({
    ...group,
    interval: "1s",
    rules: group.rules.map((rule) => ("alert" in rule ? { ...rule, for: "0s" } : rule)),
  }));
  return toYaml({ groups: now });
}

/** What an evaluator has of an edge that it misses. */
export function silentAlert(edge: string): object {
  return {
    __name__: "ALERTS",
    alertname: "EdgeSilent",
    alertstate: "firing",
    severity: "critical",
    cluster: edge,
    tenant_id: edge,
    environment: edge,
  };
}
