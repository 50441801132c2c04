import type { Dashboard, Panels } from "../../dashboards/kit/dashboard";
import { graph, stat, table } from "../../dashboards/kit/panels";
import { backendBoards, type BoardTerms } from "../kit/boards";

const POD = "cluster, namespace, pod";

/** Tempo itself, for those who run it. */
export function tempoBoards(): Dashboard[] {
  return backendBoards({
    name: "tempo",
    title: "Tempo",
    present: "tempo_build_info",
    requests: {
      histogram: "tempo_request_duration_seconds",
      route: "route",
      status: "status_code",
    },
    overview,
    writes,
    reads,
    compactor,
    caches,
    objectStore,
  });
}

function overview({ now, range, rates, series, sum }: BoardTerms): Panels {
  return {
    spans: stat(
      "Spans",
      "cps",
      "Spans a second that arrive.",
      now(`sum(${rates("tempo_distributor_spans_received_total", POD)})`, "spans"),
    ),
    bytes: stat(
      "Bytes",
      "Bps",
      "Bytes a second that arrive.",
      now(`sum(${rates("tempo_distributor_bytes_received_total", POD)})`, "bytes"),
    ),
    live: stat(
      "Traces in memory",
      "short",
      "Traces that ingesters hold, each copy counted.",
      now(`sum(${series("tempo_ingester_live_traces")})`, "traces"),
    ),
    unhealthy: stat(
      "Members that are not well",
      "short",
      "Members of rings that are in a state other than active.",
      now(`sum(${series("tempo_ring_members", 'state!="ACTIVE"')}) or vector(0)`, "members"),
      { thresholds: { warning: 1 } },
    ),
    failedFlushes: stat(
      "Failed flushes",
      "short",
      "Blocks that could not be written to the bucket within the time range.",
      now(
        `sum(increase(${series("tempo_ingester_failed_flushes_total")}[$__range])) or vector(0)`,
        "failed",
      ),
      { thresholds: { critical: 1 } },
    ),
    blocks: stat(
      "Blocks",
      "short",
      "Blocks in the bucket, of all tenants.",
      now(`sum(max by (tenant) (${series("tempodb_blocklist_length")}))`, "blocks"),
    ),
    spansByTenant: graph(
      "Spans by tenant",
      "cps",
      "Spans a second that arrive, by tenant.",
      range(rates("tempo_distributor_spans_received_total", "tenant"), "{{tenant}}"),
      { stacked: true },
    ),
    members: graph(
      "Members of rings",
      "short",
      "Members of each ring, by their state.",
      range(
        `max by (name, state) (${sum("tempo_ring_members", "name, state, pod")})`,
        "{{name}} {{state}}",
      ),
    ),
  };
}

function writes({ range, rates, quantile, series }: BoardTerms): Panels {
  return {
    bytesByTenant: graph(
      "Bytes by tenant",
      "Bps",
      "Bytes a second that arrive, by tenant.",
      range(rates("tempo_distributor_bytes_received_total", "tenant"), "{{tenant}}"),
    ),
    discarded: table(
      "Spans discarded",
      "cps",
      "Spans that are refused, by tenant and reason.",
      range(`${rates("tempo_discarded_spans_total", "tenant, reason")} > 0`, "discarded", {
        instant: true,
      }),
      { width: 12, height: 8 },
    ),
    pushDuration: graph(
      "Time of distributors (99 %)",
      "s",
      "99 of 100 batches are passed on to ingesters in less.",
      range(quantile(0.99, "tempo_distributor_push_duration_seconds", "pod"), "{{pod}}"),
    ),
    created: graph(
      "Traces created",
      "cps",
      "Traces a second that ingesters see for the first time, by tenant.",
      range(rates("tempo_ingester_traces_created_total", "tenant"), "{{tenant}}"),
    ),
    live: graph(
      "Traces in memory",
      "short",
      "Traces that each ingester holds.",
      range(`sum by (${POD}) (${series("tempo_ingester_live_traces")})`, "{{pod}}"),
    ),
    flushed: graph("Blocks flushed", "ops", "Blocks that go to the bucket, and that failed.", [
      range(rates("tempo_ingester_blocks_flushed_total", POD), "{{pod}} flushed"),
      range(rates("tempo_ingester_failed_flushes_total", POD), "{{pod}} failed"),
    ]),
    flushQueue: graph(
      "Blocks that wait to be flushed",
      "short",
      "Length of the queue of each ingester.",
      range(`sum by (${POD}) (${series("tempo_ingester_flush_queue_length")})`, "{{pod}}"),
    ),
    flushDuration: graph(
      "Time of a flush (99 %)",
      "s",
      "99 of 100 blocks are written to the bucket in less.",
      range(quantile(0.99, "tempo_ingester_flush_duration_seconds", "pod"), "{{pod}}"),
    ),
  };
}

