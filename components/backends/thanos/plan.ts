import type { Store } from "../../hub/model";
import { backendName, INGESTER } from "../kit/architecture";
import { tenantBounds, type TenantLoad } from "../kit/metrics/load";
import type { Layout } from "../kit/metrics/profiles";
import type { Retention } from "./config";
import { THANOS } from "./components";

/** How long samples are kept in which resolution, where not for as long as their tenant wants. */
export interface DownsamplingArgs {
  /** As they came. */
  readonly rawDays?: number;
  /** As of 5 minutes. */
  readonly fiveMinuteDays?: number;
}

export function downsamplingOf({ options }: Pick<Store, "options">): DownsamplingArgs {
  const { retentionDaysRaw, retentionDays5m } = options as Record<string, number | undefined>;
  return { rawDays: retentionDaysRaw, fiveMinuteDays: retentionDays5m };
}

/** Tenants by the name of the group that takes care of their blocks: those with the same retention. */
export function retentionsOf(
  tenants: Readonly<Record<string, TenantLoad>>,
  { rawDays = Infinity, fiveMinuteDays = Infinity }: DownsamplingArgs,
): Record<string, Retention> {
  const days = [...new Set(Object.values(tenants).map(({ retentionDays }) => retentionDays))].sort(
    (a, b) => a - b,
  );
  return Object.fromEntries(
    days.map((each): [string, Retention] => [
      `${each}d`,
      {
        tenants: Object.keys(tenants).filter((id) => tenants[id]?.retentionDays === each),
        days: [Math.min(rawDays, each), Math.min(fiveMinuteDays, each), each],
      },
    ]),
  );
}

/** What is one for all tenants is that of the tenant that needs most. */
export function widestBounds(tenants: Readonly<Record<string, TenantLoad>>) {
  const bounds = Object.values(tenants).map(tenantBounds);
  const most = (field: "lateSeconds" | "exemplars") =>
    Math.max(0, ...bounds.map((each) => each[field]));
  return { lateSeconds: most("lateSeconds"), exemplars: most("exemplars") };
}

interface Endpoint {
  readonly address: string;
  readonly az?: string;
}

/** Every ingester by the name of its pod, as Receive reads it: https://thanos.io/tip/components/receive.md/#hashring-configuration */
export function hashrings(cell: string, { sizes, replication }: Layout, zones: readonly string[]) {
  const { replicas } = sizes.ingester;
  if (replicas < replication.ingester)
    throw new Error(
      `a hashring of ${replicas} ingesters for ${replication.ingester} copies of each sample`,
    );
  const host = backendName(THANOS.name, cell, INGESTER);
  const inGroups: readonly (string | undefined)[] = zones.length > 0 ? zones : [undefined];
  const endpoints = inGroups.flatMap((zone) =>
    Array.from({ length: replicas / inGroups.length }, (_, index): Endpoint => ({
      address: `${host}${zone ? `-${zone}` : ""}-${index}.${host}:${THANOS.grpcPort}`,
      ...(zone && { az: zone }),
    })),
  );
  return [{ endpoints }];
}
