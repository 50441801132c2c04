import type { Dashboard, Panels } from "../../dashboards/kit/dashboard";
import { graph, stat } from "../../dashboards/kit/panels";
import { backendBoards, type BoardTerms, hitShare } from "../kit/boards";

const POD = "cluster, namespace, pod";

/** Thanos as a hub's backend, for those who run it. */
export function thanosBoards(): Dashboard[] {
  return backendBoards({
    name: "thanos",
    title: "Thanos",
    present: "thanos_build_info",
    objectStore: "thanos_objstore",
    requests: {
      histogram: "http_request_duration_seconds",
      counter: "http_requests_total",
      route: "handler",
      status: "code",
    },
    overview,
    writes,
    reads,
    compactor,
    caches,
  });
}

function overview({ now, range, rates, series }: BoardTerms): Panels {
  return {
    series: stat(
      "Series in memory",
      "short",
      "Series that receivers hold, each copy counted.",
      now(`sum(${series("prometheus_tsdb_head_series")})`, "series"),
    ),
    requests: stat(
      "Writes",
      "reqps",
      "Remote writes a second that arrive.",
      now(`sum(${rates("http_requests_total", POD, 'handler="receive"')})`, "writes"),
    ),
    halted: stat(
      "Compactors that have halted",
      "short",
      "A compactor halts for good rather than make blocks worse: somebody has to look.",
      now(`sum(${series("thanos_compact_halted")})`, "halted"),
      { thresholds: { critical: 1 } },
    ),
    uploads: stat(
      "Failed uploads",
      "short",
      "Blocks that could not be uploaded within the time range.",
      now(
        `sum(increase(${series("thanos_shipper_upload_failures_total")}[$__range])) or vector(0)`,
        "failed",
      ),
      { thresholds: { critical: 1 } },
    ),
    blocks: stat(
      "Blocks",
      "short",
      "Blocks that store gateways answer for, each copy counted.",
      now(`sum(${series("thanos_bucket_store_blocks_loaded")})`, "blocks"),
    ),
    stores: stat(
      "Stores that queries reach",
      "short",
      "Receivers and store gateways that a querier is connected to; the fewest of any querier.",
      now(`min(sum by (pod) (${series("thanos_store_nodes_grpc_connections")}))`, "stores"),
      { thresholds: { critical: 1, below: true } },
    ),
    seriesByPod: graph(
      "Series by receiver and tenant",
      "short",
      "Series that each receiver holds.",
      range(
        `sum by (pod, tenant) (${series("prometheus_tsdb_head_series")})`,
        "{{pod}} {{tenant}}",
      ),
      { stacked: true },
    ),
    loaded: graph(
      "Blocks by store gateway",
      "short",
      "Blocks that each store gateway answers for.",
      range(`sum by (${POD}) (${series("thanos_bucket_store_blocks_loaded")})`, "{{pod}}"),
    ),
  };
}

function writes({ range, rates, quantile, series }: BoardTerms): Panels {
  const receive = 'handler="receive"';
  return {
    writes: graph(
      "Writes",
      "reqps",
      "Remote writes a second, by tenant and answer.",
      range(rates("http_requests_total", "tenant, code", receive), "{{tenant}} {{code}}"),
    ),
    duration: graph(
      "Time of a write (99 %)",
      "s",
      "99 of 100 writes take less.",
      range(quantile(0.99, "http_request_duration_seconds", "pod", receive), "{{pod}}"),
    ),
    forwarded: graph(
      "Writes passed on",
      "reqps",
      "Writes that are passed on to the receivers that hold a series, by result.",
      range(rates("thanos_receive_forward_requests_total", "result"), "{{result}}"),
    ),
    replications: graph(
      "Copies",
      "ops",
      "Copies that are written, by result.",
      range(rates("thanos_receive_replications_total", "result"), "{{result}}"),
    ),
    pending: graph(
      "Writes in flight",
      "short",
      "Writes that each receiver works on.",
      range(`sum by (${POD}) (${series("thanos_receive_pending_write_requests")})`, "{{pod}}"),
    ),
    created: graph("Series created and removed", "cps", "Series that come and go.", [
      range(rates("prometheus_tsdb_head_series_created_total", POD), "{{pod}} created"),
      range(rates("prometheus_tsdb_head_series_removed_total", POD), "{{pod}} removed"),
    ]),
    blockFailures: graph(
      "Blocks that could not be made",
      "ops",
      "Blocks that a receiver could not make of what is in memory.",
      range(rates("prometheus_tsdb_compactions_failed_total", POD), "{{pod}}"),
      { thresholds: { critical: 0.001 } },
    ),
    uploads: graph("Uploads", "ops", "Blocks that are uploaded, and that failed.", [
      range(rates("thanos_shipper_uploads_total", POD), "{{pod}} uploaded"),
      range(rates("thanos_shipper_upload_failures_total", POD), "{{pod}} failed"),
    ]),
  };
}

