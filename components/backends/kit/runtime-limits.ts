import { fromYaml } from "../../kit/yaml";
import type { TenantLimits } from "../backend";

/** Limits by tenant, as a runtime configuration file has them. */
export function overridesIn(yaml: string): TenantLimits {
  const { overrides } = (fromYaml(yaml) ?? {}) as { overrides?: TenantLimits };
  return overrides ?? {};
}

/**
 * What differs between limits as they should be and as a backend says that they are, one line each.
 * Backends show every limit of each tenant, durations in a spelling of their own (`365d` as `1y`),
 * so values are compared, not texts. Tenants that are not in `intended` should have none.
 */
export function limitDifferences(intended: TenantLimits, running: TenantLimits): string[] {
  const missing = Object.keys(intended).filter((tenant) => !running[tenant]);
  const surplus = Object.keys(running).filter((tenant) => !intended[tenant]);
  const different = Object.entries(intended).flatMap(([tenant, limits]) => {
    if (!running[tenant]) return [];
    const now = flat(running[tenant]);
    return Object.entries(flat(limits))
      .filter(([limit, value]) => comparable(value) !== comparable(now[limit]))
      .map(
        ([limit, value]) =>
          `tenant ${tenant}: ${limit} should be ${value}, is ${now[limit] ?? "not set"}`,
      );
  });
  return [
    ...missing.map((tenant) => `tenant ${tenant}: the backend has loaded no limits of it`),
    ...surplus.map(
      (tenant) =>
        `tenant ${tenant}: the backend has loaded limits of it, but it is not in the inventory`,
    ),
    ...different,
  ];
}

/**
 * `{ a: { b: 1 } }` -> `{ "a.b": 1 }`: backends show every field of a section that we set some of.
 */
function flat(limits: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(limits).flatMap(([name, value]): [string, unknown][] => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[name, value]];
    return Object.entries(flat(value as Record<string, unknown>)).map(([inner, deep]) => [
      `${name}.${inner}`,
      deep,
    ]);
  });
  return Object.fromEntries(entries);
}

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Durations as seconds, lists in an order, everything else as it is. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].sort().join();
  if (typeof value !== "string" || !/^(\d+[smhdwy])+$/.test(value)) return value;
  return [...value.matchAll(/(\d+)([smhdwy])/g)].reduce(
    (total, [, count, unit]) => total + Number(count) * (SECONDS[unit ?? ""] ?? 0),
    0,
  );
}
