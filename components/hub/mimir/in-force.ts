import { parse } from "yaml";
import { RULES_INFO } from "../../rules/metrics";
import type { RuntimeConfig } from "./limits";

/** Path of Mimir's HTTP interface that shows the runtime configuration it has loaded. */
export const RUNTIME_CONFIG_PATH = "/runtime_config";

/**
 * What differs between the runtime file as it should be and what Mimir says it has loaded, one line each; none when they agree. Mimir shows every limit
 * of each tenant, durations in its own spelling (`365d` as `1y`), so values are compared, not texts.
 */
export function runtimeDifferences(intended: string, inForce: string): string[] {
  const wanted = parseOverrides(intended);
  const found = parseOverrides(inForce);
  const missing = Object.keys(wanted).filter((tenant) => !found[tenant]);
  const surplus = Object.keys(found).filter((tenant) => !wanted[tenant]);
  const different = Object.entries(wanted).flatMap(([tenant, limits]) => {
    if (!found[tenant]) return [];
    const now = flat(found[tenant]);
    return Object.entries(flat(limits))
      .filter(([limit, value]) => comparable(value) !== comparable(now[limit]))
      .map(([limit, value]) => `tenant ${tenant}: ${limit} should be ${value}, is ${now[limit] ?? "not set"}`);
  });
  return [
    ...missing.map((tenant) => `tenant ${tenant}: has no limits in force`),
    ...surplus.map((tenant) => `tenant ${tenant}: has limits in force, but is not in the inventory`),
    ...different,
  ];
}

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
    unhealthy: rules.flatMap(({ name, health, lastError }) => (health === "err" ? [`${name}: ${lastError}`] : [])),
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
  readonly alerts?: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[];
}

type Overrides = Record<string, Record<string, unknown>>;

function parseOverrides(text: string): Overrides {
  const config = parse(text) as Partial<RuntimeConfig> | null;
  return (config?.overrides ?? {}) as unknown as Overrides;
}

/** `{ a: { b: 1 } }` -> `{ "a.b": 1 }`: Mimir shows every field of a section, of which we set one. */
function flat(limits: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(limits).flatMap(([name, value]): [string, unknown][] => {
    if (typeof value !== "object" || value === null) return [[name, value]];
    return Object.entries(flat(value as Record<string, unknown>)).map(([inner, deep]) => [`${name}.${inner}`, deep]);
  });
  return Object.fromEntries(entries);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** Durations as seconds, everything else as it is. */
function comparable(value: unknown): unknown {
  if (typeof value !== "string" || !/^(\d+[smhdwy])+$/.test(value)) return value;
  return [...value.matchAll(/(\d+)([smhdwy])/g)].reduce(
    (total, [, count, unit]) => total + Number(count) * (SECONDS[unit ?? ""] ?? 0),
    0,
  );
}
