import type { BackendResources, ComponentSize, Demand } from "./sizes";
import { sizeOf } from "./sizes";

/** What one pod of a component takes, and needs for it. */
export interface PlanningRow {
  readonly megabytesPerSecond: number;
  readonly cores: number;
  readonly gigabytes: number;
  /** Disk, where what the configuration says of one is another's. */
  readonly diskGigabytes?: number;
  /** Works no more than ever while an outage is replayed. */
  readonly steady?: true;
  /** Pods of the smallest cell. */
  readonly least: number;
}

export interface PlannedRate {
  readonly megabytesPerSecond: number;
  /** While all edges replay an outage, for the components that are not `steady`. */
  readonly replayed: number;
}

type Rows<Component extends string> = Readonly<Record<Component, PlanningRow>>;

/** Pods of each component and their sizes; `replicas`: instead of what follows. */
export function plannedSizes<Component extends string>(
  rows: Rows<Component>,
  rate: PlannedRate,
  replicas?: Readonly<Partial<Record<Component, number>>>,
): Record<Component, ComponentSize> {
  const entries = Object.entries<PlanningRow>(rows).map(([component, row]) => {
    const follow = Math.max(row.least, Math.ceil(rate.megabytesPerSecond / row.megabytesPerSecond));
    return [component, sizeOf(demandOf(row, rate), replicas?.[component as Component] ?? follow)];
  });
  return Object.fromEntries(entries) as Record<Component, ComponentSize>;
}

/** Everything in one process: what the parts need, summed. */
export function plannedSum(rows: readonly PlanningRow[], rate: PlannedRate): BackendResources {
  const demands = rows.map((row) => demandOf(row, rate));
  const sum = (part: (demand: Demand) => number) =>
    demands.reduce((total, demand) => total + part(demand), 0);
  const cores = sum((demand) => demand.cores);
  const replayCores = sum((demand) => demand.replayCores ?? demand.cores);
  const { requests, limits, goMemoryLimit } = sizeOf(
    { cores, replayCores, bytes: sum(({ bytes }) => bytes) },
    1,
  );
  return { requests, limits, goMemoryLimit };
}

/** Not in whole pods: the share of one that the rate needs. */
function demandOf(row: PlanningRow, { megabytesPerSecond, replayed }: PlannedRate): Demand {
  const pods = megabytesPerSecond / row.megabytesPerSecond;
  return {
    cores: pods * row.cores,
    ...(!row.steady && { replayCores: (replayed / row.megabytesPerSecond) * row.cores }),
    bytes: pods * row.gigabytes * 1e9,
    ...(row.diskGigabytes !== undefined && { disk: pods * row.diskGigabytes * 1e9 }),
  };
}
