import { isMap } from "./records";
import type { IssuePath } from "./issues";

/** The value at a path. Undefined where there is none. */
export function valueAt(value: unknown, path: IssuePath): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<string, unknown> | undefined)?.[step],
    value,
  );
}

/** Configuration with extra configuration merged into it: maps by key, lists appended. */
export function merged<T>(config: T, extra: unknown): T {
  if (extra === undefined) return config;
  if (Array.isArray(config) && Array.isArray(extra)) return [...config, ...extra] as T;
  if (!isMap(config) || !isMap(extra)) return extra as T;
  const keys = Object.entries(extra).map(([key, value]) => [key, merged(config[key], value)]);
  return { ...config, ...Object.fromEntries(keys) } as T;
}
