import { REMOTE_WRITE } from "../../contract/names";
import {
  AGENT_METRICS,
  BY_REMOTE_WRITE,
  COLLECTOR_METRICS,
  EDGE_INFO,
  REQUESTS_METRIC,
  SERIES_METRIC,
} from "../../rules/metrics";
import type { Dashboard } from "../kit/dashboard";
import { drill, graph, stat, states, table, UP_OR_DOWN } from "../kit/panels";
import { EVERYTHING, scope, variablesOf } from "../kit/scope";
import { rate } from "../kubernetes/metrics";

const by = scope("tenant", "environment", "region", "cluster");
const { range, now, series } = by;

const QUEUE = `remote_name="${REMOTE_WRITE}"`;
const queue = (metric: string, more = "") =>
  series(`prometheus_remote_storage_${metric}`, [QUEUE, more].filter(Boolean).join(","));
const AGENTS = "cluster, pod";
const LEGEND = "{{cluster}} {{pod}}";
const TO_POD = drill("Pod", "pod", "cluster", "pod");
const TO_LOGS = drill("Logs", "logs", "cluster");
const TO_CLUSTER = drill("Cluster", "cluster", "cluster");

/** The gateway counts by edge; the labels of the cluster are those of the hub's own. */
const gateway = by.with({
  tenant: undefined,
  environment: undefined,
  region: undefined,
  cluster: "edge",
});
const BY_EDGE = { unfiltered: "the gateway counts by edge, and an edge has one tenant" } as const;
const answers = (more = "") => rate(gateway.series(REQUESTS_METRIC, more));

const collectors = (metrics: readonly string[], by_: string) =>
  `sum by (${by_}) ({${by.matchers},__name__=~"${metrics.join("|")}"})`;
const growth = (metrics: readonly string[], by_: string) =>
  `sum by (${by_}) (increase({${by.matchers},__name__=~"${metrics.join("|")}"}[$__rate_interval]))`;
/** Of spans, lines and points. */
const each = (what: "sent" | "accepted", by_: string) => {
  const of = what === "sent" ? "otelcol_exporter_sent" : "otelcol_receiver_accepted";
  const names = ["spans", "log_records", "metric_points"].map((item) => `${of}_${item}`);
  return `sum by (${by_}) (rate({${by.matchers},__name__=~"${names.join("|")}"}[$__rate_interval]))`;
};
const SAMPLED = "otelcol_processor_tail_sampling_global_count_traces_sampled";

