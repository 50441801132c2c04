import { valueAt } from "../kit/extra-config";
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
