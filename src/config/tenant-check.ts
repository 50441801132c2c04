import type { Issue } from "@heliograph/heliograph";
import type { HubSection } from "./hub-schema";

/** For how long a tenant's data is kept, and below which it must not fall, by signal. */
export const RETENTIONS = [
  ["retentionDays", "minRetentionDays"],
  ["logRetentionDays", "minLogRetentionDays"],
  ["traceRetentionDays", "minTraceRetentionDays"],
] as const;

export function retentionIssues({ tenants }: HubSection): Issue[] {
  return Object.entries(tenants).flatMap(([id, tenant]) =>
    RETENTIONS.flatMap(([days, minimum]) => {
      const floor = tenant[minimum] ?? 0;
      if (tenant[days] >= floor) return [];
      return [
        {
          path: ["hub", "tenants", id, days],
          got: tenant[days],
          expected: `at least ${floor}, the tenant's ${minimum}`,
          example: floor,
        },
      ];
    }),
  );
}
