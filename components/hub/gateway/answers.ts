import { POST_TO, type Protocol, type Upstream } from "./write-paths";

/**
 * Clients drop data that is answered with one status and keep what is answered with another, so the gateway answers 503, which all of them keep, wherever
 * somebody can still rescue the data by mending a certificate, the inventory, a backend, or the client's configuration.
 */
export interface GatewayAnswer {
  readonly status: number;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

/**
 * How those who write take an answer other than 2xx. Prometheus and the collector over HTTP were seen; of Promtail and Fluent Bit
 * the source was read, of the collector over gRPC the documentation.
 */
export interface Client {
  readonly protocol: Protocol;
  readonly client: string;
  readonly keeps: string;
  readonly drops: string;
}

export const CLIENTS: readonly Client[] = [
  {
    protocol: "remote write",
    client: "Prometheus",
    keeps: "5xx; 429, as our agents are configured (`retry_on_http_429`)",
    drops: "every other 4xx",
  },
  {
    protocol: "Loki push",
    client: "Promtail",
    keeps: "429 and 5xx, `max_retries` times",
    drops: "every other 4xx; anything after its last retry",
  },
  {
    protocol: "Loki push",
    client: "Fluent Bit",
    keeps: "all but 400, `Retry_Limit` times",
    drops: "400",
  },
  {
    protocol: "OTLP/HTTP",
    client: "OpenTelemetry collector (`otlphttp`)",
    keeps: "429, 502, 503, 504",
    drops: "everything else, 500 too",
  },
  {
    protocol: "OTLP/gRPC",
    client: "OpenTelemetry collector (`otlp`)",
    keeps: "HTTP 429, 502, 503, 504; gRPC's UNAVAILABLE and a few more",
    drops: "everything else, RESOURCE_EXHAUSTED without a delay too",
  },
];

/** What NGINX itself would answer with a 4xx (its own 494 to 497 included), or a backend with what a client drops, and what it answers instead. */
export interface Refusal extends GatewayAnswer {
  readonly name: string;
  readonly codes: readonly number[];
  /** First line of the body; agents log it. */
  readonly text: string;
}

const RETRIED = "a client that writes retries 503 until it is let in";

export const REFUSALS: readonly Refusal[] = [
  {
    name: "certificate",
    codes: [495, 496],
    status: 503,
    text: "client certificate refused: $ssl_client_verify",
    when: "the client certificate is from another CA, expired, or not valid yet; where its signature is wrong and the handshake comes in pieces, NGINX closes the connection instead",
    whyNothingIsLost: `${RETRIED}, and a closed connection like 503`,
  },
  {
    name: "malformed",
    codes: [400, 414, 494, 497],
    status: 503,
    text: `not a request that this port understands: HTTPS, POST ${POST_TO}`,
    when: "the request is no HTTP, plain HTTP, or its address or headers are too long",
    whyNothingIsLost: `${RETRIED}: a wrong scheme or a proxy in between can be mended`,
  },
  {
    name: "too-large",
    codes: [413],
    status: 413,
    text: "the body is larger than the backends take",
    when: "the body is larger than the backend takes, as in the table above",
    whyNothingIsLost:
      "the backend would refuse it too, and no retry would help; agents send at most 2000 samples at a time, below 2 MB, and collectors batches of a few MB",
  },
];

/** Of a backend's answers on OTLP/HTTP those that say nothing about the data, and that the collector would drop it for. */
export const RETRIED_INSTEAD = [401, 403, 404, 405, 415, 500, 501] as const;
export const BACKEND_REFUSAL = {
  name: "backend",
  status: 503,
  text: "the backend could not take it now: it answered $upstream_status",
} as const;

/** Every 4xx that a client can get from the gateway, and the cases that became 503. Tested against the real NGINX. */
export const ANSWERS: readonly GatewayAnswer[] = [
  ...REFUSALS,
  {
    status: 400,
    when: "the body breaks the rules of HTTP itself (a broken chunk), with OTLP; elsewhere this is 503",
    whyNothingIsLost: "no client that works sends such a body",
  },
  { status: 503, when: "no client certificate", whyNothingIsLost: RETRIED },
  {
    status: 503,
    when: "the certificate is good, but its subject is not listed: unknown, revoked, or of an older key generation",
    whyNothingIsLost: RETRIED,
  },
  {
    status: 503,
    when: "the edge's cell does not store this signal",
    whyNothingIsLost: "a client that writes retries 503 until the cell has a place for it",
  },
  {
    status: 503,
    when: "POST to any other path, gRPC of any other service too",
    whyNothingIsLost: `${RETRIED} at the right path`,
  },
  {
    status: 405,
    when: "a method other than POST, on any path: all reads",
    whyNothingIsLost: "it carries no data: agents write with POST",
  },
];

/** What a backend answers, and what of it reaches the client. */
export interface BackendAnswer {
  readonly upstreams: readonly Upstream[];
  readonly protocols: readonly Protocol[];
  readonly status: string;
  readonly becomes: string;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

export const BACKEND_ANSWERS: readonly BackendAnswer[] = [
  {
    upstreams: ["metrics"],
    protocols: ["remote write", "OTLP/HTTP"],
    status: "400; 409 of Thanos",
    becomes: "the same",
    when: "the backend refuses samples for good: older than the out-of-order window, too many series or labels, not decodable",
    whyNothingIsLost:
      "the limits derive from the inventory, so that samples of a configured outage and twice the expected series are taken",
  },
  {
    upstreams: ["loki"],
    protocols: ["Loki push", "OTLP/HTTP"],
    status: "400",
    becomes: "400",
    when: "Loki refuses lines for good, and takes the others: older than it takes, ten minutes ahead of its clock, too many labels, not decodable",
    whyNothingIsLost:
      "the limits derive from the inventory, so that lines of a configured outage are taken, in any order; what is too long is cut",
  },
  {
    upstreams: ["tempo"],
    protocols: ["OTLP/HTTP"],
    status: "400",
    becomes: "400",
    when: "Tempo cannot decode it",
    whyNothingIsLost: "nobody ever could",
  },
  {
    upstreams: ["metrics", "loki", "tempo"],
    protocols: ["remote write", "Loki push", "OTLP/HTTP"],
    status: "429",
    becomes: "429",
    when: "the tenant's rate is used up; of Thanos, it has too many series",
    whyNothingIsLost:
      "every client keeps it: Prometheus by our configuration, the others by themselves",
  },
  {
    upstreams: ["metrics", "loki", "tempo"],
    protocols: ["OTLP/HTTP"],
    status: RETRIED_INSTEAD.join(", "),
    becomes: "503",
    when: "the backend is in trouble, or another one than was meant: nothing about the data",
    whyNothingIsLost: "collectors would drop it for each of these, and keep it for 503",
  },
  {
    upstreams: ["metrics", "loki"],
    protocols: ["remote write", "Loki push"],
    status: "5xx",
    becomes: "the same",
    when: "the backend is in trouble",
    whyNothingIsLost: "Prometheus, Promtail and Fluent Bit keep every 5xx",
  },
  {
    upstreams: ["metrics", "loki", "tempo", "tempo_grpc"],
    protocols: ["remote write", "Loki push", "OTLP/HTTP", "OTLP/gRPC"],
    status: "none",
    becomes: "502, 504",
    when: "the backend cannot be reached, or does not answer in time",
    whyNothingIsLost: "every client keeps it",
  },
  {
    upstreams: ["tempo_grpc"],
    protocols: ["OTLP/gRPC"],
    status: "any gRPC status",
    becomes: "the same",
    when: "whatever Tempo says over gRPC: NGINX cannot rewrite trailers",
    whyNothingIsLost:
      "it may be lost: Tempo answers a rate that is used up, and its own faults, with codes that clients drop. Edges of Heliograph send OTLP/HTTP",
  },
];
