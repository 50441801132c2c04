import type { Dashboard, Panels } from "../../../dashboards/kit/dashboard";
import { bars, graph, stat, table } from "../../../dashboards/kit/panels";
import { backendBoards, type BoardTerms, hitShare } from "../boards";
import type { RingSettings } from "./deploy";

/** Metrics of which each backend has its own. */
interface RingMetrics {
  readonly name: string;
  readonly title: string;
  /** Prefixes of its own metrics, and of those of its bucket's client. */
  readonly prefixes: RingSettings["metricPrefixes"];
  readonly shown: RingSettings["shown"];
}

const POD = "cluster, namespace, pod";

/** Dashboards of backends of metrics whose processes find each other in rings. */
export function ringBoards({ name, title, prefixes, shown }: RingMetrics): Dashboard[] {
  const own = (metric: string) => `${prefixes.own}_${metric}`;
  return backendBoards({
    name,
    title,
    present: own("build_info"),
    requests: { histogram: own("request_duration_seconds"), route: "route", status: "status_code" },
    objectStore: prefixes.bucket,
    overview: (of) => overview(of, own),
    writes: (of) => writes(of, own),
    reads: (of) => reads(of, own, shown.fetchedBytes),
    compactor: (of) => compactor(of, own),
    caches: (of) => caches(of, shown),
  });
}

type Own = (metric: string) => string;

function overview({ now, range, sum, rates, series }: BoardTerms, own: Own): Panels {
  return {
    seriesNow: stat(
      "Series in memory",
      "short",
      "Series that ingesters hold, each copy counted.",
      now(`sum(${series(own("ingester_memory_series"))})`, "series"),
    ),
    samples: stat(
      "Samples",
      "cps",
      "Samples a second that arrive.",
      now(`sum(${rates(own("distributor_received_samples_total"), POD)})`, "samples"),
    ),
    tenants: stat(
      "Tenants in memory",
      "short",
      "Tenants with series in an ingester.",
      now(`max(${series(own("ingester_memory_users"))})`, "tenants"),
    ),
    unhealthy: stat(
      "Members that are not well",
      "short",
      "Members of rings that are in a state other than active.",
      now(`sum(${series(own("ring_members"), 'state!="ACTIVE"')}) or vector(0)`, "members"),
      { thresholds: { warning: 1 } },
    ),
    failedUploads: stat(
      "Failed uploads",
      "short",
      "Uploads of blocks that failed within the time range.",
      now(
        `sum(increase(${series(own("ingester_shipper_upload_failures_total"))}[$__range])) or vector(0)`,
        "failed",
      ),
      { thresholds: { critical: 1 } },
    ),
    compacted: stat(
      "Since the last compaction",
      "s",
      "Time since a compactor's last run that succeeded.",
      now(
        `time() - max(${series(own("compactor_last_successful_run_timestamp_seconds"))} > 0)`,
        "ago",
      ),
      { thresholds: { warning: 43_200, critical: 86_400 } },
    ),
    samplesByTenant: graph(
      "Samples by tenant",
      "cps",
      "Samples a second that arrive, by tenant.",
      range(rates(own("distributor_received_samples_total"), "user"), "{{user}}"),
      { stacked: true },
    ),
    members: graph(
      "Members of rings",
      "short",
      "Members of each ring, by their state.",
      range(
        `max by (name, state) (${sum(own("ring_members"), "name, state, pod")})`,
        "{{name}} {{state}}",
      ),
    ),
  };
}