function reads({ range, rates, quantile, series }: BoardTerms): Panels {
  const queries = 'route=~".*(search|traces|query|tags).*"';
  return {
    queries: graph(
      "Queries",
      "reqps",
      "Queries a second, by path.",
      range(rates("tempo_request_duration_seconds_count", "route", queries), "{{route}}"),
    ),
    duration: graph(
      "Time of a query (99 %)",
      "s",
      "99 of 100 queries take less, by path.",
      range(quantile(0.99, "tempo_request_duration_seconds", "route", queries), "{{route}}"),
    ),
    errors: graph(
      "Queries that failed",
      "reqps",
      "Queries that were answered 5xx, by path.",
      range(
        rates("tempo_request_duration_seconds_count", "route", `${queries},status_code=~"5.."`),
        "{{route}}",
      ),
      { thresholds: { warning: 0.01 } },
    ),
    queue: graph(
      "Queries that wait",
      "short",
      "Queries in the queue of the frontend, by tenant.",
      range(`sum by (user) (${series("tempo_query_frontend_queue_length")})`, "{{user}}"),
      { thresholds: { warning: 50 } },
    ),
    work: graph(
      "Jobs that wait",
      "short",
      "Blocks that queriers have still to look into.",
      range(`sum by (${POD}) (${series("tempodb_work_queue_length")})`, "{{pod}}"),
    ),
  };
}

function compactor({ range, rates, series }: BoardTerms): Panels {
  return {
    compacted: graph(
      "Blocks merged",
      "ops",
      "Blocks that are merged, by level.",
      range(rates("tempodb_compaction_blocks_total", "level"), "{{level}}"),
    ),
    outstanding: graph(
      "Blocks that wait to be merged",
      "short",
      "Blocks that a compactor has still to merge, by tenant.",
      range(`sum by (tenant) (${series("tempodb_compaction_outstanding_blocks")})`, "{{tenant}}"),
    ),
    bytes: graph(
      "Bytes merged",
      "Bps",
      "Bytes that are written by merging.",
      range(rates("tempodb_compaction_bytes_written_total", "level"), "{{level}}"),
    ),
    errors: graph(
      "Failures",
      "ops",
      "Failures of merging and of retention.",
      [
        range(rates("tempodb_compaction_errors_total", POD), "{{pod}} merging"),
        range(rates("tempodb_retention_errors_total", POD), "{{pod}} retention"),
      ],
      { thresholds: { warning: 0.001 } },
    ),
    retention: graph("Blocks deleted", "ops", "Blocks whose retention is over.", [
      range(rates("tempodb_retention_marked_for_deletion_total", POD), "{{pod}} marked"),
      range(rates("tempodb_retention_deleted_total", POD), "{{pod}} deleted"),
    ]),
    blocksByTenant: graph(
      "Blocks by tenant",
      "short",
      "Blocks in the bucket, by tenant. Many of them make every search slow.",
      range(`max by (tenant) (${series("tempodb_blocklist_length")})`, "{{tenant}}"),
    ),
  };
}

function objectStore({ range, rates, quantile }: BoardTerms): Panels {
  return {
    requests: graph(
      "Requests",
      "reqps",
      "Requests to the bucket, by kind.",
      range(rates("tempodb_backend_request_duration_seconds_count", "operation"), "{{operation}}"),
      { stacked: true },
    ),
    errors: graph(
      "Errors",
      "reqps",
      "Requests to the bucket that were answered with an error, by kind and status.",
      range(
        rates(
          "tempodb_backend_request_duration_seconds_count",
          "operation, status_code",
          'status_code!~"2.."',
        ),
        "{{operation}} {{status_code}}",
      ),
      { thresholds: { warning: 0.01 } },
    ),
    durations: graph(
      "Duration (99 %)",
      "s",
      "99 of 100 requests to the bucket take less, by kind.",
      range(
        quantile(0.99, "tempodb_backend_request_duration_seconds", "operation"),
        "{{operation}}",
      ),
    ),
    polls: graph(
      "Looks at the bucket that failed",
      "ops",
      "Every few minutes each process looks which blocks there are. Without that it finds no new ones.",
      range(rates("tempodb_blocklist_poll_errors_total", POD), "{{pod}}"),
      { thresholds: { warning: 0.001 } },
    ),
  };
}

function caches({ range, rates }: BoardTerms): Panels {
  return {
    hedged: graph(
      "Requests that were asked twice",
      "ops",
      "Requests to the bucket that took long, and were asked a second time.",
      range(rates("tempodb_backend_hedged_roundtrips_total", POD), "{{pod}}"),
    ),
  };
}
