import { fromSeconds } from "../../kit/duration";
import { tenantBounds, type TenantLoad } from "../kit/metrics/load";
import { QUERY_INGESTERS_WITHIN_HOURS } from "./config";

const HOUR = 3600;

/**
 * The limits we set per tenant:
 * https://grafana.com/docs/mimir/latest/configure/configuration-parameters/#limits
 */
export interface MimirLimits {
  readonly compactor_blocks_retention_period: string;
  readonly out_of_order_time_window: string;
  readonly query_ingesters_within: string;
  readonly ingestion_rate: number;
  readonly ingestion_burst_size: number;
  readonly max_global_series_per_user: number;
  readonly ha_max_clusters: number;
  readonly max_global_exemplars_per_user: number;
  readonly ruler_alertmanager_client_config?: { readonly alertmanager_url: string };
}

export function mimirLimits(load: TenantLoad): MimirLimits {
  const { lateSeconds, samplesPerSecond, burst, series, clusters, exemplars } = tenantBounds(load);
  const { retentionDays, alertmanagers = [] } = load;
  return {
    compactor_blocks_retention_period: `${retentionDays}d`,
    out_of_order_time_window: fromSeconds(lateSeconds),
    // Late samples stay in ingesters for as long as punctual ones, counted from their arrival.
    query_ingesters_within: fromSeconds(lateSeconds + QUERY_INGESTERS_WITHIN_HOURS * HOUR),
    ingestion_rate: samplesPerSecond,
    ingestion_burst_size: burst,
    max_global_series_per_user: series,
    ha_max_clusters: clusters,
    max_global_exemplars_per_user: exemplars,
    ...(alertmanagers.length > 0 && {
      ruler_alertmanager_client_config: { alertmanager_url: alertmanagers.join() },
    }),
  };
}