function writes({ range, rates, quantile, series }: BoardTerms, own: Own): Panels {
  return {
    received: graph(
      "Samples received",
      "cps",
      "Samples a second that distributors take, after pairs of agents were told apart.",
      range(rates(own("distributor_received_samples_total"), "user"), "{{user}}"),
    ),
    arrived: graph(
      "Samples that arrive",
      "cps",
      "Samples a second before anything is refused or is found to be a copy.",
      range(rates(own("distributor_samples_in_total"), "user"), "{{user}}"),
    ),
    discarded: table(
      "Samples discarded",
      "cps",
      "Samples that are refused for good, by tenant and reason.",
      range(`${rates(own("discarded_samples_total"), "user, reason")} > 0`, "discarded", {
        instant: true,
      }),
      { width: 12, height: 8 },
    ),
    exemplars: graph(
      "Exemplars",
      "cps",
      "Exemplars a second that arrive.",
      range(rates(own("distributor_received_exemplars_total"), "user"), "{{user}}"),
    ),
    pushDuration: graph(
      "Time of a write (99 %)",
      "s",
      "99 of 100 writes take less, by the process that answers.",
      range(
        quantile(
          0.99,
          own("request_duration_seconds"),
          "route",
          'route=~"(api_v1_push|.*Push.*|otlp.*)"',
        ),
        "{{route}}",
      ),
    ),
    toIngesters: graph(
      "Time of ingesters (99 %)",
      "s",
      "99 of 100 calls of distributors to ingesters take less.",
      range(
        quantile(0.99, own("ingester_client_request_duration_seconds"), "operation"),
        "{{operation}}",
      ),
    ),
    inflight: graph(
      "Writes in flight",
      "short",
      "Writes that distributors and ingesters work on.",
      [
        range(`sum by (${POD}) (${series(own("distributor_inflight_push_requests"))})`, "{{pod}}"),
        range(`sum by (${POD}) (${series(own("ingester_inflight_push_requests"))})`, "{{pod}}"),
      ],
    ),
    created: graph("Series created and removed", "cps", "Series that come and go in ingesters.", [
      range(rates(own("ingester_memory_series_created_total"), POD), "{{pod}} created"),
      range(rates(own("ingester_memory_series_removed_total"), POD), "{{pod}} removed"),
    ]),
    seriesByPod: graph(
      "Series by ingester",
      "short",
      "Series that each ingester holds. They should be about equal.",
      range(`sum by (${POD}) (${series(own("ingester_memory_series"))})`, "{{pod}}"),
    ),
    uploads: graph("Uploads of blocks", "ops", "Blocks that are uploaded, and those that failed.", [
      range(rates(own("ingester_shipper_uploads_total"), POD), "{{pod}} uploaded"),
      range(rates(own("ingester_shipper_upload_failures_total"), POD), "{{pod}} failed"),
    ]),
    walFailures: graph(
      "Failures of the write-ahead log",
      "ops",
      "Writes to the write-ahead log that failed. Any of them is data at risk.",
      range(rates(own("ingester_tsdb_wal_writes_failed_total"), POD), "{{pod}}"),
      { thresholds: { critical: 0.001 } },
    ),
    headCompactions: graph(
      "Compactions of heads",
      "ops",
      "Blocks that ingesters make of what is in memory, and those that failed.",
      [
        range(rates(own("ingester_tsdb_compactions_total"), POD), "{{pod}} made"),
        range(rates(own("ingester_tsdb_compactions_failed_total"), POD), "{{pod}} failed"),
      ],
    ),
  };
}

function reads(
  { range, rates, quantile, series }: BoardTerms,
  own: Own,
  fetchedBytes: string,
): Panels {
  const queries = 'route=~".*(query|series|label).*"';
  return {
    queryRate: graph(
      "Queries",
      "reqps",
      "Queries a second, by path.",
      range(rates(own("request_duration_seconds_count"), "route", queries), "{{route}}"),
    ),
    queryDuration: graph(
      "Time of a query (99 %)",
      "s",
      "99 of 100 queries take less, by path.",
      range(quantile(0.99, own("request_duration_seconds"), "route", queries), "{{route}}"),
    ),
    queryErrors: graph(
      "Queries that failed",
      "reqps",
      "Queries that were answered 5xx, by path.",
      range(
        rates(own("request_duration_seconds_count"), "route", `${queries},status_code=~"5.."`),
        "{{route}}",
      ),
      { thresholds: { warning: 0.01 } },
    ),
    queue: graph(
      "Queries that wait",
      "short",
      "Queries in the queue of the scheduler, by tenant.",
      range(`sum by (user) (${series(own("query_scheduler_queue_length"))})`, "{{user}}"),
      { thresholds: { warning: 50 } },
    ),
    queueTime: graph(
      "Time in the queue (99 %)",
      "s",
      "99 of 100 queries wait less for a querier.",
      range(quantile(0.99, own("query_scheduler_queue_duration_seconds"), "pod"), "{{pod}}"),
    ),
    byTenant: graph(
      "Time that queries take, by tenant",
      "s",
      "Seconds of queries in a second: who uses the queriers.",
      range(rates(own("query_seconds_total"), "user"), "{{user}}"),
      { stacked: true },
    ),
    fetched: graph(
      "Chunks that queries read",
      "Bps",
      "Bytes of chunks that queries read, by tenant.",
      range(rates(fetchedBytes, "user"), "{{user}}"),
    ),
    blocksLoaded: graph(
      "Blocks of store gateways",
      "short",
      "Blocks that each store gateway answers for.",
      range(`sum by (${POD}) (${series(own("bucket_store_blocks_loaded"))})`, "{{pod}}"),
    ),
    consistency: graph(
      "Queries that missed blocks",
      "ops",
      "Queries for which a block was found nowhere: they fail, and are tried again.",
      range(rates(own("querier_blocks_consistency_checks_failed_total"), POD), "{{pod}}"),
      { thresholds: { warning: 0.01 } },
    ),
    indexFailures: graph(
      "Indexes that could not be loaded",
      "ops",
      "Indexes of the bucket that could not be loaded.",
      range(rates(own("bucket_index_load_failures_total"), POD), "{{pod}}"),
      { thresholds: { warning: 0.01 } },
    ),
  };
}

