import type { Cell } from "../../hub/model";
import type { TraceTenantLoad } from "./limits";

/** What each tenant of a cell brings in spans. */
export function traceLoads(
  { tenants }: Cell,
  metricsGenerator: boolean,
): Record<string, TraceTenantLoad> {
  const loads = tenants.map(({ id, retentionDays, edges }): [string, TraceTenantLoad] => [
    id,
    {
      retentionDays: retentionDays.traces,
      spansPerSecond: edges.reduce((total, { spansPerSecond }) => total + spansPerSecond, 0),
      metricsGenerator,
    },
  ]);
  return Object.fromEntries(loads);
}