function reads({ range, rates, quantile, series }: BoardTerms): Panels {
  const queries = 'handler=~"query.*|label.*|series"';
  return {
    queries: graph(
      "Queries",
      "reqps",
      "Queries a second, by path and answer.",
      range(rates("http_requests_total", "handler, code", queries), "{{handler}} {{code}}"),
    ),
    duration: graph(
      "Time of a query (99 %)",
      "s",
      "99 of 100 queries take less, by path.",
      range(quantile(0.99, "http_request_duration_seconds", "handler", queries), "{{handler}}"),
    ),
    inflight: graph(
      "Queries in flight",
      "short",
      "Queries that each querier works on, and how many it may.",
      [
        range(
          `sum by (${POD}) (${series("thanos_query_concurrent_gate_queries_in_flight")})`,
          "{{pod}}",
        ),
        range(
          `sum by (${POD}) (${series("thanos_query_concurrent_gate_queries_max")})`,
          "{{pod}} at most",
        ),
      ],
    ),
    gate: graph(
      "Time before a query starts (99 %)",
      "s",
      "99 of 100 queries wait less for their turn.",
      range(
        quantile(0.99, "thanos_query_concurrent_gate_queries_duration_seconds", "pod"),
        "{{pod}}",
      ),
    ),
    storeGate: graph(
      "Reads of store gateways",
      "short",
      "Reads that each store gateway works on.",
      range(
        `sum by (${POD}) (${series("thanos_bucket_store_series_gate_queries_in_flight")})`,
        "{{pod}}",
      ),
    ),
    loadFailures: graph(
      "Blocks that could not be loaded",
      "ops",
      "Blocks that a store gateway could not load: queries miss them.",
      range(rates("thanos_bucket_store_block_load_failures_total", POD), "{{pod}}"),
      { thresholds: { warning: 0.001 } },
    ),
  };
}

function compactor({ range, now, rates, series }: BoardTerms): Panels {
  return {
    halted: stat(
      "Halted",
      "short",
      "Compactors that have stopped for good.",
      now(`sum(${series("thanos_compact_halted")})`, "halted"),
      { width: 8, thresholds: { critical: 1 } },
    ),
    todo: stat(
      "Compactions to do",
      "short",
      "Groups of blocks that are still to be merged.",
      now(`sum(${series("thanos_compact_todo_compactions")})`, "compactions"),
      { width: 8 },
    ),
    downsample: stat(
      "Blocks to downsample",
      "short",
      "Blocks of which samples of 5 minutes or an hour are still to be made.",
      now(`sum(${series("thanos_compact_todo_downsample_blocks")})`, "blocks"),
      { width: 8 },
    ),
    backlog: graph("What is to do", "short", "Blocks that wait to be merged and to be deleted.", [
      range(`sum by (pod) (${series("thanos_compact_todo_compaction_blocks")})`, "{{pod}} merge"),
      range(`sum by (pod) (${series("thanos_compact_todo_deletion_blocks")})`, "{{pod}} delete"),
    ]),
    compactions: graph("Compactions", "ops", "Groups that are merged, and that failed.", [
      range(rates("thanos_compact_group_compactions_total", POD), "{{pod}} merged"),
      range(rates("thanos_compact_group_compactions_failures_total", POD), "{{pod}} failed"),
    ]),
    iterations: graph(
      "Rounds",
      "ops",
      "Rounds that a compactor finishes. None for long: it is stuck.",
      range(rates("thanos_compact_iterations_total", POD), "{{pod}}"),
    ),
    deleted: graph("Blocks deleted", "ops", "Blocks that are marked, and deleted.", [
      range(rates("thanos_compact_blocks_marked_total", "marker, reason"), "{{marker}} {{reason}}"),
      range(rates("thanos_compact_blocks_cleaned_total", POD), "{{pod}} deleted"),
    ]),
  };
}

function caches({ range, rates, series }: BoardTerms): Panels {
  return {
    indexHits: graph(
      "Hits of the index cache",
      "percentunit",
      "Parts of indexes that are found in the cache, of those looked for, by kind.",
      range(
        hitShare(
          rates("thanos_store_index_cache_hits_total", "item_type"),
          rates("thanos_store_index_cache_requests_total", "item_type"),
        ),
        "{{item_type}}",
      ),
    ),
    indexSize: graph(
      "Size of the index cache",
      "bytes",
      "Memory that the index cache takes, by kind.",
      range(
        `sum by (item_type) (${series("thanos_store_index_cache_total_size_bytes")})`,
        "{{item_type}}",
      ),
    ),
    evicted: graph(
      "Evicted from the index cache",
      "ops",
      "What had to make room. Many evictions: the cache is too small.",
      range(rates("thanos_store_index_cache_items_evicted_total", "item_type"), "{{item_type}}"),
    ),
  };
}
