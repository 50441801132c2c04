import type { Dashboard, Panels } from "../../dashboards/kit/dashboard";
import { graph, stat, table } from "../../dashboards/kit/panels";
import { backendBoards, type BoardTerms, hitShare } from "../kit/boards";

const POD = "cluster, namespace, pod";

/** Loki itself, for those who run it. */
export function lokiBoards(): Dashboard[] {
  return backendBoards({
    name: "loki",
    title: "Loki",
    present: "loki_build_info",
    objectStore: "loki_objstore",
    requests: {
      histogram: "loki_request_duration_seconds",
      route: "route",
      status: "status_code",
    },
    overview,
    writes,
    reads,
    compactor,
    caches,
  });
}

function overview({ now, range, rates, series, sum }: BoardTerms): Panels {
  return {
    lines: stat(
      "Lines",
      "cps",
      "Lines a second that arrive.",
      now(`sum(${rates("loki_distributor_lines_received_total", POD)})`, "lines"),
    ),
    bytes: stat(
      "Bytes",
      "Bps",
      "Bytes a second that arrive, before they are compressed.",
      now(`sum(${rates("loki_distributor_bytes_received_total", POD)})`, "bytes"),
    ),
    streams: stat(
      "Streams in memory",
      "short",
      "Streams that ingesters hold, each copy counted.",
      now(`sum(${series("loki_ingester_memory_streams")})`, "streams"),
    ),
    unhealthy: stat(
      "Members that are not well",
      "short",
      "Members of rings that are in a state other than active.",
      now(`sum(${series("loki_ring_members", 'state!="ACTIVE"')}) or vector(0)`, "members"),
      { thresholds: { warning: 1 } },
    ),
    panics: stat(
      "Panics",
      "short",
      "Panics within the time range. Loki's log says where each happened.",
      now(`sum(increase(${series("loki_panic_total")}[$__range])) or vector(0)`, "panics"),
      { thresholds: { critical: 1 } },
    ),
    retained: stat(
      "Since retention was applied",
      "s",
      "Time since the compactor last applied the retention of tenants.",
      now(
        `time() - max(${series("loki_compactor_apply_retention_last_successful_run_timestamp_seconds")} > 0)`,
        "ago",
      ),
      { thresholds: { warning: 43_200, critical: 86_400 } },
    ),
    bytesByTenant: graph(
      "Bytes by tenant",
      "Bps",
      "Bytes a second that arrive, by tenant.",
      range(rates("loki_distributor_bytes_received_total", "tenant"), "{{tenant}}"),
      { stacked: true },
    ),
    members: graph(
      "Members of rings",
      "short",
      "Members of each ring, by their state.",
      range(
        `max by (name, state) (${sum("loki_ring_members", "name, state, pod")})`,
        "{{name}} {{state}}",
      ),
    ),
  };
}

function writes({ range, rates, quantile, series }: BoardTerms): Panels {
  const push = 'route=~".*(push|Push|otlp).*"';
  return {
    lines: graph(
      "Lines by tenant",
      "cps",
      "Lines a second that arrive, by tenant.",
      range(rates("loki_distributor_lines_received_total", "tenant"), "{{tenant}}"),
    ),
    metadata: graph(
      "Structured metadata",
      "Bps",
      "Bytes of structured metadata that arrive, by tenant.",
      range(
        rates("loki_distributor_structured_metadata_bytes_received_total", "tenant"),
        "{{tenant}}",
      ),
    ),
    discarded: table(
      "Lines discarded",
      "cps",
      "Lines that are refused, by tenant and reason.",
      range(`${rates("loki_discarded_samples_total", "tenant, reason")} > 0`, "discarded", {
        instant: true,
      }),
      { width: 12, height: 8 },
    ),
    pushDuration: graph(
      "Time of a write (99 %)",
      "s",
      "99 of 100 writes take less, by path.",
      range(quantile(0.99, "loki_request_duration_seconds", "route", push), "{{route}}"),
    ),
    pushErrors: graph(
      "Writes that failed",
      "reqps",
      "Writes that were answered 5xx, by path.",
      range(
        rates("loki_request_duration_seconds_count", "route", `${push},status_code=~"5.."`),
        "{{route}}",
      ),
      { thresholds: { warning: 0.01 } },
    ),
    streamsByPod: graph(
      "Streams by ingester",
      "short",
      "Streams that each ingester holds.",
      range(`sum by (${POD}) (${series("loki_ingester_memory_streams")})`, "{{pod}}"),
    ),
    chunks: graph(
      "Chunks in memory",
      "short",
      "Chunks that are not in the bucket yet.",
      range(`sum by (${POD}) (${series("loki_ingester_memory_chunks")})`, "{{pod}}"),
    ),
    flushes: graph(
      "Chunks flushed",
      "ops",
      "Chunks that go to the bucket, by the reason for which they were closed.",
      range(rates("loki_ingester_chunks_flushed_total", "reason"), "{{reason}}"),
    ),
    flushFailures: graph(
      "Flushes that failed",
      "ops",
      "Chunks that could not be written to the bucket. They are tried again.",
      range(rates("loki_ingester_chunks_flush_failures_total", POD), "{{pod}}"),
      { thresholds: { warning: 0.001 } },
    ),
    flushQueue: graph(
      "Chunks that wait to be flushed",
      "short",
      "Length of the queue of each ingester.",
      range(`sum by (${POD}) (${series("loki_ingester_flush_queue_length")})`, "{{pod}}"),
    ),
    walFull: graph(
      "Writes past a full disk",
      "ops",
      "Writes that are not in the write-ahead log, because its disk is full.",
      range(rates("loki_ingester_wal_disk_full_failures_total", POD), "{{pod}}"),
      { thresholds: { critical: 0.001 } },
    ),
    wal: graph(
      "Write-ahead log",
      "Bps",
      "Bytes that are written to the write-ahead log.",
      range(rates("loki_ingester_wal_logged_bytes_total", POD), "{{pod}}"),
    ),
  };
}

