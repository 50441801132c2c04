import { parse } from "yaml";

/**
 * What differs between the runtime file as it should be and what a backend says it has loaded, one line each; none when they agree. Backends show every
 * limit of each tenant, durations in a spelling of their own (`365d` as `1y`), so values are compared, not texts.
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
      .map(
        ([limit, value]) =>
          `tenant ${tenant}: ${limit} should be ${value}, is ${now[limit] ?? "not set"}`,
      );
  });
  return [
    ...missing.map((tenant) => `tenant ${tenant}: has no limits in force`),
    ...surplus.map(
      (tenant) => `tenant ${tenant}: has limits in force, but is not in the inventory`,
    ),
    ...different,
  ];
}

type Overrides = Record<string, Record<string, unknown>>;

function parseOverrides(text: string): Overrides {
  // Thanos names them in its own way.
  const { overrides, write } = (parse(text) ?? {}) as {
    overrides?: Overrides;
    write?: { tenants?: Overrides };
  };
  return overrides ?? write?.tenants ?? {};
}

/** `{ a: { b: 1 } }` -> `{ "a.b": 1 }`: every field of a section is shown, of which we set some. */
function flat(limits: Record<string, unknown>): Record<string, unknown> {
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
