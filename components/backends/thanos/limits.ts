import type { Store, Watcher } from "../../hub/model";
import { backendName } from "../kit/architecture";
import { tenantBounds, type TenantLoad } from "../kit/metrics/load";
import { ROUTE_PREFIX } from "./components";
import type { Retention } from "./config";

/**
 * Limits of tenants, read again while routers run:
 * https://thanos.io/tip/components/receive.md/#limits--gates
 */
export interface ThanosLimits {
  readonly write: {
    readonly global?: {
      readonly meta_monitoring_url: string;
      readonly meta_monitoring_limit_query: string;
    };
    readonly tenants?: Readonly<Record<string, { readonly head_series_limit: number }>>;
  };
}

interface LimitsArgs {
  readonly cell: string;
  readonly tenants: Readonly<Record<string, TenantLoad>>;
  /** Undefined: nobody knows how many series a tenant has, and nobody is limited. */
  readonly watcher: Watcher | undefined;
  /** Copies of each series. */
  readonly copies: number;
  /** Host and port of who answers queries over all tenants. */
  readonly reads: string;
}

/** A tenant with too many series is answered 429, which agents repeat. */
export function thanosLimits({ cell, tenants, watcher, copies, reads }: LimitsArgs): ThanosLimits {
  if (!watcher) return { write: {} };
  const ingesters = `{cluster="${watcher.cluster}",pod=~"${backendName("thanos", cell, "ingester")}-.+"}`;
  const limits = Object.entries(tenants).map(([id, load]) => [
    id,
    // What tells how many series there are must never be refused itself: nobody would learn that
    // there are fewer.
    { head_series_limit: id === watcher.tenant ? 0 : tenantBounds(load).series },
  ]);
  return {
    write: {
      global: {
        meta_monitoring_url: `http://${reads}${ROUTE_PREFIX}`,
        meta_monitoring_limit_query: `sum by (tenant) (prometheus_tsdb_head_series${ingesters}) / ${copies}`,
      },
      tenants: Object.fromEntries(limits),
    },
  };
}

/** What routers show of them, in the form of the file. */
export function thanosLimitsShown(metrics: string): ThanosLimits {
  const shown = metrics.matchAll(/^thanos_receive_head_series_limit\{tenant="(.+)"\} (\S+)$/gm);
  return {
    write: {
      tenants: Object.fromEntries(
        [...shown].map(([, id, limit]) => [id, { head_series_limit: Number(limit) }]),
      ),
    },
  };
}

/** Days for which samples are kept, by resolution. Each defaults to the tenant's retention. */
interface DownsamplingArgs {
  readonly retentionDaysRaw?: number;
  readonly retentionDays5m?: number;
}

export function downsamplingOf({ options }: Pick<Store, "options">): DownsamplingArgs {
  const { retentionDaysRaw, retentionDays5m } = options as Record<string, number | undefined>;
  return { retentionDaysRaw, retentionDays5m };
}

/**
 * Tenants by the name of the group that takes care of their blocks: those with the same retention.
 */
export function retentionsOf(
  tenants: Readonly<Record<string, TenantLoad>>,
  { retentionDaysRaw = Infinity, retentionDays5m = Infinity }: DownsamplingArgs,
): Record<string, Retention> {
  const days = [...new Set(Object.values(tenants).map(({ retentionDays }) => retentionDays))].sort(
    (a, b) => a - b,
  );
  return Object.fromEntries(
    days.map((each): [string, Retention] => [
      `${each}d`,
      {
        tenants: Object.keys(tenants).filter((id) => tenants[id]?.retentionDays === each),
        days: [Math.min(retentionDaysRaw, each), Math.min(retentionDays5m, each), each],
      },
    ]),
  );
}

/** Limits that all tenants share: those of the tenant that needs most. */
export function widestBounds(tenants: Readonly<Record<string, TenantLoad>>) {
  const bounds = Object.values(tenants).map(tenantBounds);
  const most = (field: "lateSeconds" | "exemplars") =>
    Math.max(0, ...bounds.map((each) => each[field]));
  return { lateSeconds: most("lateSeconds"), exemplars: most("exemplars") };
}
