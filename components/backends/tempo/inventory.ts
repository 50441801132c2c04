import { DEFAULT_RATES, DEFAULT_RETENTION_DAYS } from "../../contract/defaults";
import { toSeconds } from "../../kit/duration";
import type { HubObservabilityArgs } from "../../hub/args";
import type { HubTracesArgs } from "../../hub/cell-args";
import type { HubEdgeArgs } from "../../hub/inventory-args";
import { edgesIn, type Writers } from "../../hub/writers";
import { tempoRuntimeConfig, type TempoRuntimeConfig } from "./limits";
import type { TempoLoad } from "./plan";

type Inventory = Pick<HubObservabilityArgs, "tenants" | "edges">;

export interface CellTraces extends TempoLoad {
  /** The longest outage of its edges, in seconds. */
  readonly outageSeconds: number;
}

/** What the edges of a cell send, all together. A revoked edge keeps its room: it may be let in again. */
export function cellTraces(writers: Writers, cell: string): CellTraces {
  const here = edgesIn(writers, cell);
  return {
    spansPerSecond: spansOf(here.map(([, edge]) => edge)),
    sampled: here.filter(([, { allTraces }]) => !allTraces).map(([name]) => name),
    outageSeconds: Math.max(0, ...here.map(([, { outage }]) => toSeconds(outage))),
  };
}

/** Limits of every tenant in one cell, also of one without an edge there: its retention must hold for what is there already. */
export function cellTraceLimits(
  { tenants, edges }: Inventory,
  cell: string,
  { metricsGenerator = false }: Pick<HubTracesArgs, "metricsGenerator">,
): TempoRuntimeConfig {
  const here = edgesIn({ tenants, edges }, cell).map(([, edge]) => edge);
  const loads = Object.entries(tenants).map(
    ([id, { traceRetentionDays = DEFAULT_RETENTION_DAYS.traces }]) => {
      const spansPerSecond = spansOf(here.filter(({ tenant }) => tenant === id));
      return [id, { retentionDays: traceRetentionDays, spansPerSecond, metricsGenerator }] as const;
    },
  );
  return tempoRuntimeConfig(Object.fromEntries(loads));
}

function spansOf(edges: readonly HubEdgeArgs[]): number {
  return edges.reduce(
    (total, { spansPerSecond = DEFAULT_RATES.spansPerSecond }) => total + spansPerSecond,
    0,
  );
}
