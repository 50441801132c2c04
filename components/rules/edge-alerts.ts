import { REMOTE_WRITE } from "../contract/names";
import { AGENT_METRICS, BY_REMOTE_WRITE, EDGE_INFO, REQUESTS_METRIC } from "./metrics";
import type { HubSelector } from "./model";
import { hubMatchers, quoted, untoldAtEdge } from "./promql";
import { THRESHOLDS } from "./thresholds";
import type { Alert } from "./types";
import { EDGE } from "./workloads/subject";

const {
  freshWindow,
  silentFor,
  behindFor,
  droppingWindow,
  droppingFor,
  refusingWindow,
  refusingFor,
  inventoryMissingFor,
} = THRESHOLDS;

/** Edges that should send. */
export const EXPECTED = `group by (cluster, tenant_id, environment) (${EDGE_INFO}{state="signed"})`;

/** Every edge of the inventory, with the labels by which alerts about it are routed. */
const EDGES = `group by (cluster, tenant_id, environment) (${EDGE_INFO})`;

/**
 * Series with the name of an edge in `cluster`, and with the labels by which alerts about the edge
 * are routed; as they are where they are of no edge.
 */
export function ofEdges(expr: string): string {
  return `(${expr}) * on (cluster) group_left (tenant_id, environment) ${EDGES} or (${expr}) unless on (cluster) ${EDGES}`;
}

/** Edges with a sample that was scraped within the window: by its time, not by its arrival. */
export const FRESH = `group by (cluster) (present_over_time(up[${freshWindow}]))`;

const requestsAt = (hub: HubSelector) => (matchers: string) =>
  `${REQUESTS_METRIC}{${hubMatchers(hub)},${matchers}}`;

/** Edges whose samples are taken: they may be old. */
export function sendingEdges(hub: HubSelector): string {
  const requests = requestsAt(hub);
  return `(sum by (cluster) (label_replace(increase(${requests(`edge!="",protocol=${quoted(BY_REMOTE_WRITE)},status=~"2.."`)}[${freshWindow}]), "cluster", "$1", "edge", "(.*)")) > 0)`;
}

/** Alerts on the way from an edge to the hub, one for each edge. */
export function edgeAlerts(hub: HubSelector): Alert[] {
  const requests = requestsAt(hub);
  const sending = sendingEdges(hub);
  return [
    {
      name: "EdgeSilent",
      severity: "critical",
      expr: `${EXPECTED} unless on (cluster) ${FRESH} unless on (cluster) ${sending}`,
      for: silentFor,
      summary: "Edge {{ $labels.cluster }} sends no metrics",
      description: `No sample of edge {{ $labels.cluster }} is younger than ${freshWindow}, and the gateway takes no remote write of it. Its agent keeps what it scrapes for as long as its buffer lasts. First: whether its cluster is up, then the agent's log`,
    },
    {
      name: "InventoryMissing",
      severity: "critical",
      expr: `absent(${EDGE_INFO})`,
      for: inventoryMissingFor,
      summary: "The inventory is not recorded: silent edges go unnoticed",
      description:
        "No alert about an edge that is not there can fire. Alerts are evaluated, but what the ruler records is not stored. First: look at the rules' errors",
    },
    {
      name: "RemoteWriteBehind",
      severity: "warning",
      expr: `${EXPECTED} unless on (cluster) ${FRESH} and on (cluster) ${sending}`,
      for: behindFor,
      summary: "Edge {{ $labels.cluster }} sends, but is behind",
      description: `The gateway takes samples of edge {{ $labels.cluster }}, but none of its samples is younger than ${freshWindow}: it catches up after an outage, or cannot send as fast as it scrapes. Nothing is lost until its buffer is full. First: see whether its newest sample comes nearer`,
    },
    remoteWriteDropping,
    {
      name: "GatewayRefusing",
      severity: "warning",
      // 429 asks an agent to send slower, 405 is a read and carries nothing, and whoever presents
      // no certificate is no edge.
      expr: ofEdges(
        `sum by (cluster, edge, answered_by, status) (label_replace(increase(${requests(`verified!="NONE",status=~"[45]..",status!~"405|429|499"`)}[${refusingWindow}]), "cluster", "$1", "edge", "(.*)")) > 0`,
      ),
      for: refusingFor,
      summary:
        "Writes of {{ with $labels.edge }}edge {{ . }}{{ else }}a client that is not in the inventory{{ end }} are answered {{ $labels.status }}",
      description:
        "Answered by {{ $labels.answered_by }}. The gateway itself answers 503 to a certificate that is expired, revoked or not listed: the edge keeps its data and tries again. A backend's own 4xx are data that it refuses for good. First: the gateway's log of the last minutes, which has subject and reason",
    },
  ];
}

/** An edge knows it by itself, too. */
export const remoteWriteDropping: Alert = {
  name: "RemoteWriteDropping",
  severity: "critical",
  expr: `(${[
    `${AGENT_METRICS.samplesFailed}{`,
    `${AGENT_METRICS.samplesDropped}{reason!="dropped_series",`,
  ]
    .map((metric) => `${metric}remote_name="${REMOTE_WRITE}"}`)
    .map((series) => `sum by (${EDGE}) (increase(${series}[${droppingWindow}])) > 0`)
    .join(" or ")}) ${untoldAtEdge(EDGE)}`,
  for: droppingFor,
  summary: "Edge {{ $labels.cluster }} loses samples",
  description: `{{ $value | printf "%.0f" }} samples of edge {{ $labels.cluster }} were given up within ${droppingWindow}: the hub refused them for good. First: the agent's log says why, and the backend counts what it discards of tenant {{ $labels.tenant_id }}`,
};
