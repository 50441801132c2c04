import { fromSeconds } from "../../kit/duration";
import { tenantBounds, type TenantLoad } from "../kit/metrics/load";

/**
 * The limits we set per tenant:
 * https://cortexmetrics.io/docs/configuration/configuration-file/#limits_config
 */
interface CortexLimits {
  readonly compactor_blocks_retention_period: string;
  readonly out_of_order_time_window: string;
  readonly max_cache_freshness: string;
  readonly ingestion_rate: number;
  readonly ingestion_burst_size: number;
  readonly max_global_series_per_user: number;
  readonly ha_max_clusters: number;
  readonly max_exemplars: number;
}

export function cortexLimits(load: TenantLoad): CortexLimits {
  const { lateSeconds, samplesPerSecond, burst, series, clusters, exemplars } = tenantBounds(load);
  return {
    compactor_blocks_retention_period: `${load.retentionDays}d`,
    out_of_order_time_window: fromSeconds(lateSeconds),
    // Results are cached once nothing can be late for them any more: a cached gap would hide what
    // an edge sends after an outage.
    max_cache_freshness: fromSeconds(lateSeconds),
    ingestion_rate: samplesPerSecond,
    ingestion_burst_size: burst,
    max_global_series_per_user: series,
    ha_max_clusters: clusters,
    max_exemplars: exemplars,
  };
}