function reads({ range, rates, quantile, series }: BoardTerms): Panels {
  const queries = 'route=~".*(query|label|series|tail).*"';
  return {
    queries: graph(
      "Queries",
      "reqps",
      "Queries a second, by path.",
      range(rates("loki_request_duration_seconds_count", "route", queries), "{{route}}"),
    ),
    duration: graph(
      "Time of a query (99 %)",
      "s",
      "99 of 100 queries take less, by path.",
      range(quantile(0.99, "loki_request_duration_seconds", "route", queries), "{{route}}"),
    ),
    errors: graph(
      "Queries that failed",
      "reqps",
      "Queries that were answered 5xx, by path.",
      range(
        rates("loki_request_duration_seconds_count", "route", `${queries},status_code=~"5.."`),
        "{{route}}",
      ),
      { thresholds: { warning: 0.01 } },
    ),
    queue: graph(
      "Queries that wait",
      "short",
      "Queries in the queue of the scheduler, by tenant.",
      range(`sum by (user) (${series("loki_query_scheduler_queue_length")})`, "{{user}}"),
      { thresholds: { warning: 50 } },
    ),
    queueTime: graph(
      "Time in the queue (99 %)",
      "s",
      "99 of 100 queries wait less for a querier.",
      range(quantile(0.99, "loki_query_scheduler_queue_duration_seconds", "pod"), "{{pod}}"),
    ),
    latency: graph(
      "Time by kind of query (99 %)",
      "s",
      "99 of 100 queries take less, by what they ask for.",
      range(
        quantile(0.99, "loki_logql_querystats_latency_seconds", "type, range"),
        "{{type}} {{range}}",
      ),
    ),
    chunksRead: graph(
      "Chunks that queries read",
      "ops",
      "Chunks that queries load from the bucket.",
      range(rates("loki_logql_querystats_downloaded_chunk_total", POD), "{{pod}}"),
    ),
    tails: graph(
      "Lines that are followed",
      "short",
      "Clients that follow lines as they arrive.",
      range(`sum by (${POD}) (${series("loki_querier_tail_active")})`, "{{pod}}"),
    ),
  };
}

function compactor({ range, now, rates, series }: BoardTerms): Panels {
  return {
    retained: stat(
      "Since retention was applied",
      "s",
      "Time since the compactor last applied the retention of tenants.",
      now(
        `time() - max(${series("loki_compactor_apply_retention_last_successful_run_timestamp_seconds")} > 0)`,
        "ago",
      ),
      { width: 8, thresholds: { warning: 43_200, critical: 86_400 } },
    ),
    running: stat(
      "Compactors that run",
      "short",
      "There is one; with none nothing is deleted.",
      now(`sum(${series("loki_boltdb_shipper_compactor_running")})`, "running"),
      { width: 8, thresholds: { critical: 1, below: true } },
    ),
    deletions: stat(
      "Deletions that wait",
      "short",
      "Requests to delete lines that are not done yet.",
      now(`sum(${series("loki_compactor_pending_delete_requests_count")})`, "waiting"),
      { width: 8 },
    ),
    operations: graph(
      "Runs of retention",
      "ops",
      "Runs that apply the retention, by how they ended.",
      range(rates("loki_compactor_apply_retention_operation_total", "status"), "{{status}}"),
    ),
    markers: graph(
      "Chunks that are deleted",
      "ops",
      "Files of marks that the sweeper has worked off.",
      range(
        rates("loki_boltdb_shipper_retention_sweeper_marker_files_deleted_total", POD),
        "{{pod}}",
      ),
    ),
  };
}

function caches({ range, rates }: BoardTerms): Panels {
  return {
    hits: graph(
      "Hits of caches",
      "percentunit",
      "Keys that are found, of those looked for, by cache.",
      range(
        hitShare(rates("loki_cache_hits", "name"), rates("loki_cache_fetched_keys", "name")),
        "{{name}}",
      ),
      { needs: "caches" },
    ),
    lookups: graph(
      "Lookups in caches",
      "ops",
      "Keys that are looked for, by cache.",
      range(rates("loki_cache_fetched_keys", "name"), "{{name}}"),
      { needs: "caches" },
    ),
  };
}
