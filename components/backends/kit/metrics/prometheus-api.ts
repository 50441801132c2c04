import { RULES_INFO } from "../../../rules/metrics";

/** Path of Mimir's HTTP interface that shows the runtime configuration it has loaded. */
export const RUNTIME_CONFIG_PATH = "/runtime_config";

/** Path of Mimir's HTTP interface that shows a tenant's rules as they are evaluated. */
export const RULES_PATH = "/prometheus/api/v1/rules";

export interface RulesInForce {
  /** Undefined where they are not ours. */
  readonly hash: string | undefined;
  readonly alerts: number;
  /** Rules that have not been evaluated yet. */
  readonly waiting: number;
  /** One line for each rule that cannot be evaluated. */
  readonly unhealthy: readonly string[];
  /** What fires now, by the labels that tell it. */
  readonly firing: readonly Readonly<Record<string, string>>[];
}

/** What the answer at RULES_PATH says. */
export function rulesInForce(answer: string): RulesInForce {
  const { data } = JSON.parse(answer) as { data: { groups: { rules: ShownRule[] }[] } };
  const rules = data.groups.flatMap((group) => group.rules);
  return {
    hash: rules.find(({ name }) => name === RULES_INFO)?.labels?.["hash"],
    alerts: rules.filter(({ type }) => type === "alerting").length,
    waiting: rules.filter(({ health }) => health === "unknown").length,
    unhealthy: rules.flatMap(({ name, health, lastError }) =>
      health === "err" ? [`${name}: ${lastError}`] : [],
    ),
    firing: rules
      .flatMap(({ alerts = [] }) => alerts.filter(({ state }) => state === "firing"))
      .map(({ labels }) => labels),
  };
}

interface ShownRule {
  readonly type: "alerting" | "recording";
  readonly name: string;
  readonly health: "unknown" | "ok" | "err";
  readonly lastError?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly alerts?: readonly {
    readonly state: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}
