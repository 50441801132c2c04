import { DEFAULT_RATES, DEFAULT_RETENTION_DAYS } from "../../contract/defaults";
import { toSeconds } from "../../kit/duration";
import type { HubObservabilityArgs } from "../../hub/args";
import type { HubEdgeArgs } from "../../hub/inventory-args";
import { edgesIn, type Writers } from "../../hub/writers";
import {
  lokiRuntimeConfig,
  type LogEdgeLoad,
  type LogTenantLoad,
  type LokiRuntimeConfig,
} from "./limits";
import type { LokiLoad } from "./plan";

type Inventory = Pick<HubObservabilityArgs, "tenants" | "edges">;

/** What the edges of a cell send, all together. A revoked edge keeps its room: it may be let in again. */
export function cellLogs(writers: Writers, cell: string): LokiLoad {
  const here = edgesIn(writers, cell);
  return {
    bytesPerSecond: here.reduce((total, [, edge]) => total + loadOf(edge).bytesPerSecond, 0),
  };
}

/** Limits of every tenant in one cell. */
export function cellLogLimits({ tenants, edges }: Inventory, cell: string): LokiRuntimeConfig {
  const here = edgesIn({ tenants, edges }, cell);
  const loads = Object.entries(tenants).map(
    ([id, { logRetentionDays = DEFAULT_RETENTION_DAYS.logs }]): [string, LogTenantLoad] => {
      const own = here.filter(([, { tenant }]) => tenant === id);
      return [id, { retentionDays: logRetentionDays, edges: own.map(([, edge]) => loadOf(edge)) }];
    },
  );
  return lokiRuntimeConfig(Object.fromEntries(loads));
}

function loadOf({
  logBytesPerSecond = DEFAULT_RATES.logBytesPerSecond,
  outage,
}: HubEdgeArgs): LogEdgeLoad {
  return { bytesPerSecond: logBytesPerSecond, outageSeconds: toSeconds(outage) };
}
