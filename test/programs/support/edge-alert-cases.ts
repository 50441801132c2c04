import { hub, type Cases } from "./alert-case";

const requests = (labels: string) =>
  `heliograph_gateway_requests_total{${hub},verified="SUCCESS",${labels}}`;
const taken = requests('edge="dev",protocol="remote write",answered_by="mimir",status="200"');
/** Metrics that the collector makes of spans go on while the agent of metrics is gone. */
const takenOfCollector = requests(
  'edge="dev",protocol="OTLP/HTTP",answered_by="mimir",status="200"',
);
const edge = 'cluster="dev",environment="dev",tenant_id="dev"';
const collector = `${edge},namespace="heliograph-node",pod="otel-agent-a"`;
const queue = `${collector},data_type="logs",exporter="otlp_http/hub"`;
const up = 'up{cluster="dev"}';
/** Four minutes there, twenty away, and back. */
const away = "1x8 _x40 1x20";
const BOTH = [
  '{cluster="dev",environment="dev",tenant_id="dev"}',
  '{cluster="prd",environment="prd",tenant_id="prd"}',
];
const others = { 'up{cluster="prd"}': "1x200" };

const REFUSED = [
  '{answered_by="gateway",cluster="dev",edge="dev",environment="dev",status="503",tenant_id="dev"}',
  '{answered_by="gateway",status="503"}',
  '{answered_by="mimir",cluster="dev",edge="dev",environment="dev",status="400",tenant_id="dev"}',
];
const LOST = [
  `{${edge},exporter="otlp_http/hub",pod="otel-agent-a",problem="is refused for good"}`,
  `{${edge},exporter="otlp_http/vendor",pod="otel-agent-a",problem="has a full queue"}`,
];

