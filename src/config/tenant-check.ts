import type { Problem } from "../../components/kit/problems";
import { pasteLines, showPath } from "./explain";
import type { HubSection } from "./hub-schema";

/** For how long a tenant's data is kept, and below which it must not fall, by signal. */
export const RETENTIONS = [
  ["retentionDays", "minRetentionDays"],
  ["logRetentionDays", "minLogRetentionDays"],
  ["traceRetentionDays", "minTraceRetentionDays"],
] as const;

export function retentionProblems({ tenants }: HubSection): Problem[] {
  return Object.entries(tenants).flatMap(([id, tenant]) =>
    RETENTIONS.flatMap(([days, minimum]) => {
      const floor = tenant[minimum] ?? 0;
      if (tenant[days] >= floor) return [];
      const path = ["hub", "tenants", id, days];
      return [
        {
          path: showPath(path),
          got: tenant[days],
          expected: `at least ${floor}, the tenant's ${minimum}`,
          paste: pasteLines(path, floor),
        },
      ];
    }),
  );
}
