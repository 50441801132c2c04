import { z } from "zod";
import { SIGNALS, type EdgeLabels } from "./names";
import { decode, type Decoded } from "./decode";

/**
 * What the hub tells its edges. It holds no secret, so that edges can read it without the passphrase
 * of the hub's stack.
 */
export const HUB_CONTRACT_VERSION = 1;

/** What the inventory says of an edge, whatever its state. */
const edgeFacts = {
  tenant: z.string(),
  cell: z.string(),
  environment: z.string(),
  region: z.string(),
  clusterType: z.string(),
  keyGeneration: z.number().int(),
  /** How long the hub may be away before this edge loses samples, in seconds. */
  outageSeconds: z.number(),
  /** Series it is expected to send at a time; its buffer is sized for them. */
  activeSeries: z.number(),
  /**
   * The size of its cluster, if the inventory says it. Undefined if the hub is older than the field.
   */
  nodes: z.number().optional(),
  pods: z.number().optional(),
  applicationSeries: z.number().optional(),
  /** What its cell stores. Hubs that do not say store metrics alone. */
  signals: z.array(z.enum(SIGNALS)).optional(),
  /**
   * Bytes of log lines, and number of spans, that it is expected to send per second. Undefined if
   * the hub is older than the fields.
   */
  logBytesPerSecond: z.number().optional(),
  spansPerSecond: z.number().optional(),
  /** Where the hub queries its metrics in place, instead of storing them. */
  query: z.string().optional(),
};

const hubEdge = z.discriminatedUnion("state", [
  z.object({ state: z.literal("waiting"), ...edgeFacts }),
  // The gateway rejects it. It keeps its certificate, so that its agent stays deployed, and sends its
  // queue once the edge is accepted again.
  z.object({ state: z.literal("revoked"), ...edgeFacts, certificate: z.string().optional() }),
  z.object({ state: z.literal("signed"), ...edgeFacts, certificate: z.string() }),
]);

const hubContract = z.object({
  contractVersion: z.literal(HUB_CONTRACT_VERSION),
  gateway: z.object({ url: z.string(), serverName: z.string() }),
  /** CA certificates (PEM) that edges trust. There are two while the CA is being replaced. */
  trustBundle: z.array(z.string()).min(1),
  /**
   * Whether the hub stores the samples of only one of an edge's agents, and drops the label that
   * tells them apart. Undefined means no.
   */
  deduplicates: z.boolean().optional(),
  /**
   * The generations of the hub's own CA, which are the first ones in that bundle, the one that
   * signs, and when certificates are renewed. Undefined means generation 1 only.
   */
  authority: z
    .object({
      trusted: z.array(z.number().int()),
      signing: z.number().int(),
      renewBeforeDays: z.number(),
    })
    .optional(),
  /** Which backend stores the metrics of a cell, where it is not the default one. */
  metricsBackends: z.record(z.string(), z.string()).optional(),
  /** Which backends store the logs and traces of a cell, where they are not the default ones. */
  backends: z
    .record(z.string(), z.object({ logs: z.string().optional(), traces: z.string().optional() }))
    .optional(),
  /**
   * CA certificates (PEM) with which edges verify the hub's queries. Undefined if it queries none.
   */
  queryTrust: z.array(z.string()).min(1).optional(),
  /**
   * Who is told of the alerts of edges that keep their metrics, and which there are: `edgeAlerting`
   * reads it. Undefined if there are no such edges, or the hub is older than the field.
   */
  alerting: z.unknown().optional(),
  edges: z.record(z.string(), hubEdge),
});

export type HubContract = z.infer<typeof hubContract>;
export type HubContractEdge = HubContract["edges"][string];
export type EdgeFacts = Omit<Extract<HubContractEdge, { state: "waiting" }>, "state">;

/** Where edges write by remote write and by OTLP, whichever backends their cell has. */
export const WRITE_PATHS = {
  metrics: "/api/v1/push",
  otlpMetrics: "/otlp/v1/metrics",
  otlpLogs: "/otlp/v1/logs",
  traces: "/v1/traces",
} as const;

export function gatewayUrl(host: string, port: number): string {
  return port === 443 ? `https://${host}` : `https://${host}:${port}`;
}

/** Reads the `hub` output of a hub stack; `stack` names it in messages. */
export function decodeHub(value: unknown, stack: string): Decoded<HubContract> {
  return decode(value, hubContract, { version: HUB_CONTRACT_VERSION, output: "hub", stack });
}

/** The five labels, from the inventory: the edge does not choose what it is called. */
export function labelsOf(name: string, edge: EdgeFacts): EdgeLabels {
  return {
    cluster: name,
    environment: edge.environment,
    region: edge.region,
    cluster_type: edge.clusterType,
    tenant_id: edge.tenant,
  };
}