/** What goes wrong between an edge and the hub. */
export const edgeAlertCases: Cases = {
  EdgeSilent: [
    "cluster, tenant_id, environment",
    {
      title:
        "an edge that stops and comes back, even if its collector goes on; waiting and revoked edges are not missed",
      series: { [up]: away, ...others, [takenOfCollector]: "0+5x68" },
      firing: {
        "4m": [],
        "9m": [],
        "11m": ['{cluster="dev",tenant_id="dev",environment="dev"}'],
        "23m": ['{cluster="dev",tenant_id="dev",environment="dev"}'],
        "26m": [],
      },
    },
    {
      title: "not an edge whose writes are taken: it is behind",
      series: { [up]: away, ...others, [taken]: "0+5x68" },
      firing: { "11m": [], "23m": [] },
    },
    {
      title: "a rollout of three minutes",
      series: { [up]: "1x8 _x6 1x20", ...others },
      firing: { "7m": [], "9m": [] },
    },
  ],
  RemoteWriteBehind: [
    "cluster, tenant_id, environment",
    {
      title: "an edge whose writes are taken while its samples get older",
      series: { [up]: away, ...others, [taken]: "0+5x68" },
      firing: {
        "7m30s": [],
        "9m": ['{cluster="dev",tenant_id="dev",environment="dev"}'],
        "26m": [],
      },
    },
    {
      title: "not an edge that sends nothing",
      series: { [up]: away, ...others, [taken]: "0+5x8 40x60" },
      firing: { "11m": [] },
    },
    {
      title: "not an edge that is up to date",
      series: { [up]: "1x60", ...others, [taken]: "0+5x60" },
      firing: { "20m": [] },
    },
  ],
  RemoteWriteDropping: [
    "cluster, environment, tenant_id",
    {
      title: "samples that failed, or were too old, until ten minutes after the last",
      series: {
        'prometheus_remote_storage_samples_failed_total{cluster="dev",environment="dev",tenant_id="dev",remote_name="hub"}':
          "0x8 0+100x4 400x60",
        'prometheus_remote_storage_samples_dropped_total{cluster="prd",environment="prd",tenant_id="prd",remote_name="hub",reason="too_old"}':
          "0x8 0+100x4 400x60",
      },
      firing: {
        "5m30s": [],
        "6m30s": BOTH,
        "15m": BOTH,
        "20m": [],
      },
    },
    {
      title: "not series that rules drop, and not the queue of somebody else's Prometheus",
      series: {
        'prometheus_remote_storage_samples_dropped_total{cluster="dev",remote_name="hub",reason="dropped_series"}':
          "0+100x60",
        'prometheus_remote_storage_samples_failed_total{cluster="dev",remote_name="theirs"}':
          "0+100x60",
      },
      firing: { "8m": [] },
    },
  ],
  GatewayRefusing: [
    "cluster, environment, tenant_id, edge, answered_by, status",
    {
      title: "an edge that is refused for some minutes, and a certificate that nobody lists",
      series: {
        [requests('edge="dev",answered_by="gateway",status="503"')]: "0x8 0+9x20 180x40",
        [requests('edge="dev",answered_by="mimir",status="400"')]: "0x8 0+9x20 180x40",
        [requests('answered_by="gateway",status="503"')]: "0x8 0+9x20 180x40",
      },
      firing: {
        "4m": [],
        "9m": [],
        "11m": REFUSED,
        "15m30s": REFUSED,
        "17m": [],
      },
    },
    {
      title:
        "not a restart of Mimir, a request to slow down, a client that goes away or reads, or anybody without a certificate",
      series: {
        [requests('edge="dev",answered_by="mimir",status="502"')]: "0x8 0+9x2 18x60",
        [requests('edge="dev",answered_by="mimir",status="429"')]: "0+9x60",
        [requests('edge="dev",answered_by="mimir",status="499"')]: "0+9x60",
        [requests('edge="dev",answered_by="gateway",status="405"')]: "0+9x60",
        [taken]: "0+9x60",
        [`heliograph_gateway_requests_total{${hub},verified="NONE",answered_by="gateway",status="503"}`]:
          "0+9x60",
      },
      firing: { "9m": [], "11m": [], "20m": [] },
    },
  ],
  CollectorUnhealthy: [
    "cluster, environment, tenant_id, pod, problem",
    {
      title: "one that is away, one whose queue fills, one that refuses, until it is over",
      series: {
        [`up{${collector},job="otel-agent"}`]: "1x8 0x20 1x40",
        [`otelcol_exporter_queue_size{${queue.replaceAll("otel-agent-a", "b")}}`]:
          "10x8 52x20 48x40",
        [`otelcol_exporter_queue_capacity{${queue.replaceAll("otel-agent-a", "b")}}`]: "100x68",
        [`otelcol_receiver_refused_log_records{${collector.replaceAll("otel-agent-a", "c")},receiver="otlp"}`]:
          "0x8 0+9x20 180x40",
      },
      firing: {
        "4m": [],
        "8m": [],
        "11m": [
          `{${edge},pod="b",problem="has used half of a queue"}`,
          `{${edge},pod="c",problem="refuses what it is sent"}`,
          `{${edge},pod="otel-agent-a",problem="does not answer"}`,
        ],
        "15m30s": [`{${edge},pod="c",problem="refuses what it is sent"}`],
        "17m": [],
      },
    },
    {
      title: "not a restart, a queue that is used, or somebody else's collector",
      series: {
        [`up{${collector},job="otel-agent"}`]: "1x8 0x6 1x40",
        [`otelcol_exporter_queue_size{${queue}}`]: "48x60",
        [`otelcol_exporter_queue_capacity{${queue}}`]: "100x60",
        'up{cluster="dev",namespace="team",job="otel-agent",pod="theirs"}': "0x60",
        'otelcol_receiver_refused_spans{cluster="dev",namespace="team",pod="theirs"}': "0+9x60",
      },
      firing: { "9m": [], "11m": [], "20m": [] },
    },
  ],
  CollectorDropping: [
    "cluster, environment, tenant_id, pod, exporter, problem",
    {
      title:
        "what is refused for good, of any signal, and a full queue, until ten minutes after the last",
      series: {
        [`otelcol_exporter_send_failed_log_records{${collector},exporter="otlp_http/hub"}`]:
          "0x8 0+1x4 4x60",
        [`otelcol_exporter_send_failed_spans{${collector},exporter="otlp_http/hub"}`]: "0x72",
        // A counter that appears with its first count.
        [`otelcol_exporter_enqueue_failed_spans{${collector},exporter="otlp_http/vendor"}`]:
          "_x9 4x63",
      },
      firing: {
        "5m": [],
        "6m30s": LOST,
        "13m": LOST,
        "20m": [],
      },
    },
  ],
};
