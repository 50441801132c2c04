import type { Issue, IssuePath } from "../kit/issues";
import type { EdgeExtraConfigArgs } from "./args";
import { HUB, HUB_IN_ORDER, STORAGE } from "./collector/exporters";

const PIPELINES = ["metrics", "logs", "traces", "traces/all", "metrics/spans"];

const COLLECTOR: readonly IssuePath[] = [
  ["processors", "memory_limiter"],
  ["exporters", HUB],
  ["exporters", HUB_IN_ORDER],
  ["exporters", "load_balancing"],
  ["extensions", STORAGE],
  ["service", "telemetry"],
  ...PIPELINES.map((pipeline) => ["service", "pipelines", pipeline]),
];

/** Keys that decide what the hub is sent, and what survives while it is away. */
const PROTECTED: Readonly<Record<keyof EdgeExtraConfigArgs, readonly IssuePath[]>> = {
  agent: [["remote_write"], ["global", "external_labels"]],
  collector: COLLECTOR,
  collectorGateway: COLLECTOR,
};

/** Keys that extra configuration may not touch. Paths start at the program's name. */
export function extraConfigIssues(extra: EdgeExtraConfigArgs): Issue[] {
  return Object.entries(PROTECTED).flatMap(([program, paths]) =>
    paths.flatMap((path): Issue[] => {
      const got = valueAt(extra[program as keyof EdgeExtraConfigArgs], path);
      if (got === undefined) return [];
      return [
        {
          path: [program, ...path],
          got,
          expected: "nothing: Heliograph's delivery to the hub depends on this key",
          lines: `// remove ${path.join(".")}`,
        },
      ];
    }),
  );
}

function valueAt(value: unknown, path: IssuePath): unknown {
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

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
