import { backendName } from "../kit/architecture";
import type { Watcher } from "../../hub/model";
import { tenantBounds, type TenantLoad } from "../kit/metrics/load";

/** Limits of tenants, read again while routers run: https://thanos.io/tip/components/receive.md/#limits--gates */
export interface ThanosLimits {
  readonly write: {
    readonly global?: {
      readonly meta_monitoring_url: string;
      readonly meta_monitoring_limit_query: string;
    };
    readonly tenants?: Readonly<Record<string, { readonly head_series_limit: number }>>;
  };
}

export interface LimitsArgs {
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
    // What tells how many series there are must never be refused itself: nobody would learn that there are fewer.
    { head_series_limit: id === watcher.tenant ? 0 : tenantBounds(load).series },
  ]);
  return {
    write: {
      global: {
        meta_monitoring_url: `http://${reads}/prometheus`,
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
