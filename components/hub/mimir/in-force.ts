import { parse } from "yaml";
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
    const now = found[tenant];
    if (!now) return [];
    return Object.entries(limits)
      .filter(([limit, value]) => comparable(value) !== comparable(now[limit]))
      .map(([limit, value]) => `tenant ${tenant}: ${limit} should be ${value}, is ${now[limit] ?? "not set"}`);
  });
  return [
    ...missing.map((tenant) => `tenant ${tenant}: has no limits in force`),
    ...surplus.map((tenant) => `tenant ${tenant}: has limits in force, but is not in the inventory`),
    ...different,
  ];
}

type Overrides = Record<string, Record<string, unknown>>;

function parseOverrides(text: string): Overrides {
  const config = parse(text) as Partial<RuntimeConfig> | null;
  return (config?.overrides ?? {}) as unknown as Overrides;
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