/** The way of data from edges to the hub: what is sent, what waits, and what is lost. */
export const PIPELINE: Dashboard = {
  name: "pipeline",
  title: "Pipeline",
  description: "From edges to the hub: agents, queues, lag, the gateway's answers, sampling",
  folder: "Fleet",
  audience: "operators",
  variables: variablesOf(by, EDGE_INFO),
  related: ["fleet", "inventory", "capacity", "logs"],
  rows: {
    "At a glance": {
      samples: stat(
        "Samples",
        "cps",
        "Samples a second that the hub takes.",
        now(`sum(${rate(queue("samples_total"))})`, "samples"),
      ),
      lag: stat(
        "Farthest behind",
        "s",
        "Time between the newest sample that an agent has and the newest that the hub took of it.",
        now(
          `max(${series("prometheus_remote_storage_highest_timestamp_in_seconds")} - ignoring (remote_name, url) group_right () ${queue("queue_highest_sent_timestamp_seconds")})`,
          "behind",
        ),
        { thresholds: { warning: 60, critical: 600 } },
      ),
      lost: stat(
        "Samples lost",
        "short",
        "Samples that the hub refused for good within the time range.",
        now(
          `sum(increase(${series(AGENT_METRICS.samplesFailed, QUEUE)}[$__range])) + sum(increase(${series(AGENT_METRICS.samplesDropped, `${QUEUE},reason!="dropped_series"`)}[$__range]))`,
          "lost",
        ),
        { thresholds: { critical: 1 }, links: [TO_LOGS] },
      ),
      collectorsLost: stat(
        "Lines, spans and points lost",
        "short",
        "What collectors gave up within the time range: refused for good, or met by a full queue.",
        now(
          `sum(increase({${by.matchers},__name__=~"${[...COLLECTOR_METRICS.failed, ...COLLECTOR_METRICS.notQueued].join("|")}"}[$__range])) or vector(0)`,
          "lost",
        ),
        { thresholds: { critical: 1 }, links: [TO_LOGS] },
      ),
      rejected: stat(
        "Requests rejected",
        "reqps",
        "Requests a second that the gateway or a backend answers with 4xx or 5xx.",
        gateway.now(`sum(${answers('status=~"[45].."')}) or vector(0)`, "rejected", BY_EDGE),
        { thresholds: { warning: 0.1 } },
      ),
      strangers: stat(
        "Requests of strangers",
        "reqps",
        "Requests of clients that are in no inventory, or whose certificate is not valid.",
        EVERYTHING.now(`sum(${rate(`${REQUESTS_METRIC}{edge=""}`)}) or vector(0)`, "strangers", {
          unfiltered: "whoever is not known belongs to no edge and no tenant",
        }),
        { thresholds: { warning: 0.1 } },
      ),
    },
    "Agents of metrics": {
      agentsUp: states(
        "Agents",
        "none",
        "Whether the agents of edges answer their own scrape.",
        range(`max by (${AGENTS}) (${series("up", 'job="prometheus-agent"')})`, LEGEND),
        { texts: UP_OR_DOWN, height: 6, links: [TO_POD] },
      ),
      samplesByAgent: graph(
        "Samples by agent",
        "cps",
        "Samples a second that the hub takes.",
        range(`sum by (${AGENTS}) (${rate(queue("samples_total"))})`, LEGEND),
        { links: [TO_POD] },
      ),
      lagByAgent: graph(
        "Lag",
        "s",
        "Time between the newest sample that an agent has and the newest that the hub took of it.",
        range(
          `max by (${AGENTS}) (${series("prometheus_remote_storage_highest_timestamp_in_seconds")} - ignoring (remote_name, url) group_right () ${queue("queue_highest_sent_timestamp_seconds")})`,
          LEGEND,
        ),
        { links: [TO_POD], thresholds: { warning: 60, critical: 600 } },
      ),
      pending: graph(
        "Samples that wait",
        "short",
        "Samples in the memory of the queue. What waits beyond that is on the agent's disk.",
        range(`sum by (${AGENTS}) (${queue("samples_pending")})`, LEGEND),
        { links: [TO_POD] },
      ),
      shards: graph(
        "Shards",
        "short",
        "Shards that send, and the most there may be. At the most an agent catches up no faster.",
        [
          range(`max by (${AGENTS}) (${queue("shards")})`, LEGEND),
          range(`max by (${AGENTS}) (${queue("shards_max")})`, `${LEGEND} at most`),
        ],
        { links: [TO_POD] },
      ),
      retried: graph(
        "Samples sent again",
        "cps",
        "Samples that were answered 429 or 5xx, and are sent again. Nothing of them is lost.",
        range(`sum by (${AGENTS}) (${rate(queue("samples_retried_total"))})`, LEGEND),
        { links: [TO_POD] },
      ),
      refused: graph(
        "Samples lost",
        "cps",
        "Samples that the hub refused for good.",
        range(`sum by (${AGENTS}) (${rate(series(AGENT_METRICS.samplesFailed, QUEUE))})`, LEGEND),
        { links: [TO_POD], thresholds: { critical: 0.001 } },
      ),
      seriesByAgent: graph(
        "Series",
        "short",
        "Series that an agent has at a time.",
        range(`max by (${AGENTS}) (${series(SERIES_METRIC.sent)})`, LEGEND),
        { links: [TO_POD] },
      ),
      sendDuration: graph(
        "Time of a request (99 %)",
        "s",
        "99 of 100 requests to the hub take less.",
        range(
          `histogram_quantile(0.99, sum by (${AGENTS}, le) (${rate(queue("sent_batch_duration_seconds_bucket"))}))`,
          LEGEND,
        ),
        { links: [TO_POD] },
      ),
      targetsDown: table(
        "Targets that do not answer",
        "short",
        "Targets whose last scrape failed.",
        now(`max by (cluster, job, instance) (${series("up")} == 0)`, "up"),
        { width: 12, height: 8, links: [TO_CLUSTER] },
      ),
    },
    Collectors: {
      received: graph(
        "Received",
        "cps",
        "Spans, lines and points a second that collectors take.",
        range(each("accepted", AGENTS), LEGEND),
        { links: [TO_POD] },
      ),
      sent: graph(
        "Sent",
        "cps",
        "Spans, lines and points a second that are taken of collectors, by exporter.",
        range(each("sent", "cluster, exporter"), "{{cluster}} {{exporter}}"),
        { links: [TO_CLUSTER] },
      ),
      queues: graph(
        "Queues",
        "percentunit",
        "How full the queue of each exporter is. Queues are on disk.",
        range(
          `max by (cluster, pod, exporter) (${series(COLLECTOR_METRICS.queueSize)} / ${series(COLLECTOR_METRICS.queueCapacity)})`,
          "{{cluster}} {{pod}} {{exporter}}",
        ),
        { links: [TO_POD], thresholds: { warning: 0.5, critical: 0.9 } },
      ),
      lostByCollector: graph(
        "Lost",
        "short",
        "What was refused for good, or met a full queue.",
        range(
          growth(
            [...COLLECTOR_METRICS.failed, ...COLLECTOR_METRICS.notQueued],
            "cluster, pod, exporter",
          ),
          "{{cluster}} {{pod}} {{exporter}}",
        ),
        { links: [TO_POD], thresholds: { critical: 1 } },
      ),
      refusedBySenders: graph(
        "Refused to senders",
        "short",
        "What collectors did not take: senders try again for a while.",
        range(growth(COLLECTOR_METRICS.refused, "cluster, pod, receiver"), LEGEND),
        { links: [TO_POD] },
      ),
      memory: graph(
        "Memory of collectors",
        "bytes",
        "Memory of each collector. Above its limit senders are refused.",
        range(collectors(["otelcol_process_memory_rss"], AGENTS), LEGEND),
        { links: [TO_POD] },
      ),
    },
    Sampling: {
      kept: graph(
        "Traces kept and dropped",
        "cps",
        "Traces that are sampled, by what was decided.",
        range(
          `sum by (cluster, sampled) (${rate(series(SAMPLED))})`,
          "{{cluster}} sampled: {{sampled}}",
        ),
        { links: [drill("Traces", "traces", "cluster")], needs: "traces.sampling: tail" },
      ),
      keptShare: graph(
        "Part of the traces that is kept",
        "percentunit",
        "Traces that are kept, of all. Errors and slow ones always are.",
        range(
          `sum by (cluster) (${rate(series(SAMPLED, 'sampled="true"'))}) / sum by (cluster) (${rate(series(SAMPLED))})`,
          "{{cluster}}",
        ),
        { links: [drill("Traces", "traces", "cluster")], needs: "traces.sampling: tail" },
      ),
      byPolicy: graph(
        "Why traces are kept",
        "cps",
        "Traces that each policy wants to keep: errors, slow ones, those asked for, a share.",
        range(
          `sum by (cluster, policy) (${rate(series("otelcol_processor_tail_sampling_count_traces_sampled", 'sampled="true"'))})`,
          "{{cluster}} {{policy}}",
        ),
        { links: [drill("Traces", "traces", "cluster")], needs: "traces.sampling: tail" },
      ),
      waiting: graph(
        "Traces that wait for a decision",
        "short",
        "Traces in the memory of the sampler.",
        range(
          `sum by (cluster, pod) (${series("otelcol_processor_tail_sampling_sampling_traces_on_memory")})`,
          LEGEND,
        ),
        { links: [TO_POD], needs: "traces.sampling: tail" },
      ),
    },
    Gateway: {
      byEdge: graph(
        "Requests by edge",
        "reqps",
        "Writes that the gateway answers, by edge.",
        gateway.range(`sum by (edge) (${answers()})`, "{{edge}}", BY_EDGE),
      ),
      byStatus: graph(
        "Answers",
        "reqps",
        "Answers by status, and who gave them: the gateway itself or a backend.",
        gateway.range(
          `sum by (answered_by, status) (${answers()})`,
          "{{answered_by}} {{status}}",
          BY_EDGE,
        ),
      ),
      bySignal: graph(
        "Requests by signal",
        "reqps",
        "Writes by signal and protocol.",
        gateway.range(
          `sum by (signal, protocol) (${answers()})`,
          "{{signal}} by {{protocol}}",
          BY_EDGE,
        ),
      ),
      rejections: table(
        "Rejections by edge",
        "reqps",
        "Writes that were answered 4xx or 5xx, a row for each edge, status and who gave it.",
        gateway.now(
          `sum by (edge, signal, answered_by, status) (${answers('status=~"[45].."')}) > 0`,
          "rejected",
          BY_EDGE,
        ),
        { width: 12, height: 8 },
      ),
      writes: graph(
        "Remote writes that arrive",
        "reqps",
        "Requests of agents of metrics that were taken, by edge. None: the edge is silent.",
        gateway.range(
          `sum by (edge) (${answers(`protocol="${BY_REMOTE_WRITE}",status=~"2.."`)})`,
          "{{edge}}",
          BY_EDGE,
        ),
        { width: 24 },
      ),
    },
  },
};