function compactor({ range, now, rates, series }: BoardTerms, own: Own): Panels {
  return {
    lastRun: stat(
      "Since the last run",
      "s",
      "Time since the last run that succeeded.",
      now(
        `time() - max(${series(own("compactor_last_successful_run_timestamp_seconds"))} > 0)`,
        "ago",
      ),
      { width: 8, thresholds: { warning: 43_200, critical: 86_400 } },
    ),
    failedRuns: stat(
      "Failed runs",
      "short",
      "Runs that failed within the time range, without those that were stopped.",
      now(
        `sum(increase(${series(own("compactor_runs_failed_total"), 'reason!="shutdown"')}[$__range])) or vector(0)`,
        "failed",
      ),
      { width: 8, thresholds: { warning: 1 } },
    ),
    noCompaction: stat(
      "Blocks that are left out",
      "short",
      "Blocks that were marked within the time range, because they cannot be merged.",
      now(
        `sum(increase(${series(own("compactor_blocks_marked_for_no_compaction_total"))}[$__range])) or vector(0)`,
        "blocks",
      ),
      { width: 8, thresholds: { warning: 1 } },
    ),
    runs: graph("Runs", "ops", "Runs that were started, that succeeded, and that failed.", [
      range(rates(own("compactor_runs_started_total"), POD), "{{pod}} started"),
      range(rates(own("compactor_runs_completed_total"), POD), "{{pod}} succeeded"),
      range(rates(own("compactor_runs_failed_total"), POD, 'reason!="shutdown"'), "{{pod}} failed"),
    ]),
    compactions: graph("Compactions", "ops", "Groups of blocks that are merged, and that failed.", [
      range(rates(own("compactor_group_compactions_total"), POD), "{{pod}} merged"),
      range(rates(own("compactor_group_compactions_failures_total"), POD), "{{pod}} failed"),
    ]),
    deleted: graph("Blocks deleted", "ops", "Blocks that are marked for deletion, and deleted.", [
      range(
        rates(own("compactor_blocks_marked_for_deletion_total"), "reason"),
        "marked: {{reason}}",
      ),
      range(rates(own("compactor_blocks_cleaned_total"), POD), "{{pod}} deleted"),
    ]),
    blocks: bars(
      "Blocks by tenant",
      "short",
      "Blocks of each tenant in the bucket.",
      now(`max by (user) (${series(own("bucket_blocks_count"))})`, "{{user}}"),
    ),
  };
}

function caches({ range, rates }: BoardTerms, shown: RingMetrics["shown"]): Panels {
  const [hits, requests] = ["hits", "requests"].map((what) =>
    rates(`${shown.caches}_${what}_total`, "name"),
  ) as [string, string];
  return {
    hits: graph(
      "Hits of caches",
      "percentunit",
      "What is found in memcached, of what is looked for, by cache.",
      range(hitShare(hits, requests), "{{name}}"),
      { needs: "caches" },
    ),
    lookups: graph(
      "Lookups in caches",
      "ops",
      "What is looked for in memcached, by cache.",
      range(requests, "{{name}}"),
      { needs: "caches" },
    ),
    indexHits: graph(
      "Hits of the index cache",
      "percentunit",
      "Parts of indexes that are found in the cache, of those looked for, by kind.",
      range(
        hitShare(
          rates(`${shown.indexCache}_hits_total`, "item_type"),
          rates(`${shown.indexCache}_requests_total`, "item_type"),
        ),
        "{{item_type}}",
      ),
    ),
  };
}
