import type { Cell, CellTenant } from "../../hub/model";
import type { LogTenantLoad } from "./limits";

/** What each tenant of a cell brings in log lines. */
export function logLoads({ tenants }: Cell): Record<string, LogTenantLoad> {
  return Object.fromEntries(tenants.map((tenant) => [tenant.id, loadOf(tenant)]));
}

function loadOf({ retentionDays, edges }: CellTenant): LogTenantLoad {
  return {
    retentionDays: retentionDays.logs,
    edges: edges.map(({ logBytesPerSecond, outageSeconds }) => ({
      bytesPerSecond: logBytesPerSecond,
      outageSeconds,
    })),
  };
}
